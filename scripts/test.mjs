// What `npm test` runs: every stage in order, each with its time, up to the first that fails. Needs Node 24.
//   npm test                    all stages but those that take too long for every time
//   npm test -- unit contract   these only
import { resolve } from 'node:path';
import { missingTools, whyNot } from './setup/tools.mjs';
import { closingLine, noCounts, whatMustRun } from './test/counts.mjs';
import { saidAfter, say } from './test/shown.mjs';
import { stages } from './test/stages.mjs';

const root = resolve(import.meta.dirname, '..');

/** The stages asked for, in their own order; a wrong name ends the program. */
function chosen(names) {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length === 0)
    return stages.filter(({ name, onlyByName }) => (names.length === 0 ? !onlyByName : names.includes(name)));
  console.error(`There is no stage "${unknown[0]}". There are: ${stages.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

/** Runs one stage; true when it passed. A suite without its tools does not run, and fails where CI=true. */
async function passes(stage, counts) {
  const missing = missingTools().filter(({ suites }) => suites.includes(stage.name));
  for (const tool of missing) say(whyNot(tool));
  if (missing.some(({ some }) => !some)) return process.env.CI !== 'true';
  const started = performance.now();
  say(`\n── ${stage.name}: ${stage.about}`);
  const passed = await stage.run(root);
  if (stage.suite) counts.push(await stage.counts(root));
  say(`── ${stage.name} ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return passed;
}

/** Each stage, with the one that runs beside it: what that says is shown after it. */
async function pass(stages, counts) {
  for (const [index, stage] of stages.entries()) {
    const next = stages[index + 1];
    if (stage.beside !== undefined && stage.beside === stages[index - 1]?.name) continue;
    const own = passes(stage, counts);
    const other = next?.beside === stage.name ? saidAfter(own, () => passes(next, counts)) : true;
    const both = await Promise.all([own, other]);
    if (both.includes(false)) return false;
  }
  return true;
}

async function main() {
  const counts = [noCounts];
  const passed = await pass(chosen(process.argv.slice(2)), counts);
  const unmet = whatMustRun(counts, process.env);
  if (unmet) console.log(`\n${unmet}`);
  console.log(`\n${closingLine(counts)}`);
  return passed && !unmet ? 0 : 1;
}

process.exitCode = await main();
