import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { formLine, readLine, writeWord } from '#commands/grammar.ts';
import { longestLine } from '#core/chat.ts';

const words = (line: string) => {
  const read = readLine(line);
  if (!read.ok) throw new Error(read.refusal.code);
  return read.value.tokens.map((token) => token.text);
};
const code = (line: string) => {
  const read = readLine(line);
  return read.ok ? 'ok' : read.refusal.code;
};

describe('a line of chat', () => {
  it('is words, quotes, flags and keys', () => {
    const read = readLine('deploy shop "v 2" --since 1h to=web --force --level=error');
    expect(
      read.ok && read.value.tokens.map(({ text, key, flag, quoted, bare }) => ({ text, key, flag, quoted, bare })),
    ).toEqual([
      { text: 'deploy', quoted: false },
      { text: 'shop', quoted: false },
      { text: 'v 2', quoted: true },
      { text: '', flag: 'since', quoted: false, bare: true },
      { text: '1h', quoted: false },
      { text: 'web', key: 'to', quoted: false },
      { text: '', flag: 'force', quoted: false, bare: true },
      { text: 'error', flag: 'level', quoted: false },
    ]);
  });

  it.each([
    ['curly double quotes', 'echo “a b”', ['echo', 'a b']],
    ['curly single quotes', 'echo ‘a b’', ['echo', 'a b']],
    ['French quotes with no-break spaces', 'echo «\u00a0a b\u00a0»', ['echo', ' a b ']],
    ['German quotes', 'echo „a b“', ['echo', 'a b']],
    ['a full stop at the end', 'deploy shop v2.', ['deploy', 'shop', 'v2']],
    ['an exclamation mark at the end', 'status web!', ['status', 'web']],
    ['one after a space', 'status web\u00a0!', ['status', 'web']],
    ['an ellipsis at the end', 'status web…', ['status', 'web']],
    ['three dots at the end', 'status web...', ['status', 'web']],
    ['no mark in a value', 'echo word=hey!', ['echo', 'hey!']],
    ['a full stop after a quote', 'restart “shop” on “web-1”.', ['restart', 'shop', 'on', 'web-1']],
    ['a full stop after a quoted value', 'run setv colour=“blue”.', ['run', 'setv', 'blue']],
    ['a full stop after a quoted flag', 'deploy --app="shop". ', ['deploy', 'shop']],
    ['an exclamation mark after a quote', 'deploy shop «v2»!', ['deploy', 'shop', 'v2']],
    ['an ellipsis after a quote', "status 'web'…", ['status', 'web']],
    ['no mark after a quote before the end', 'echo “a”. b', ['echo', '“a”.', 'b']],
    ['no other mark after a quote', 'echo “a”,', ['echo', '“a”,']],
    ['no-break and narrow spaces', 'deploy\u00a0shop\u202fv2', ['deploy', 'shop', 'v2']],
    ['zero-width and direction marks', '\u200fdeploy\u200b shop\u2066 v2\u2069', ['deploy', 'shop', 'v2']],
    ['an apostrophe inside a word', "echo l'app n’est pas là", ['echo', "l'app", 'n’est', 'pas', 'là']],
    ['an escaped quote', String.raw`echo "a \"b\" \\ c"`, ['echo', String.raw`a "b" \ c`]],
    ['a version that ends in a dot and digit', 'deploy shop 1.2', ['deploy', 'shop', '1.2']],
    ['an emoji of several parts', 'echo 👩\u200d💻', ['echo', '👩\u200d💻']],
  ])('forgives %s', (_what, line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it('reads the dash a phone made of a hyphen inside a word as a hyphen, but not inside quotes', () => {
    expect(readLine('logs web—1 a–b “c—d”')).toMatchObject({
      value: { tokens: [{ text: 'logs' }, { text: 'web-1' }, { text: 'a-b' }, { text: 'c—d' }] },
    });
  });

  it('reads the dash a phone made of two hyphens as a flag', () => {
    const read = readLine('metrics web-1 —since 1h');
    expect(read.ok && read.value.tokens[2]?.flag).toBe('since');
  });

  it.each([
    ['an open quote', 'echo "abc', 'line.open_quote'],
    ['a bell', 'echo \u0007', 'line.control_character'],
    ['an escape sequence', 'echo \u001b[31mred', 'line.control_character'],
    ['a NUL', 'echo a\u0000b', 'line.control_character'],
    ['half a surrogate pair', 'echo \ud83d', 'line.control_character'],
    ['several lines', 'status\ndeploy shop v2', 'line.several'],
    ['a line that is too long', `echo ${'x'.repeat(longestLine)}`, 'line.too_long'],
  ])('refuses %s', (_what, line, expected) => {
    expect(code(line)).toBe(expected);
  });

  it('keeps a line end inside quotes', () => {
    expect(words('echo "a\nb"')).toEqual(['echo', 'a\nb']);
  });

  it('gives any printable value back as it was written', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((text) => text.normalize('NFC'))
      .filter((text) => /^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(text));
    fc.assert(
      fc.property(value, (text) => {
        expect(words(`echo ${writeWord(text)}`)).toEqual(['echo', text]);
        const read = readLine(formLine('deploy', { app: text }));
        expect(read.ok && read.value.tokens[1]).toMatchObject({ flag: 'app', text });
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(readLine(text)).toHaveProperty('ok');
      }),
      { numRuns: 2000 },
    );
  });
});

it('reads no secret out of a line that was not found in it before', () => {
  const secret = 'Zé-4 k"w\\x-9p';
  const redactor = createRedactor([secret]);
  const mark = fc.constantFrom(...'\u200b\u00ad\ufe0e\u2066\ufeff\\—–\u00a0\t"“');
  const letters = [...secret].map((letter) =>
    fc.constantFrom(letter, letter, letter === '-' ? '—' : letter.normalize('NFD')),
  );
  const gaps = [...secret].map(() => fc.option(mark, { nil: '', freq: 2 }));
  let hidden = 0;
  fc.assert(
    fc.property(
      fc.tuple(...letters),
      fc.tuple(...gaps),
      fc.constantFrom(...quoting),
      (said, between, [open, close]) => {
        const raw = open + said.map((letter, at) => letter + between[at]).join('') + close;
        const read = readLine(raw);
        const shown = read.ok ? [read.value.text, ...read.value.tokens.map(({ text }) => text)] : [];
        if (!shown.some((words) => redactor.text(words) !== words)) return;
        if (redactor.text(raw) === raw) hidden += 1;
        expect(redactor.isIn(raw), JSON.stringify(raw)).toBe(true);
      },
    ),
    { numRuns: 5000, seed: 7 },
  );
  expect(hidden).toBeGreaterThan(20);
});

it.each(['—', '–', '\u2010', '\u2011', '\u2212'])('finds a secret whose hyphens are written as %j', (dash) => {
  const raw = `echo correct${dash}horse${dash}battery`;
  expect(words(raw)).toEqual(['echo', 'correct-horse-battery']);
  expect(createRedactor(['correct-horse-battery']).isIn(raw)).toBe(true);
});

const quoting = [
  ['', ''],
  ['"', '"'],
  ['“', '”'],
  ['x=', ''],
] as const;
