import { readFile } from 'node:fs/promises';

/** No test at all. */
export const noCounts = { passed: 0, failed: 0, skipped: [] };

const ran = ['passed', 'failed'];

/** How many tests a suite ran and which it skipped, from vitest's report; none when it died before writing one. */
export async function countsOf(path) {
  const report = await readFile(path, 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = report;
  const skipped = testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults
      .filter(({ status }) => !ran.includes(status))
      .map(({ fullName }) => `${file.replace(/^.*\/(?=(?:test|plugins|examples)\/)/, '')}: ${fullName}`),
  );
  return { passed: numPassedTests, failed: numFailedTests, skipped };
}

/** The last line of a test run: `12 passed, 0 failed`. */
export function closingLine(counts) {
  const sum = (key) => counts.reduce((total, one) => total + one[key], 0);
  const skipped = counts.flatMap((one) => one.skipped).length;
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Why a run in which nothing failed is not good all the same: where CI=true every test must run. */
export function whatMustRun(counts, env) {
  const skipped = counts.flatMap((one) => one.skipped);
  if (skipped.length === 0 || env.CI !== 'true') return undefined;
  return `Where CI=true every test must run, and these did not:\n${skipped.map((one) => `  ${one}\n`).join('')}`;
}
