import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

it('a harbour whose process cannot be started is a refusal, and can be stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'harbour-open-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const node = join(folder, 'node');
  await copyFile(process.execPath, node);
  const child = join(import.meta.dirname, 'no-program-child.ts');
  const { stdout } = await promisify(execFile)(node, [child, join(folder, 'harbour')]);
  expect(stdout).toBe('harbour.not_open\nstopped\n');
});
