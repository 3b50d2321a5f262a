import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = ['src/**/*.{ts,tsx}', 'plugins/*/*.ts']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .filter((file) => !file.endsWith('.test.ts'));

/** Lines that are not comments, with their file and number. */
async function linesLike(pattern: RegExp): Promise<readonly string[]> {
  const found = files.map(async (file) => {
    const lines = (await readFile(join(root, file), 'utf8')).split('\n');
    return lines.flatMap((line, at) =>
      pattern.test(line.replace(/^\s*(?:\/\/|\/?\*).*|\s\/\/ .*$/, '')) ? [`${file}:${at + 1}: ${line.trim()}`] : [],
    );
  });
  return (await Promise.all(found)).flat();
}

it('French has no straight apostrophe', async () => {
  expect(await linesLike(/(?<!\p{L})(?:[ldnsjmct]|qu|quelqu|jusqu|lorsqu|aujourd)'[aeiouyhéèêà]/iu)).toEqual([]);
});

it('English has its own quotes, and French its spaces inside them', async () => {
  expect(await linesLike(/«[^\s»'(][^»]*[^\s»]»|«[^\s»']»/u)).toEqual([]);
});

it('a command that is told is told as it is typed', async () => {
  expect(await linesLike(/[“«]\s?quarterdeck \w/u)).toEqual([]);
});
