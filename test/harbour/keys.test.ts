import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { expect, it, onTestFinished } from 'vitest';
import { ensureKey, readablePair } from '#harbour/keys.ts';

const readable = (key: string) => !(ssh2.utils.parseKey(key) instanceof Error);

it('every key that is made can be read, though the library makes some it cannot read', () => {
  const made = Array.from({ length: 1500 }, () => readablePair());
  expect(made.every((pair) => readable(pair.private))).toBe(true);
});

it('an unreadable key is not taken, and making them for ever is not tried', () => {
  const good = readablePair();
  const broken = { private: 'no key', public: 'no key' };
  let made = 0;
  const second = () => {
    made += 1;
    return made === 1 ? broken : good;
  };
  expect(readablePair(second)).toBe(good);
  expect(() => readablePair(() => broken)).toThrow('no readable key');
});

it('a key file that cannot be read is made anew, a good one is kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'harbour keys-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'key');
  await ensureKey(folder, path);
  const first = await readFile(path, 'utf8');
  await ensureKey(folder, path);
  expect(await readFile(path, 'utf8')).toBe(first);
  await writeFile(path, 'broken');
  await ensureKey(folder, path);
  expect(readable(await readFile(path, 'utf8'))).toBe(true);
});
