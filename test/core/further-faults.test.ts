import { expect, it } from 'vitest';
import { furtherFaults } from '#core/further-faults.ts';
import { inLanguage, t } from '#core/text.ts';
import { refusalOfFaults } from '#playbook/faults.ts';

const refusal = (count: number) =>
  refusalOfFaults(
    'playbook.invalid',
    Array.from({ length: count }, (_, at) => ({
      at: { file: 'shop.yml', line: at + 1, column: 3 },
      message: t(`fault ${at + 1}`, `faute ${at + 1}`),
    })),
    'Correct it.',
  );

const said = (count: number, language: 'en' | 'fr') =>
  furtherFaults(refusal(count)).map((words) => inLanguage(words, language));

it('tells every further fault of a file with its place', () => {
  expect(said(1, 'en')).toEqual([]);
  expect(said(3, 'fr')).toEqual(['shop.yml:2:3: faute 2', 'shop.yml:3:3: faute 3']);
});

it('tells ten in all, and how many more there are', () => {
  expect(said(10, 'en')).toHaveLength(9);
  expect(said(13, 'en').slice(-2)).toEqual(['shop.yml:10:3: fault 10', 'and 3 more']);
  expect(said(13, 'fr').at(-1)).toBe('et 3 de plus');
});

it('passes over details of another kind', () => {
  expect(furtherFaults({ details: { faults: ['x', { path: 'a' }, { path: 'b', message: 'no' }] } })).toEqual([]);
  expect(furtherFaults({ details: { faults: 'x' } })).toEqual([]);
  expect(furtherFaults({})).toEqual([]);
});
