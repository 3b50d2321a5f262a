import { readFile } from 'node:fs/promises';

/** No test at all. */
export const noCounts = { passed: 0, failed: 0, skipped: 0 };

/** How many tests a suite ran, from vitest's report; none when it died before writing one. */
export async function countsOf(path) {
  const report = await readFile(path, 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = report;
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

/** The last line of a test run: `12 passed, 0 failed`. */
export function closingLine(counts) {
  const sum = (key) => counts.reduce((total, one) => total + one[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
