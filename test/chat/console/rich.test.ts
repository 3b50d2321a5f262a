import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blocksOf, spansOf } from '#chat/console/page/words/rich.ts';

it('reads bold and code, and leaves the rest as it is', () => {
  expect(spansOf('a **b** `c` *d* <e>')).toEqual([
    { kind: 'plain', text: 'a ' },
    { kind: 'bold', text: 'b' },
    { kind: 'plain', text: ' ' },
    { kind: 'code', text: 'c' },
    { kind: 'plain', text: ' *d* <e>' },
  ]);
});

it('reads paragraphs and lists', () => {
  expect(blocksOf('one\ntwo\n- a\n- b\n\nthree').map(({ kind, items }) => [kind, items.length])).toEqual([
    ['lines', 2],
    ['list', 2],
    ['lines', 1],
  ]);
});

it('keeps every letter of a line that has no marks, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const plain = text.replaceAll(/[*`\n]/g, '');
      expect(
        spansOf(plain)
          .map((span) => span.text)
          .join(''),
      ).toBe(plain);
    }),
  );
});
