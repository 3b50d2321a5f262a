import { readFile } from 'node:fs/promises';

/** No test at all. */
export const noCounts = { passed: 0, failed: 0, skipped: [], again: [] };

const ran = ['passed', 'failed'];
const shortName = (file) => file.replace(/^.*\/(?=(?:test|plugins|examples)\/)/, '');

/** What a suite's report says of each file; nothing when it died before writing one. */
const resultsOf = async (path) => {
  const report = await readFile(path, 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  return report.testResults ?? [];
};

/** The files of a report in which something failed. */
export const failedFiles = async (path) =>
  (await resultsOf(path)).filter(({ status }) => status === 'failed').map(({ name }) => name);

/** How many tests a suite ran and which it skipped, from vitest's report, and from that of the second try of some files. */
export async function countsOf(path, secondPath) {
  const first = await resultsOf(path);
  const second = secondPath === undefined ? [] : await resultsOf(secondPath);
  const again = new Map(second.map((result) => [result.name, result]));
  const results = first.map((result) => again.get(result.name) ?? result);
  const tests = results.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({ status, name: `${shortName(name)}: ${fullName}` })),
  );
  const count = (wanted) => tests.filter(({ status }) => status === wanted).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: tests.filter(({ status }) => !ran.includes(status)).map(({ name }) => name),
    again: second.map(({ name }) => shortName(name)),
  };
}

/** The last line of a test run: `12 passed, 0 failed`. */
export function closingLine(counts) {
  const sum = (key) => counts.reduce((total, one) => total + one[key], 0);
  const skipped = counts.flatMap((one) => one.skipped).length;
  const again = counts.flatMap((one) => one.again);
  const line = `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return again.length === 0
    ? line
    : `${line}. Tried twice, and not to be trusted until it is known why: ${again.join(', ')}`;
}

/** Why a run in which nothing failed is not good all the same: where CI=true every test must run. */
export function whatMustRun(counts, env) {
  const skipped = counts.flatMap((one) => one.skipped);
  if (skipped.length === 0 || env.CI !== 'true') return undefined;
  return `Where CI=true every test must run, and these did not:\n${skipped.map((one) => `  ${one}\n`).join('')}`;
}
