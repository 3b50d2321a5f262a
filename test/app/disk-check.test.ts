import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { diskCheck } from '#app/disk-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('writes for real, leaves nothing behind, and not more than every few seconds', async () => {
  let now = 0;
  const { check } = diskCheck(folder, () => now);
  expect(await check()).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
  await rename(folder, `${folder}.away`);
  now = 2_999;
  expect(await check()).toBeUndefined();
  now = 3_000;
  expect(await check()).toMatchObject({ code: 'data.unusable' });
  await rename(`${folder}.away`, folder);
  expect(await check()).toMatchObject({ code: 'data.unusable' });
  now = 6_000;
  expect(await check()).toBeUndefined();
});
