import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDigestKey } from '#app/digest-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the key is made once, and is for this account alone', async () => {
  const path = join(folder, 'digest.key');
  const key = await openDigestKey(path);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await openDigestKey(path)).toBe(key);
});

test('a damaged key is refused and left as it is', async () => {
  const path = join(folder, 'digest.key');
  await writeFile(path, 'half');
  await expect(openDigestKey(path)).rejects.toMatchObject({ refusal: { code: 'data.digest_key' } });
  expect(await readFile(path, 'utf8')).toBe('half');
});
