import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closingLine, countsOf, noCounts, whatMustRun } from '../../scripts/test/counts.mjs';

describe('the closing line of a test run', () => {
  it('adds the suites up', () => {
    const counts = [noCounts, { ...noCounts, passed: 3 }, { ...noCounts, passed: 4, failed: 1 }];
    expect(closingLine(counts)).toBe('7 passed, 1 failed');
    expect(closingLine([...counts, { ...noCounts, skipped: ['a', 'b'] }])).toBe('7 passed, 1 failed, 2 skipped');
  });

  it('names what did not run where CI=true, and nowhere else', () => {
    const counts = [noCounts, { ...noCounts, passed: 3, skipped: ['test/a.test.ts: a b'] }];
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

  it('reads vitest’s report, and takes what the second try of a file said', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'counts-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const test = (status: string, fullName: string) => ({ status, fullName });
    const put = (name: string, testResults: object[]) => writeFile(join(folder, name), JSON.stringify({ testResults }));
    await put('r.json', [
      { name: '/home/test/q/test/a.test.ts', assertionResults: [test('passed', 'x'), test('skipped', 'a b')] },
      { name: '/home/test/q/test/b.test.ts', assertionResults: [test('failed', 'y'), test('passed', 'z')] },
      { name: '/home/test/q/plugins/c/index.test.ts', assertionResults: [test('todo', 'c')] },
    ]);
    const skipped = ['test/a.test.ts: a b', 'plugins/c/index.test.ts: c'];
    expect(await countsOf(join(folder, 'r.json'))).toEqual({ passed: 2, failed: 1, skipped, again: [] });
    await put('s.json', [
      { name: '/home/test/q/test/b.test.ts', assertionResults: [test('passed', 'y'), test('passed', 'z')] },
    ]);
    const twice = await countsOf(join(folder, 'r.json'), join(folder, 's.json'));
    expect(twice).toEqual({ passed: 3, failed: 0, skipped, again: ['test/b.test.ts'] });
    expect(closingLine([twice])).toMatch(/^3 passed, 0 failed, 2 skipped\. Tried twice, .*: test\/b\.test\.ts$/);
  });
});
