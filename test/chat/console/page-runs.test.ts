import { expect, it } from 'vitest';
import { type Api, Refused } from '#chat/console/page/net/api.ts';
import { createRunLog, inShort } from '#chat/console/page/state/run-log.ts';
import { createRuns } from '#chat/console/page/state/runs.ts';
import type { WireRun } from '#chat/console/protocol.ts';

/** A server that answers what was asked as the test says. */
const apiThat = (answer: (path: string, query: Readonly<Record<string, unknown>>) => unknown): Api => ({
  get: async (path, query = {}) => answer(path, query) as never,
  post: () => Promise.reject(new Error('nothing is changed here')),
  open: () => Promise.reject(new Error('no stream here')),
  now: () => Date.now(),
});

const runsFrom = (first: number, last: number): readonly WireRun[] =>
  Array.from({ length: first - last + 1 }, (_, n) => ({ id: first - n, state: 'done' }) as WireRun);

it('after a long absence no hole is left in the list of runs', async () => {
  let newest = 100;
  const runs = createRuns(
    apiThat((_, { before }) => {
      const first = before === undefined ? newest : Number(before) - 1;
      return { runs: runsFrom(first, first - 59), before: first - 59 };
    }),
  );
  const ids = () => runs.list.value.map(({ id }) => id);
  await runs.load();
  newest = 120;
  await runs.load();
  expect([ids().length, ids()[0], ids().at(-1), runs.before.value]).toEqual([80, 120, 41, 41]);
  newest = 300;
  await runs.load();
  expect([ids().length, ids()[0], ids().at(-1), runs.before.value]).toEqual([60, 300, 241, 241]);
  await runs.loadEarlier();
  expect([ids().length, ids().at(-1)]).toEqual([120, 181]);
});

it('a log that cannot be read says so, is asked for again, and then no longer says it', async () => {
  let asked = 0;
  const log = createRunLog(
    apiThat(() => {
      asked += 1;
      if (asked === 1) throw new Refused(500, { code: 'x', say: 'It broke.' });
      return { from: 0, to: 3, size: 3, text: 'one' };
    }),
  );
  log.follow(1);
  await expect.poll(() => log.failure.value).toBeInstanceOf(Refused);
  expect(log.shown.value).toBeUndefined();
  await expect.poll(() => log.shown.value?.to).toBe(3);
  expect(log.failure.value).toBeUndefined();
  log.close();
});

it('a long piece of a log is several of whole lines, each from its own byte', () => {
  const text = Array.from({ length: 3000 }, (_, n) => `hôte-${n} | prêt\n`).join('');
  const pieces = inShort({ from: 7, text });
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.slice(0, -1).every((piece) => piece.text.endsWith('\n'))).toBe(true);
  expect(pieces.map(({ from }) => from)).toEqual(
    pieces.map(
      (_, at) =>
        7 +
        Buffer.byteLength(
          pieces
            .slice(0, at)
            .map((piece) => piece.text)
            .join(''),
        ),
    ),
  );
});
