import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { parseExpression, parseTemplate } from '#playbook/templates/index.ts';
import { at, text, value } from './support.ts';

const json = fc.json({ maxDepth: 3 }).map((written): Json => JSON.parse(written));

/** Values whose way through a template is exact: all but `-0`, which is an int there. */
const plain = json.filter((given) => !hasNegativeZero(given));

function hasNegativeZero(given: Json): boolean {
  if (typeof given === 'number') return Object.is(given, -0);
  return typeof given === 'object' && given !== null && Object.values(given).some(hasNegativeZero);
}

describe('for any value', () => {
  it('comes out of a template as it went in', () => {
    fc.assert(
      fc.property(plain, (given) => {
        expect(value('{{ [x] }}', { x: given })).toEqual([given]);
      }),
    );
  });

  it('survives JSON and YAML, both ways', () => {
    fc.assert(
      fc.property(plain, (given) => {
        const expected = [given];
        expect(value('{{ [x | to_json | from_json] }}', { x: given })).toEqual(expected);
        expect(value('{{ [x | to_nice_json | from_json] }}', { x: given })).toEqual(expected);
        expect(value('{{ [x | to_nice_yaml | from_yaml] }}', { x: given })).toEqual(expected);
        expect(value('{{ [x | to_yaml | from_yaml] }}', { x: given })).toEqual(expected);
      }),
    );
  });

  it('writes JSON that JavaScript reads as the same value', () => {
    fc.assert(
      fc.property(plain, (given) => {
        const written = text('{{ x | to_json }}', { x: given });
        expect(JSON.parse(String(written))).toEqual(given);
      }),
    );
  });
});

describe('for any text', () => {
  const words = fc.string({ unit: 'binary', maxLength: 40 });

  it('is a value, never a template', () => {
    fc.assert(
      fc.property(words, (word) => {
        expect(text('{{ x }}', { x: word })).toBe(word);
        expect(text('{{ x ~ "" }}{{ [x] | join }}', { x: word })).toBe(word + word);
      }),
    );
  });

  it('survives base64, splitting and reversing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (word) => {
        expect(text('{{ x | b64encode | b64decode }}', { x: word })).toBe(word);
        expect(text('{{ x.split("a") | join("a") }}', { x: word })).toBe(word);
        expect(text('{{ x | reverse | reverse }}', { x: word })).toBe(word);
        expect(text('{{ x | regex_replace(x | regex_escape, "") }}', { x: word })).toBe('');
      }),
    );
  });

  it('as a template gives a result or a clear fault, never anything else', () => {
    const pieces = fc.constantFrom(
      ...[
        '{{',
        '}}',
        '{%',
        '%}',
        '{#',
        '#}',
        ' if ',
        ' for ',
        ' in ',
        'endif',
        'endfor',
        'x',
        '1',
        "'",
        '"',
        '(',
        ')',
        '[',
      ],
      ...[
        ']',
        '{',
        '}',
        '|',
        '.',
        ',',
        '~',
        '-',
        ' is ',
        ' not ',
        'set',
        '=',
        'raw',
        'endraw',
        'macro',
        '*',
        '**',
        ':',
        '\\',
      ],
      ...['upper', 'default', 'defined', '\n', '😀', 'loop', 'x.y', 'range(3)', ' else ', 'join', '%'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
        for (const work of [
          () => text(parts.join('')),
          () => value(parts.join('')),
          () => parseExpression(parts.join(''), at),
        ]) {
          try {
            work();
          } catch (thrown) {
            expect(refusalOf(thrown)?.code).toMatch(/^template\./);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps a template without marks as it is', () => {
    fc.assert(
      fc.property(words, (word) => {
        fc.pre(!/\{[{%#]|\r/.test(word));
        expect(text(word)).toBe(word);
        expect(parseTemplate(word, at).body.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('arithmetic', () => {
  const ints = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });

  it('is exact on ints of any size, with the signs of Python', () => {
    fc.assert(
      fc.property(ints, ints, (a, b) => {
        const at0 = (work: string): string => String(text(`{{ (${a}) ${work} (${b}) }}`));
        expect(at0('+')).toBe(`${a + b}`);
        expect(at0('-')).toBe(`${a - b}`);
        expect(at0('*')).toBe(`${a * b}`);
        if (b === 0n) return;
        const rest = BigInt(at0('%'));
        expect(BigInt(at0('//')) * b + rest).toBe(a);
        expect(rest === 0n || rest < 0n === b < 0n).toBe(true);
      }),
    );
  });

  it('shows a float in the fewest digits that read back the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const shown = String(text('{{ x }}', { x: number }));
        expect(Number(shown)).toBe(number === 0 ? 0 : number);
      }),
    );
  });
});
