// One small playbook on very many hosts with `quarterdeck run`: how long, and how much memory our process takes.
// ../README.md says what it means.
//   node bench/playbook/fleet.mjs [--hosts 1000]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shown } from '../figures.mjs';
import { endOnSignals, loadPerProcessor } from '../process.mjs';
import { costOf } from './cost/process.mjs';
import { openFleet } from './fleet/open.mjs';
import { quarterdeck } from './players/workload.mjs';
import { checkResult, recapIn } from './recap.mjs';

const limitMb = 1000;
const playbook = join(import.meta.dirname, 'fleet/fleet.yml');
const common = { ok: 4, unreachable: 0, failed: 0, skipped: 0 };
const expected = { first: { ...common, changed: 4 }, second: { ...common, changed: 0 } };

const { values } = parseArgs({ options: { hosts: { type: 'string', default: '1000' } } });
const count = Number(values.hosts);

/** One run; throws when a host's recap is not as it must be. */
async function play(fleet, run) {
  const env = { PATH: process.env.PATH, HOME: fleet.folder, LANG: 'C.UTF-8' };
  const cost = await costOf(quarterdeck, ['run', '-i', fleet.inventory, playbook], { cwd: fleet.folder, env });
  if (cost.code !== 0) throw new Error(`quarterdeck run ended with ${cost.code}:\n${cost.output.slice(-4000)}`);
  checkResult({ recap: recapIn(cost.output) }, fleet.hosts, expected[run]);
  console.log(
    `${run} run on ${count} hosts: elapsed ${shown(cost.wallMs, 'ms')}  processor ${shown(cost.processorMs, 'ms')}  memory ${shown(cost.peakMb, 'MB')}`,
  );
  return cost.peakMb;
}

endOnSignals();
const fleet = await openFleet(count);
try {
  const peak = Math.max(await play(fleet, 'first'), await play(fleet, 'second'));
  const good = peak <= limitMb;
  console.log(`load per processor in the last minute: ${loadPerProcessor().toFixed(2)} (above 1, measure again)`);
  console.log(`${good ? 'within' : 'OUTSIDE'} the limit: memory ≤ ${limitMb} MB`);
  process.exitCode = good ? 0 : 1;
} finally {
  await fleet.close();
}
