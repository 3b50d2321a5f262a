import { randomBytes } from 'node:crypto';
import { array, assert as check, integer, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, redacted } from '#audit/redact.ts';
import { shortestSecret } from '#audit/secret-forms.ts';

const secret = 'p@ss w/rd"é\\1\'?&';

describe('a secret is hidden', () => {
  const redactor = createRedactor([secret]);
  const forms: readonly (readonly [name: string, form: string])[] = [
    ['as it is', secret],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
    ['in hex', Buffer.from(secret).toString('hex')],
    ['in hex, in capitals', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL, in small letters', encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase())],
    ['in a form', new URLSearchParams({ x: secret }).toString().slice(2)],
    ['in a query', new URL(`http://h/?${new URLSearchParams([[secret, '']])}`).search.slice(1, -1)],
    ['as a quoted shell word', `'${secret.replaceAll("'", "'\\''")}'`.slice(1, -1)],
  ];

  test.each(forms)('%s', (_name, form) => {
    expect(redactor.text(`before ${form} after ${form}`)).toBe(`before ${redacted} after ${redacted}`);
  });

  test.each(['', 'a', 'ab', 'user:', 'somebody:'])('inside the base64 of "%s…"', (before) => {
    const header = Buffer.from(`${before}${secret} and more`).toString('base64');
    const shown = redactor.text(header);
    expect(shown).toContain(redacted);
    const rests = shown.split(redacted);
    for (const rest of rests) {
      for (const offset of [0, 1, 2, 3]) {
        expect(Buffer.from('A'.repeat(offset) + rest, 'base64').toString('latin1')).not.toContain(secret.slice(0, 6));
      }
    }
  });
});

describe('values of any shape', () => {
  const redactor = createRedactor(['hunter2!', '12345678']);

  test('strings, keys and figures are hidden anywhere inside, the rest stays', () => {
    const value = {
      a: ['x hunter2! y', 1, null, true, { 'key hunter2!': 12345678 }],
      b: 'plain',
      c: 3.5,
    };
    expect(redactor.json(value)).toEqual({
      a: [`x ${redacted} y`, 1, null, true, { [`key ${redacted}`]: redacted }],
      b: 'plain',
      c: 3.5,
    });
  });

  test('a card keeps its shape, in both languages', () => {
    const card = { tone: 'good', title: { en: 'is hunter2!', fr: 'vaut hunter2!' }, text: 'plain' } as const;
    expect(redactor.card(card)).toEqual({
      tone: 'good',
      title: { en: `is ${redacted}`, fr: `vaut ${redacted}` },
      text: 'plain',
    });
    expect(redactor.words(card.title)).toEqual({ en: `is ${redacted}`, fr: `vaut ${redacted}` });
  });

  test('a key that every object has is a key like any other', () => {
    const value = JSON.parse('{"__proto__":"hunter2!","constructor":"hunter2!"}');
    expect(JSON.stringify(redactor.json(value))).toBe(`{"__proto__":"${redacted}","constructor":"${redacted}"}`);
  });
});

test('secrets that overlap or hold each other leave no rest', () => {
  const redactor = createRedactor(['abcdef', 'defghi', 'abcdefgh', 'xyxyxy']);
  expect(redactor.text('-abcdefghi-')).toBe(`-${redacted}-`);
  expect(redactor.text('-abcdefgh-')).toBe(`-${redacted}-`);
  expect(redactor.text('-abcdefabcdef-')).toBe(`-${redacted}-`);
  expect(redactor.text('-xyxyxyxyx-')).toBe(`-${redacted}x-`);
  expect(redactor.text('-xyxyxyxy-')).toBe(`-${redacted}-`);
});

test('a secret that looks like a pattern is taken literally', () => {
  const redactor = createRedactor(['.*.*.*', '$&$&$&', '[a-z]+(x|y)']);
  expect(redactor.text('nothing to hide')).toBe('nothing to hide');
  expect(redactor.text('a .*.*.* b $&$&$& c [a-z]+(x|y)')).toBe(`a ${redacted} b ${redacted} c ${redacted}`);
});

test('a secret that occurs in the mark does not make more of it', () => {
  expect(createRedactor(['redacted', 'secret1']).text('a secret1 redacted b')).toBe(`a ${redacted} ${redacted} b`);
});

test('secrets of fewer than six characters are ignored, whatever blanks stand around them', () => {
  const redactor = createRedactor(['', 'a', 'short', '  abc  ', '\n\n\n\n\n\n\n']);
  const text = 'a short   abc   text\n\n\n\n\n\n\n';
  expect(redactor.text(text)).toBe(text);
  expect(createRedactor(['x'.repeat(shortestSecret)]).text('xxxxxx')).toBe(redacted);
});

test('of a secret of many lines each long line is hidden, however it is indented', () => {
  const line = randomBytes(30).toString('base64');
  const key = `-----BEGIN KEY-----\n${line}\n${'Q'.repeat(20)}\nZz==\n-----END KEY-----\n`;
  const redactor = createRedactor([key]);
  expect(redactor.text(`log:\n   ${line}\r\n`)).toBe(`log:\n   ${redacted}\r\n`);
  expect(redactor.text(`-----BEGIN KEY-----`)).toBe('-----BEGIN KEY-----');
  expect(redactor.text(`key=${key.trim()}`)).toBe(`key=${redacted}`);
  expect(redactor.text(JSON.stringify({ key }))).not.toContain(line);
});

test('a secret read from a file is hidden without its last line break', () => {
  expect(createRedactor(['hunter2!\n']).text('x hunter2! y')).toBe(`x ${redacted} y`);
});

test('a secret added later is hidden from then on', () => {
  const redactor = createRedactor([]);
  expect(redactor.text('later1')).toBe('later1');
  redactor.add('later1');
  expect(redactor.text('later1')).toBe(redacted);
});

test('no secret of six plain characters or more survives, whatever stands around it', () => {
  const plain = string({ minLength: 6, maxLength: 20 }).filter(
    (one) => one.trim().length >= 6 && !redacted.includes(one.trim()),
  );
  check(
    property(
      record({
        secrets: array(plain, { minLength: 1, maxLength: 5 }),
        pick: integer(),
        before: string(),
        after: string(),
      }),
      (one) => {
        const secret = one.secrets[Math.abs(one.pick) % one.secrets.length] ?? '';
        const text = `${one.before}${secret}${one.after}`;
        const shown = createRedactor(one.secrets).text(text);
        for (const rest of shown.split(redacted)) expect(rest).not.toContain(secret.trim());
      },
    ),
  );
});

test('a megabyte against fifty secrets is quick, with and without a find', () => {
  const secrets = Array.from({ length: 50 }, (_, at) => randomBytes(8 + at).toString(at % 2 ? 'hex' : 'base64'));
  const redactor = createRedactor(secrets);
  const log = Array.from({ length: 14_000 }, () => `INFO served ${randomBytes(40).toString('base64')} in 12 ms`).join(
    '\n',
  );
  expect(log.length).toBeGreaterThan(1_000_000);
  const began = performance.now();
  expect(redactor.text(log)).toBe(log);
  expect(redactor.text(`${log}${secrets[7]}`)).toBe(`${log}${redacted}`);
  expect(performance.now() - began).toBeLessThan(3000);
});
