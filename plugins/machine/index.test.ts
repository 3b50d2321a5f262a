import { appendFile, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inLanguage, type LogsQuery, type PluginContext } from '#kit';
import { checkPlugin } from '#testing';
import plugin, { machine } from './index.ts';
import { createLogs } from './logs.ts';
import { createMetrics, withGaps } from './metrics.ts';
import { createSampler } from './sampler.ts';
import { levelOf, timeOf } from './times.ts';

const never = new AbortController().signal;

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

describe('samples', () => {
  test('the second one has every figure, and all are possible', async () => {
    const sampler = createSampler();
    const first = await sampler.sample('/');
    expect(Object.keys(first).sort()).toEqual(['disk', 'load', 'memory']);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const second = await sampler.sample('/');
    expect(Object.keys(second).sort()).toEqual(['cpu', 'disk', 'load', 'memory', 'received', 'sent']);
    for (const name of ['cpu', 'disk', 'memory']) {
      expect(second[name]).toBeGreaterThanOrEqual(0);
      expect(second[name]).toBeLessThanOrEqual(100);
    }
  });

  test('the processor is seen at work', async () => {
    const sampler = createSampler();
    await sampler.sample('/');
    const until = performance.now() + 400;
    while (performance.now() < until) Math.sqrt(until);
    expect((await sampler.sample('/')).cpu).toBeGreaterThan(5);
  });

  test('a disk that is not there has no figure', async () => {
    expect(await createSampler().sample('/nowhere')).not.toHaveProperty('disk');
  });
});

test('the first round already has every figure, and old samples are forgotten', async () => {
  const added: object[] = [];
  const forgotten: number[] = [];
  const now = 1_800_000_000_000;
  const series = {
    add: async (_at: number, values: object) => void added.push(values),
    forget: async (before: number) => void forgotten.push(before),
  };
  const context = { settings: { alsoKnownAs: [], logs: {}, disk: '/' }, series, now: () => now };
  const { every } = machine();
  await every?.run(context as unknown as Parameters<typeof every.run>[0]);
  expect(added.map((values) => Object.keys(values).sort())).toEqual([
    ['cpu', 'disk', 'load', 'memory', 'received', 'sent'],
  ]);
  expect(forgotten).toEqual([now - 48 * 3_600_000]);
});

describe('metrics', () => {
  const asked: unknown[] = [];
  const figures = { now: 5, average: 4, lowest: 1, highest: 100, highestAt: 900, first: 10 };
  const context = {
    settings: { alsoKnownAs: ['web-1'] },
    series: {
      summary: async (...args: unknown[]) => {
        asked.push(args);
        return { points: [[1_000, 5]], figures };
      },
    },
  } as unknown as PluginContext<{ alsoKnownAs: string[] }>;
  const metrics = createMetrics(context, [hostname()]);

  test('the machine answers to its own names and to those of hosts that run on it', async () => {
    expect(await metrics.targets(never)).toEqual(['machine', hostname(), 'web-1']);
    expect(await metrics.metrics('db-9', never)).toEqual([]);
    expect((await metrics.metrics('web-1', never)).map(({ name }) => name)).toContain('cpu');
  });

  test('a full figure is as grave as status finds it: something to look at, from the same limits', async () => {
    const found = await metrics.metrics('machine', never);
    const limits = Object.fromEntries(found.map(({ name, warn, bad }) => [name, [warn, bad]]));
    expect(limits).toMatchObject({
      cpu: [90, undefined],
      memory: [95, undefined],
      disk: [90, undefined],
      load: [2 * availableParallelism(), undefined],
    });
  });

  test('whose figures they are is said when they are not the asked host’s own', async () => {
    const query = { metric: 'cpu', from: 0, to: 3_600_000, points: 360 };
    const own = await metrics.query({ ...query, target: 'machine' }, never);
    const borrowed = await metrics.query({ ...query, target: 'web-1' }, never);
    expect(own.note).toBeUndefined();
    expect(inLanguage(borrowed.note ?? '', 'en')).toBe('web-1 runs on this machine: these are the machine’s figures.');
  });

  test('the figures are those of every sample, and not of the points of the chart', async () => {
    const query = { target: 'machine', metric: 'cpu', from: 0, to: 48 * 3_600_000, points: 360 };
    expect((await metrics.query(query, never)).figures).toEqual(figures);
  });

  test('the step is a multiple of ten seconds that gives about the points wanted', async () => {
    asked.length = 0;
    await metrics.query({ target: 'machine', metric: 'cpu', from: 0, to: 48 * 3_600_000, points: 360 }, never);
    expect(asked).toEqual([['cpu', 0, 48 * 3_600_000, 480_000]]);
  });

  test('missing samples make a gap, one missing step does not', () => {
    expect(
      withGaps(
        [
          [0, 1],
          [20, 2],
          [60, 3],
        ],
        10,
      ),
    ).toEqual([
      [0, 1],
      [20, 2],
      [30, null],
      [60, 3],
    ]);
  });
});

describe('logs', () => {
  let folder: string;
  const now = Date.parse('2026-11-21T12:00:00Z');
  const file = (name: string) => join(folder, name);
  const stamp = (secondsAgo: number) => new Date(now - secondsAgo * 1_000).toISOString();
  const write = async (name: string, content: string | Buffer, age = 0) => {
    await writeFile(file(name), content);
    await utimes(file(name), (now - age) / 1_000, (now - age) / 1_000);
  };
  const ask = (patterns: readonly string[], query: Partial<LogsQuery> = {}) =>
    createLogs({ web: patterns.map(file) }).logs(
      { ...{ target: 'web', words: [], from: now - 3_600_000, to: now + 1_000, limit: 20 }, ...query },
      never,
    );
  const lines = async (...args: Parameters<typeof ask>) => (await ask(...args)).lines.map(({ line }) => line);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'machine-logs-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('the newest lines come, oldest first, and the rest is owned up to', async () => {
    await write('a.log', Array.from({ length: 100 }, (_, at) => `${stamp(100 - at)} line ${at}\n`).join(''));
    const answer = await ask(['a.log'], { limit: 3 });
    expect(answer.lines.map(({ line }) => line.split(' ').slice(1).join(' '))).toEqual([
      'line 97',
      'line 98',
      'line 99',
    ]);
    expect(answer.lines[2]).toMatchObject({ at: now - 1_000, source: 'a.log' });
    expect(answer.more).toBe(true);
  });

  test('all words must be there, in any case; the level is that or worse', async () => {
    await write(
      'a.log',
      [
        `${stamp(5)} INFO all well`,
        `${stamp(4)} ERROR Timeout of db`,
        `${stamp(3)} WARN timeout of web`,
        `${stamp(2)} plain`,
      ].join('\n'),
    );
    expect(await lines(['a.log'], { words: ['TIMEOUT', 'db'] })).toEqual([`${stamp(4)} ERROR Timeout of db`]);
    expect(await lines(['a.log'], { level: 'warn' })).toHaveLength(2);
    expect(await lines(['a.log'], { level: 'error' })).toHaveLength(1);
  });

  test('older lines and older files are left out', async () => {
    await write('a.log', `${stamp(7_200)} old\n${stamp(60)} new\n`);
    await write('b.log', `${stamp(10)} touched long ago\n`, 7_200_000);
    expect(await lines(['*.log'])).toEqual([`${stamp(60)} new`]);
  });

  test('several files, rotated ones too, come in order of time', async () => {
    await write('a.log', `${stamp(20)} two\n${stamp(5)} four\n`);
    await write('a.log.1', `${stamp(30)} one\n`);
    await write('b.log', `${stamp(10)} three\n`);
    await write('a.log.2.gz', Buffer.from([0x1f, 0x8b, 0, 0]));
    expect((await lines(['*.log*'])).map((line) => line.split(' ')[1])).toEqual(['one', 'two', 'three', 'four']);
  });

  test('a line never comes before the one it follows in its file, however coarse its time is', async () => {
    await write('a.log', `${stamp(9.166)} error\n${stamp(10).replace('.000Z', 'Z')} stopped\n${stamp(9)} started\n`);
    await write('b.log', `${stamp(9.5)} before\n${stamp(9.1)} between\n`);
    expect((await lines(['*.log'])).map((line) => line.split(' ')[1])).toEqual([
      ...['before', 'error', 'stopped', 'between', 'started'],
    ]);
    expect((await ask(['a.log'])).lines.map(({ at }) => (now - at) / 1_000)).toEqual([9.166, 10, 9]);
  });

  test('of more files than are read, those written to last are', async () => {
    for (let at = 0; at < 60; at += 1) await write(`z${at}.log`, `${stamp(60 - at)} number ${at}\n`, (60 - at) * 1_000);
    const { lines: found, note } = await ask(['z*.log'], { limit: 100 });
    expect([found.length, found[0]?.line.endsWith('number 10'), found.at(-1)?.line.endsWith('number 59')]).toEqual([
      ...[50, true, true],
    ]);
    expect(inLanguage(note ?? '', 'en')).toContain('Only 50');
  });

  test.each(['a[b]', 'c{d,e}', 'f*', 'p?'])('a folder called %s stands for itself', async (name) => {
    await mkdir(file(name));
    await write(`${name}/one.log`, `${stamp(2)} one\n`);
    await write(`${name}/two[1].log`, `${stamp(1)} two\n`);
    const words = async (patterns: readonly string[]) => (await lines(patterns)).map((line) => line.split(' ')[1]);
    expect(await words([`${name}/*.log`])).toEqual(['one', 'two']);
    expect(await words([`${name}/one.log`])).toEqual(['one']);
    expect(await words([`${name}/two[1].log`])).toEqual(['two']);
    expect(await words([`${name}/[o]*.log`])).toEqual(['one']);
  });

  test('a stack trace stays with its error: its time and its level', async () => {
    await write(
      'a.log',
      `${stamp(9)} INFO before\n${stamp(8)} ERROR boom\n    at one\n    at two\n${stamp(7)} INFO after\n`,
    );
    const { lines: found } = await ask(['a.log'], { level: 'error' });
    expect(found.map(({ line }) => line.trim().split(' ').slice(-2).join(' '))).toEqual([
      'ERROR boom',
      'at one',
      'at two',
    ]);
    expect(new Set(found.map(({ at }) => at))).toEqual(new Set([now - 8_000]));
  });

  test('a file without times is read all the same, and that is said', async () => {
    await write('a.log', 'one\ntwo\nthree');
    const answer = await ask(['a.log'], { limit: 2 });
    expect(answer.lines.map(({ line }) => line)).toEqual(['two', 'three']);
    expect(inLanguage(answer.note ?? '', 'en')).toContain('holds no times');
  });

  test('a line of many megabytes is cut, and its neighbours are whole', async () => {
    await write('a.log', `${stamp(3)} before\n${stamp(2)} ${'x'.repeat(5_000_000)}\n${stamp(1)} after\n`);
    const found = await lines(['a.log']);
    expect(found.map((line) => line.slice(25, 31))).toEqual(['before', 'xxxxxx', 'after']);
    expect(found[1]?.length).toBeLessThan(4_200);
    expect(found[1]?.endsWith('…')).toBe(true);
  });

  test('lines that lie across the edges of what is read at once are whole', async () => {
    const all = Array.from(
      { length: 5_000 },
      (_, at) => `${stamp(3_000)} ${String(at).padStart(5, '0')} ${'é'.repeat(at % 97)}`,
    );
    await write('a.log', `${all.join('\n')}\n`);
    expect(await lines(['a.log'], { limit: 5_000 })).toEqual(all);
  });

  test('a huge file is read from its end only', async () => {
    const block = `${stamp(1_800)} ${'y'.repeat(100)}\n`.repeat(100_000);
    await write('a.log', block);
    for (let i = 0; i < 9; i += 1) await appendFile(file('a.log'), block);
    await appendFile(file('a.log'), `${stamp(1)} the end\n`);
    const began = performance.now();
    expect(await lines(['a.log'], { limit: 1 })).toEqual([`${stamp(1)} the end`]);
    expect(performance.now() - began).toBeLessThan(1000);
    const searched = await ask(['a.log'], { words: ['nowhere'] });
    expect(searched).toMatchObject({ lines: [], more: true });
  });

  test('what is no text, no file or not readable is left out with a word', async () => {
    await write('binary.log', Buffer.alloc(10_000));
    await symlink('/nowhere', file('broken.log'));
    await write('good.log', `${stamp(1)} good\n`);
    expect(await lines(['*.log'])).toEqual([`${stamp(1)} good`]);
    expect(inLanguage((await ask(['binary.log'])).note ?? '', 'en')).toContain('is no text');
    expect(inLanguage((await ask(['missing.log'])).note ?? '', 'en')).toContain('(ENOENT)');
    expect((await ask(['good.log', 'missing.log'])).note).toBeUndefined();
    expect(inLanguage((await ask(['no*.log'])).note ?? '', 'en')).toContain('No log file of web is there');
    expect(inLanguage((await ask(['../'])).note ?? '', 'en')).toContain('cannot be read');
  });

  test('colours, bells and other controls are taken out', async () => {
    await write('a.log', `${stamp(1)} \u001b[31mred\u001b[0m\u0007 end\r\n`);
    expect(await lines(['a.log'])).toEqual([`${stamp(1)} red end`]);
  });

  test('bytes that are no UTF-8 do not stop anything', async () => {
    await write(
      'a.log',
      Buffer.concat([Buffer.from(`${stamp(1)} caf`), Buffer.from([0xe9, 0xff]), Buffer.from(' end\n')]),
    );
    expect((await lines(['a.log']))[0]).toMatch(/caf.* end$/);
  });

  test('a question that is given up stops reading', async () => {
    await write('a.log', `${stamp(1)} x\n`);
    const given = createLogs({ web: [file('a.log')] }).logs(
      { target: 'web', words: [], from: 0, to: now, limit: 1 },
      AbortSignal.abort(),
    );
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a target called like something of JavaScript has no logs', async () => {
    const { lines: found } = await createLogs({}).logs(
      { target: 'constructor', words: [], from: 0, to: now, limit: 1 },
      never,
    );
    expect(found).toEqual([]);
  });
});

describe('times and levels of lines', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const local = (year: number, month: number, day: number, ...clock: number[]) =>
    new Date(year, month - 1, day, ...clock).getTime();

  test.each([
    ['2026-11-21T11:59:58.123Z GET /', Date.parse('2026-11-21T11:59:58.123Z')],
    ['2026-11-21T11:59:58.123456+02:00 x', Date.parse('2026-11-21T09:59:58.123Z')],
    ['[2026-11-21 11:59:58,7 +0100] x', Date.parse('2026-11-21T10:59:58.700Z')],
    ['2026-11-21 11:59:58 x', local(2026, 11, 21, 11, 59, 58)],
    ['Nov 21 11:59:58 web-1 sshd[1]: x', local(2026, 11, 21, 11, 59, 58)],
    ['Dec  3 11:59:58 web-1 x', local(2025, 12, 3, 11, 59, 58)],
    ['127.0.0.1 - - [21/Nov/2026:11:59:58 +0000] "GET / HTTP/1.1" 200', Date.parse('2026-11-21T11:59:58Z')],
    ['{"level":30,"time":1795262398123,"msg":"x"}', 1_795_262_398_123],
    ['1795262398 x', 1_795_262_398_000],
    ['    at Object.run (file.ts:12:5)', undefined],
    ['2026-99-99T99:99:99Z x', undefined],
    ['', undefined],
  ])('%s', (line, at) => expect(timeOf(line, now)).toBe(at));

  test.each([
    ['12:00 ERROR x', 'error'],
    ['12:00 [warning] error rate fine', 'warn'],
    ['{"level":50,"msg":"warn"}', 'error'],
    ['{"level":"info","msg":"x"}', 'info'],
    ['terror in the errors.log', undefined],
    ['kernel panic', 'error'],
    ['GET /', undefined],
  ])('%s → %s', (line, level) => expect(levelOf(line)).toBe(level));
});
