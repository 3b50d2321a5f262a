// Every player's turns, one after the other, again and again: what disturbs the machine disturbs them all alike.
import { wipe } from './lab/open.mjs';
import { checkResult, expected } from './recap.mjs';
import { createStateCheck } from './state.mjs';

const runs = ['first', 'second'];

async function turn(player, session, { hosts, hostsMs }, checkState) {
  if (player.warm) await session.play();
  wipe(hosts);
  const costs = {};
  for (const run of runs) {
    const used = hostsMs();
    const { recap, changes, ...cost } = await session.play();
    checkResult({ recap, changes }, hosts, expected[run]);
    for (const host of hosts) checkState(host);
    costs[run] = { ...cost, hostsMs: hostsMs() - used };
  }
  return costs;
}

/** Plays `reps` rounds on these hosts; gives what each round cost each player: `{ first, second }`, by name. */
export async function playRounds(players, part, reps, told) {
  const sessions = new Map();
  const costs = new Map(players.map(({ name }) => [name, []]));
  const checkState = createStateCheck();
  try {
    for (const player of players) sessions.set(player, await player.open(part));
    for (let rep = 0; rep < reps; rep += 1) {
      for (const [player, session] of sessions) {
        const cost = await turn(player, session, part, checkState).catch((cause) => {
          throw new Error(`${player.name} on ${part.hosts.length} hosts: ${cause.message}`, { cause });
        });
        costs.get(player.name).push(cost);
        told(player.name, cost);
      }
    }
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.close()));
  }
  return costs;
}
