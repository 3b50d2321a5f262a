import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { wholeLog } from '#core/run-log.ts';
import { readLogIn } from '#runs/read-log.ts';
import { openRunLog, runLogPath } from '#runs/run-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = () => runLogPath(folder, 7);
const content = () => readFile(path(), 'utf8');
const reader = (...secrets: string[]) => readLogIn({ folder, redactor: createRedactor(secrets) });

test('it tells how long it is after each writing, and what a forgotten run left under its number is not in it', async () => {
  await writeFile(path(), 'of another run\n');
  const sizes: number[] = [];
  const log = openRunLog(path(), 1000, (size) => sizes.push(size));
  await log.append(['é', 'two']);
  await log.append([]);
  await log.append(['three']);
  await log.conclude(['end']);
  expect(await content()).toBe('é\ntwo\nthree\nend\n');
  expect(sizes).toEqual([7, 13, 17]);
});

test('one that grows too long is cut at a line, says so there once, and still has its end', async () => {
  const log = openRunLog(path(), 20);
  await log.append(['first']);
  await log.append(['second', 'third', 'a longer one', 'x']);
  await log.append(['never']);
  await log.conclude(['PLAY RECAP']);
  const lines = (await content()).split('\n');
  expect(lines).toEqual(['first', 'second', 'third', expect.stringContaining('cut here'), 'PLAY RECAP', '']);
  expect(lines[3]).toContain('coupé ici');
});

test('what the disk refused is told where it is missing', async () => {
  const place = join(folder, 'in', '7.log');
  await writeFile(join(folder, 'in'), 'no folder');
  const log = openRunLog(place, 1000);
  await expect(log.append(['lost'])).rejects.toThrow();
  await rm(dirname(place));
  await log.append(['kept']);
  const text = await readFile(place, 'utf8');
  expect(text).toMatch(/lines are missing here.*\nkept\n$/);
  expect(text).not.toContain('lost');
});

test('pieces end with lines, follow each other without hole or double, and say how much there is', async () => {
  const text = Array.from({ length: 300 }, (_, n) => `line ${n} ${'é'.repeat(n % 40)}\n`).join('');
  await writeFile(path(), text);
  const read = reader();
  const size = Buffer.byteLength(text);
  let on = '';
  for (let from = 0; from < size; ) {
    const piece = await read(7, { from, most: 500 });
    expect(piece).toMatchObject({ from, size });
    expect(piece?.text).toMatch(/\n$/);
    on += piece?.text;
    from = piece?.to ?? size;
  }
  expect(on).toBe(text);
  let back = '';
  for (let before = size; before > 0; ) {
    const piece = await read(7, { before, most: 500 });
    expect(piece).toMatchObject({ to: before, size });
    expect(piece?.text).toMatch(/^line /);
    back = piece?.text + back;
    before = piece?.from ?? 0;
  }
  expect(back).toBe(text);
  expect(await read(7, { most: 500 })).toEqual(await read(7, { before: size, most: 500 }));
  expect(await wholeLog(read, 7)).toBe(text);
  expect(await read(8, { most: 500 })).toBeUndefined();
  expect(await wholeLog(read, 8)).toBeUndefined();
});

test('half a line is given when there is no more of it, never half a character, and what comes then goes on there', async () => {
  const read = reader();
  await writeFile(path(), Buffer.from('one\ntwo é').subarray(0, 9));
  const first = await read(7, { most: 100 });
  expect(first).toMatchObject({ from: 0, to: 8, text: 'one\ntwo ' });
  expect(await read(7, { from: 8, most: 100 })).toMatchObject({ from: 8, to: 8, text: '' });
  await appendFile(path(), Buffer.from('é').subarray(1));
  await appendFile(path(), '!\n');
  expect(await read(7, { from: 8, most: 100 })).toMatchObject({ text: 'é!\n' });
});

test('a line longer than a piece is cut, inside no character and inside no secret, wherever one begins to read', async () => {
  const secret = 'pässword-of-the-day';
  const text = `é${'x'.repeat(95)} ${secret} ${'ö'.repeat(50)}\n`;
  await writeFile(path(), text);
  const read = reader(secret);
  const size = Buffer.byteLength(text);
  const parts = [secret.slice(0, 6), secret.slice(-6), '�'];
  for (let at = 0; at <= size; at += 1) {
    for (const wanted of [{ from: at }, { before: at }]) {
      const piece = await read(7, { ...wanted, most: 100 });
      for (const part of parts) expect(piece?.text).not.toContain(part);
    }
  }
  let on = '';
  for (let from = 0; from < size; ) {
    const piece = await read(7, { from, most: 100 });
    on += piece?.text;
    from = piece?.to ?? size;
  }
  expect(on).toBe(text.replace(secret, '[redacted]'));
});

test('a secret that is known only now is not read, also in a log that was written before', async () => {
  const redactor = createRedactor([]);
  const read = readLogIn({ folder, redactor });
  await writeFile(path(), 'a | it is hunter2-hunter2\n');
  expect((await read(7, { most: 100 }))?.text).toContain('hunter2');
  redactor.add('hunter2-hunter2');
  expect((await read(7, { most: 100 }))?.text).toBe('a | it is [redacted]\n');
  expect(await wholeLog(read, 7)).toBe('a | it is [redacted]\n');
});
