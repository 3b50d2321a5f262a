import { sshContract } from './ssh.ts';
import { places } from './ssh-places.ts';

sshContract(places.memory);
