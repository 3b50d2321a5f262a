import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closingLine, countsOf, noCounts, whatMustRun } from '../../scripts/test/counts.mjs';

describe('the closing line of a test run', () => {
  it('adds the suites up', () => {
    const counts = [noCounts, { passed: 3, failed: 0, skipped: [] }, { passed: 4, failed: 1, skipped: [] }];
    expect(closingLine(counts)).toBe('7 passed, 1 failed');
    expect(closingLine([...counts, { ...noCounts, skipped: ['a', 'b'] }])).toBe('7 passed, 1 failed, 2 skipped');
  });

  it('names what did not run where CI=true, and nowhere else', () => {
    const counts = [noCounts, { passed: 3, failed: 0, skipped: ['test/a.test.ts: a b'] }];
    expect(whatMustRun(counts, { CI: 'true' })).toContain('these did not:\n  test/a.test.ts: a b\n');
    expect(whatMustRun(counts, {})).toBeUndefined();
    expect(whatMustRun([noCounts], { CI: 'true' })).toBeUndefined();
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
    const test = (status: string, fullName: string) => ({ status, fullName });
    const report = {
      numPassedTests: 5,
      numFailedTests: 2,
      testResults: [
        { name: '/home/test/q/test/a.test.ts', assertionResults: [test('passed', 'x'), test('skipped', 'a b')] },
        { name: '/home/test/q/plugins/c/index.test.ts', assertionResults: [test('todo', 'c')] },
      ],
    };
    await writeFile(join(folder, 'r.json'), JSON.stringify(report));
    expect(await countsOf(join(folder, 'r.json'))).toEqual({
      passed: 5,
      failed: 2,
      skipped: ['test/a.test.ts: a b', 'plugins/c/index.test.ts: c'],
    });
  });
});
