// Plays one playbook of ten tasks on real OpenSSH servers: Ansible, ours, and the floor, side by side in one run.
// ../README.md says what it means.
//   node bench/playbook/run.mjs [--hosts 1,10,50] [--reps 3] [--rtt 20] [--only NAME,…]
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endOnSignals, loadPerProcessor } from '../process.mjs';
import { openAccount } from './cost/account.mjs';
import { openLab } from './lab/open.mjs';
import { program as sshd } from './lab/sshd.mjs';
import { players } from './players/all.mjs';
import { costLine, judged, mediansOf, table } from './report.mjs';
import { playRounds } from './rounds.mjs';

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1,10,50' },
    reps: { type: 'string', default: '3' },
    rtt: { type: 'string', default: '0' },
    only: { type: 'string' },
  },
});
const counts = values.hosts.split(',').map(Number);
const [reps, roundTripMs] = [values.reps, values.rtt].map(Number);

/** Those asked for; a wrong name ends the program. */
function chosen() {
  const names = values.only?.split(',') ?? players.map(({ name }) => name);
  const unknown = names.find((name) => !players.some((player) => player.name === name));
  if (unknown === undefined) return players.filter(({ name }) => names.includes(name));
  console.error(`Nobody here is called "${unknown}". There are: ${players.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

function able(asked) {
  for (const { name, missing } of asked) if (missing()) console.log(`${name}: not measured, ${missing()}`);
  const account = openAccount();
  account?.close();
  if (!account) console.log('processor time: not measured, no control group can be made here');
  return asked.filter(({ missing }) => !missing());
}

async function measure(lab, count, present) {
  const hosts = `${count} host${count === 1 ? '' : 's'}`;
  console.log(`\n${hosts}${roundTripMs > 0 ? `, ${roundTripMs} ms of round trip` : ''}: first run, second run`);
  const costs = await playRounds(present, lab.part(count), reps, (name, cost) => console.log(costLine(name, cost)));
  const second = mediansOf(costs, 'second');
  const verdict = judged(count, second);
  console.log(`\nfirst run on ${hosts}, nine changes each, medians of ${reps}\n${table(mediansOf(costs, 'first'))}`);
  console.log(`\nsecond run on ${hosts}, nothing to change, medians of ${reps}\n${table(second)}`);
  console.log(`\n${verdict.lines.join('\n')}`);
  return verdict.good;
}

endOnSignals();
if (!existsSync(sshd)) {
  console.error('There is no sshd: install openssh-server.');
  process.exit(2);
}
const present = able(chosen());
console.log(`load per processor before: ${loadPerProcessor().toFixed(2)}`);
const lab = await openLab(Math.max(...counts), roundTripMs);
try {
  let good = true;
  for (const count of counts) good = (await measure(lab, count, present)) && good;
  console.log(`\nload per processor in the last minute: ${loadPerProcessor().toFixed(2)} (above 1, measure again)`);
  console.log(`${good ? 'no promise missed' : 'OUTSIDE the promises'}`);
  process.exitCode = good ? 0 : 1;
} finally {
  await lab.close();
}
