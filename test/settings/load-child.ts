import { describeFaults } from '#settings/faults.ts';
import { loadSettings } from '#settings/load.ts';

// A process that loads q.yaml from the folder it is told, and says what is wrong with it.
const outcome = await loadSettings({ path: 'q.yaml', env: {}, working: process.argv[2] ?? '' });
process.stdout.write(outcome.ok ? 'nothing is wrong' : describeFaults(outcome.faults, 'en'));
