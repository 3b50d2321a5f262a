import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const program = resolve(import.meta.dirname, '../..');
let root: string;

/** A test that fails so many times before it passes. */
const failing = (times: number) => `import { appendFileSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
test('at last', () => {
  appendFileSync(import.meta.filename + '.tries', 'x');
  expect(readFileSync(import.meta.filename + '.tries', 'utf8').length).toBeGreaterThan(${times});
});
`;

/** Runs the stage on the files, each with how often it fails; gives whether it passed, and its counts. */
async function stage(files: Readonly<Record<string, number>>) {
  for (const [name, times] of Object.entries(files)) await writeFile(join(root, 'test', name), failing(times));
  const ask = `import { suite } from '${program}/scripts/test/suite.mjs';
const stage = suite('system', '');
const passed = await stage.run('${root}');
console.log('RESULT ' + JSON.stringify({ ...(await stage.counts('${root}')), green: passed }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', ask]);
  return JSON.parse(/RESULT (.*)/.exec(stdout)?.[1] ?? '{}');
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suite-test-'));
  await mkdir(join(root, 'test'));
  await symlink(join(program, 'node_modules'), join(root, 'node_modules'));
  await writeFile(
    join(root, 'vitest.config.mjs'),
    "export default { test: { projects: [{ test: { name: 'system', include: ['test/*.test.ts'] } }] } };",
  );
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a suite', () => {
  it('passes when the file that failed passes by itself, and names it', async () => {
    expect(await stage({ 'a.test.ts': 0, 'b.test.ts': 1 })).toEqual({
      green: true,
      passed: 2,
      failed: 0,
      skipped: [],
      again: ['test/b.test.ts'],
    });
  });

  it('fails when the file fails again, and when many did', async () => {
    expect(await stage({ 'a.test.ts': 2 })).toMatchObject({ green: false, passed: 0, failed: 1 });
    const many = await stage({ 'b.test.ts': 1, 'c.test.ts': 1, 'd.test.ts': 1 });
    expect(many).toMatchObject({ green: false, failed: 3, again: [] });
  });
});
