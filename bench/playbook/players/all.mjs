import { ansiblePlayers } from './ansible.mjs';
import { bot } from './bot.mjs';
import { cold } from './cold.mjs';
import { floorPlayers } from './floor.mjs';
import { warm } from './warm.mjs';

/**
 * Whoever plays the workload, in the order in which they take their turns. `missing()` says why one cannot; `open(part)`
 * readies it for some hosts of the lab; `play()` then gives a recap (or `changes: 0`) and its cost. One that is `warm` plays once
 * beforehand without being counted.
 */
export const players = [...ansiblePlayers, cold, warm, bot, ...floorPlayers];
