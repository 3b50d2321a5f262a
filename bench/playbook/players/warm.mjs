// What plays inside a running bot: its executor, in its thread, over connections that are open.
import { join } from 'node:path';
import { startPlayer } from '../cost/player.mjs';
import { playbookName, playbooks } from './workload.mjs';

export const warm = {
  name: 'executor',
  warm: true,
  missing: () => undefined,
  open: (part) =>
    startPlayer(join(import.meta.dirname, 'executor.ts'), {
      playbook: `${playbookName}.yml`,
      executor: {
        playbooks,
        readable: [],
        inventory: [part.inventory],
        vault: {},
        secrets: [],
        // As the configuration has them when it says nothing.
        ssh: {
          identityFiles: [],
          agent: false,
          knownHosts: [],
          connectTimeoutMs: 10_000,
          keepaliveMs: 5_000,
          keepaliveCount: 3,
        },
      },
    }),
};
