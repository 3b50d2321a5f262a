import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { unifiedDiff } from '#playbook/diff.ts';
import { findProgram } from '#test/support/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = { before: 'before', after: 'after' };
const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', 'd', '', '-x', '+y', '@@'), { maxLength: 40 }), fc.boolean())
  .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));

const patched = (before: string, diff: string): string => {
  writeFileSync(join(folder, 'old'), before);
  writeFileSync(join(folder, 'patch'), diff);
  const done = spawnSync('patch', ['-s', '-o', 'new', 'old', 'patch'], { cwd: folder, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stdout + done.stderr);
  return readFileSync(join(folder, 'new'), 'utf8');
};

describe('a unified diff', () => {
  it.skipIf(!findProgram('patch'))('turns one text into the other when the real patch applies it (needs patch)', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        expect(patched(before, unifiedDiff(before, after, names))).toBe(after);
      }),
      { numRuns: 150 },
    );
  });

  it('is empty for equal texts', () => {
    expect(unifiedDiff('a\n', 'a\n', names)).toBe('');
  });

  it('shows three lines of context and no more', () => {
    const before = Array.from({ length: 20 }, (_, index) => `l${index}`).join('\n');
    expect(unifiedDiff(`${before}\n`, `${before.replace('l10', 'X')}\n`, names)).toBe(
      '--- before\n+++ after\n@@ -8,7 +8,7 @@\n l7\n l8\n l9\n-l10\n+X\n l11\n l12\n l13\n',
    );
  });

  it('says when a last line has no end', () => {
    expect(unifiedDiff('a', 'a\n', names)).toContain('-a\n\\ No newline at end of file\n+a\n');
  });

  it('stays quick on large texts with nothing in common', () => {
    const lines = (mark: string): string => Array.from({ length: 5000 }, (_, index) => `${mark}${index}\n`).join('');
    const began = Date.now();
    expect(unifiedDiff(lines('a'), lines('b'), names).length).toBeGreaterThan(10_000);
    expect(Date.now() - began).toBeLessThan(15_000);
  });
});
