import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Makes a key pair without a passphrase at this path and beside it (`.pub`). */
export const makeKey = (path) =>
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', path]);

/** The public half as known_hosts wants it: kind and key, no comment. */
export const publicOf = (path) => readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
