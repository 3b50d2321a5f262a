// The least the work can cost: the same in plain sh over ssh2.
import { join } from 'node:path';
import { startPlayer } from '../cost/player.mjs';

const program = join(import.meta.dirname, '../floor/play.mjs');

const floorOf = (name, mode, stay) => ({
  name,
  warm: stay,
  missing: () => undefined,
  open({ hosts, ...lab }) {
    return startPlayer(program, { lab, hosts, mode, stay });
  },
});

export const floorPlayers = [
  floorOf('floor-steps', 'steps', false),
  floorOf('floor-script', 'script', false),
  floorOf('floor-open', 'script', true),
];
