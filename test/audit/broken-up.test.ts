import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { array, assert as check, constantFrom, integer, nat, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, redacted } from '#audit/redact.ts';
import { liveOutput } from '#runs/execute/live.ts';

/** A secret is hidden where a program writes it in lines, or byte by byte. */

const secret = 'hunter2-is-no-Pässword-4711';
const long = randomBytes(60).toString('base64url');
const redactor = createRedactor([secret, long]);

const inLines = (text: string, width: number): string => text.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? '';
const base64 = (text: string, width: number): string => inLines(Buffer.from(text).toString('base64'), width);

/** What the base64 that is still there tells, from any of its characters on. */
const told = (shown: string): string =>
  shown
    .split(redacted)
    .flatMap((rest) => [0, 1, 2, 3].map((skip) => Buffer.from(rest.replace(/\s/g, '').slice(skip), 'base64')))
    .map((bytes) => bytes.toString('utf8'))
    .join('\n');

describe.each([
  ['short', secret],
  ['long', long],
])('a %s secret', (_name, hidden) => {
  test.each([64, 76])('in base64 in lines of %i, wherever it stands', (width) => {
    for (let before = 0; before < 80; before += 1) {
      const shown = redactor.text(base64(`${'x'.repeat(before)}${hidden} and more of it`, width));
      expect(shown).toContain(redacted);
      for (let at = 0; at + 6 <= hidden.length; at += 6) expect(told(shown)).not.toContain(hidden.slice(at, at + 6));
    }
  });

  test('in base64 in lines that are indented, end as on Windows, or stand in JSON', () => {
    const text = base64(`${'x'.repeat(40)}${hidden}`, 76);
    for (const one of [text.replaceAll('\n', '\n    '), text.replaceAll('\n', '\r\n'), JSON.stringify({ text })]) {
      const shown = redactor.text(one);
      expect(shown).toContain(redacted);
      expect(told(shown.replaceAll(/\\[rn]/g, ''))).not.toContain(hidden.slice(0, 6));
    }
  });

  test.each([
    ['xxd -p', 'xxd', ['-p']],
    ['xxd -p -u', 'xxd', ['-p', '-u']],
    ['od -An -tx1', 'od', ['-An', '-tx1', '-v']],
    ['od -tx1', 'od', ['-tx1', '-v']],
    ['xxd', 'xxd', []],
    ['xxd -u -g1', 'xxd', ['-u', '-g1']],
    ['hexdump -C', 'hexdump', ['-C']],
    ['hexdump', 'hexdump', ['-v']],
    ['od -tx1z', 'od', ['-tx1z', '-v']],
    ['od -tx2', 'od', ['-tx2', '-v']],
    ['od -An -tx2', 'od', ['-An', '-tx2', '-v']],
    ['od -Ax -tx2z', 'od', ['-Ax', '-tx2z', '-v']],
    ['base64', 'base64', []],
  ])('as %s shows it', (_line, program, args) => {
    const text = `password = ${hidden}\n`;
    const shown = execFileSync(program, args, { input: text, encoding: 'utf8' });
    const bytes = Buffer.from(hidden).toString('hex').toLowerCase();
    const left = redactor.text(shown);
    expect(left).toContain(redacted);
    const hex = left
      .replace(/^[0-9a-f]{6,8}\b/gm, '')
      .replace(/\s/g, '')
      .toLowerCase();
    expect(hex).not.toContain(bytes.slice(0, 8));
    expect(hex).not.toContain(bytes.slice(-12));
    expect(told(left)).not.toContain(hidden.slice(0, 6));
  });

  const dumps: readonly (readonly [program: string, args: readonly string[]])[] = [
    ['xxd', []],
    ['hexdump', ['-C']],
    ['hexdump', ['-v']],
    ['od', ['-tx1z', '-v']],
    ['od', ['-tx2', '-v']],
  ];
  test.each(dumps)('of what %s %j shows nothing is left, wherever it begins, nor in JSON', (program, args) => {
    for (let before = 0; before < 17; before += 1) {
      const input = `${'x'.repeat(before)}${hidden}\n`;
      const shown = execFileSync(program, args, { input, encoding: 'utf8' });
      for (const one of [shown, shown.replaceAll('\n', '\r\n'), JSON.stringify({ shown })]) {
        const left = redactor.text(one);
        expect(left).toContain(redacted);
        // What is shown as letters as well: half a secret on a line.
        expect(left).not.toMatch(/hunte|4711|Pässw/);
        expect(left).not.toContain(hidden.slice(0, 6));
        // Nothing but what stands in a line of its own before it.
        const groups = left.replaceAll(/\b(?:78)+\b/g, '').match(/\b[0-9a-f]{2}(?:[0-9a-f]{2})?\b/g);
        expect(groups?.length ?? 0).toBeLessThan(3);
      }
    }
  });

  test.each(dumps)('what %s %j shows may be cut while it comes', (program, args) => {
    for (const before of [300, 309]) {
      const input = `${'x'.repeat(before)}${hidden}${'y'.repeat(before)}`;
      const text = `it is:\n${execFileSync(program, args, { input, encoding: 'utf8' })}end\n`;
      const whole = redactor.text(text);
      for (let end = 1; end < text.length; end += 11) {
        const cut = redactor.edges.settled(text.slice(0, end));
        expect(redactor.text(text.slice(0, cut)) + redactor.text(text.slice(cut))).toBe(whole);
      }
    }
  });
});

test('lines of its base64 that are shown each for itself are hidden', () => {
  const key = randomBytes(300).toString('latin1');
  const own = createRedactor([key]);
  for (const width of [64, 76])
    for (const line of base64(key.trim(), width).split('\n').slice(0, -1))
      expect(own.text(`a ${line} b`)).toBe(`a ${redacted} b`);
});

test('live output waits for the next line where one may go on', () => {
  const limits = { outputBytes: 100_000, outputEveryMs: 1 } as Parameters<typeof liveOutput>[0];
  check(
    property(
      record({
        before: nat(200),
        width: constantFrom(64, 76),
        hidden: constantFrom(secret, long),
        cuts: array(integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
        spoken: string({ maxLength: 20 }).map((text) => text.replace(/[^ -~]/g, '')),
      }),
      ({ before, width, hidden, cuts, spoken }) => {
        const text = `${spoken}\n${base64(`${'x'.repeat(before)}${hidden}${'y'.repeat(before)}`, width)}\nend\n`;
        let shown = '';
        const live = liveOutput(
          limits,
          (one) => {
            shown += one;
          },
          { redact: redactor.text, edges: redactor.edges },
        );
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const next = at + (cuts[turn % cuts.length] ?? 1);
          live.push(text.slice(at, next));
          at = next;
        }
        live.end();
        expect(shown).toBe(redactor.text(text));
        expect(told(shown)).not.toContain(hidden.slice(0, 6));
      },
    ),
    { numRuns: 300 },
  );
});

test('live output of bytes waits, too', () => {
  const limits = { outputBytes: 100_000, outputEveryMs: 1 } as Parameters<typeof liveOutput>[0];
  for (const hidden of [secret, long])
    for (let before = 0; before < 40; before += 1)
      for (const chunk of [1, 7, 48, 60]) {
        const input = `${'x'.repeat(before)}${hidden}${'y'.repeat(before)}`;
        const bytes =
          Buffer.from(input)
            .toString('hex')
            .match(/(?:..){1,16}/g) ?? [];
        const line = (one: string, at: number) =>
          `${(at * 16).toString(8).padStart(7, '0')} ${one.match(/../g)?.join(' ')}\n`;
        const text = bytes.map(line).join('');
        let shown = '';
        const live = liveOutput(
          limits,
          (one) => {
            shown += one;
          },
          { redact: redactor.text, edges: redactor.edges },
        );
        for (let at = 0; at < text.length; at += chunk) live.push(text.slice(at, at + chunk));
        live.end();
        expect(shown).toBe(redactor.text(text));
        expect(shown).toContain(redacted);
      }
});

test('figures in a row that are no bytes of a secret stay, whatever they come to together', () => {
  const own = createRedactor(['123456', 'abcdef']);
  for (const text of ['at 12:34:56', '1\n2\n3\n4\n5\n6', 'abc\ndef', '12 34 56 78']) expect(own.text(text)).toBe(text);
});

test('an ordinary line is told as soon as it is whole', () => {
  const line = '2026-11-29 12:34:56 INFO served /api/v1/items in 12 ms\n';
  expect(redactor.edges.settled(line)).toBe(line.length);
});

test('nothing else is changed, and it is quick on what looks most like it', () => {
  const texts = [
    randomBytes(400_000).toString('base64'),
    inLines(randomBytes(400_000).toString('base64'), 76),
    inLines(randomBytes(200_000).toString('hex'), 60),
    (randomBytes(200_000).toString('hex').match(/../g) ?? []).join(' '),
    '\\'.repeat(200_000),
    ' '.repeat(200_000),
    'a\n'.repeat(200_000),
  ];
  const began = performance.now();
  for (const text of texts) expect(redactor.text(text) === text).toBe(true);
  expect(performance.now() - began).toBeLessThan(5_000);
});

// One that goes over the rest of the text for each sign of it takes minutes for this much.
test.each([
  ['\\n', 'line breaks that are written out'],
  ['\\r\\n', 'line breaks of another kind'],
  ['\\\\\\\\r\\\\\\\\n', 'line breaks within JSON within JSON'],
  ['a\\n', 'signs between them'],
  ['a\n', 'lines of one sign'],
  ['41 ', 'bytes'],
  ['41\n0000000: ', 'bytes with their places'],
  ['0000000: 4142 4344 4546 4748  ABCDEFGH\n', 'lines of a dump'],
  ['41 42 43\\n', 'lines of a dump in JSON'],
])('goes over a text of %j once', { timeout: 30_000 }, (unit) => {
  const text = `${unit.repeat(Math.ceil(500_000 / unit.length))}!`;
  expect(createRedactor(['kJ8s0dfkJs9dKQmz27dkfS_x']).text(text)).toBe(text);
});
