import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closingLine, countsOf, noCounts } from '../../scripts/test/counts.mjs';

describe('the closing line of a test run', () => {
  it('adds the suites up', () => {
    const counts = [noCounts, { passed: 3, failed: 0, skipped: 0 }, { passed: 4, failed: 1, skipped: 0 }];
    expect(closingLine(counts)).toBe('7 passed, 1 failed');
    expect(closingLine([...counts, { passed: 0, failed: 0, skipped: 2 }])).toBe('7 passed, 1 failed, 2 skipped');
  });

  it('counts nothing for a suite that died before it wrote its report', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'counts-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    expect(await countsOf(join(folder, 'gone.json'))).toEqual(noCounts);
    await writeFile(join(folder, 'cut.json'), '{"numPassed');
    expect(await countsOf(join(folder, 'cut.json'))).toEqual(noCounts);
  });

  it('reads vitest’s report', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'counts-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(
      join(folder, 'r.json'),
      '{"numPassedTests":5,"numFailedTests":2,"numPendingTests":1,"numTodoTests":1}',
    );
    expect(await countsOf(join(folder, 'r.json'))).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });
});
