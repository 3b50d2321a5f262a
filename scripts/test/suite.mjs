import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { countsOf, failedFiles } from './counts.mjs';
import { bin, say, shown } from './shown.mjs';

/** More files than this do not fail by chance. */
const mostAgain = 2;

async function vitest(root, project, report, files = []) {
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // What tests start by the hundred, threads of plugins above all, is compiled once.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/tests') };
  return shown(bin(root, 'vitest'), ['run', '--project', project, ...reporters, ...files], root, env);
}

/**
 * The files that failed are tried once more, by themselves, and told apart at the end of the run: where dozens of real
 * processes share two processors, one that was late is not yet a fault of the program. More than two are.
 */
async function again(root, project, report, second) {
  const files = (await failedFiles(report)).map((file) => relative(root, file));
  if (files.length === 0 || files.length > mostAgain) return false;
  say(`\n── ${project}: a second try of ${files.join(' and ')}. Why the first failed stands above: find it out.`);
  return vitest(root, project, second, files);
}

/** A stage that is a suite of tests. `counts` says how many ran, for the end; `beside`: another suite it runs beside. */
export const suite = (name, about, beside) => ({
  name,
  about,
  beside,
  suite: true,
  async run(root) {
    const report = join(root, 'test-results', `${name}.json`);
    const second = join(root, 'test-results', `${name}-again.json`);
    rmSync(second, { force: true });
    return (await vitest(root, name, report)) || (await again(root, name, report, second));
  },
  counts: (root) =>
    countsOf(join(root, 'test-results', `${name}.json`), join(root, 'test-results', `${name}-again.json`)),
});
