import { describe, expect, it } from 'vitest';
import { confirmingCard } from '#commands/cards.ts';
import type { JsonObject } from '#core/json.ts';
import type { Order } from '#core/order.ts';
import { inLanguage } from '#core/text.ts';
import { visible } from '#core/visible.ts';

const requirement = { confirmation: true, approvals: 0, demands: [], withinSeconds: 900, because: [] };

/** The fields of the card that asks for a yes to this line. */
const fieldsOf = (text: string, args: JsonObject = {}): Readonly<Record<string, string>> => {
  const order = { id: 7, text, args } as Order;
  const card = confirmingCard({ tone: 'info', title: 'A plan' }, order, false, requirement, '2026-11-28T14:00:00Z', 0);
  return Object.fromEntries(
    (card.fields ?? []).map(({ label, value }) => [inLanguage(label, 'en'), inLanguage(value, 'en')]),
  );
};

describe('the order on the card of who says yes', () => {
  it('is the line as it is understood, without marks that turn or hide a part of it', () => {
    expect(fieldsOf('run db size=\u202e001\u202c on db-1').Order).toBe('run db size=001 on db-1');
    expect(fieldsOf(`run db${'\u200b'.repeat(594)} size=evil on db-1`).Order).toBe('run db size=evil on db-1');
  });

  it('tells a gap, behind which something could stand out of sight', () => {
    expect(fieldsOf(`run db comment="a${' '.repeat(600)}b" size=2`).Order).toBe('run db comment="a ␣×600 b" size=2');
  });

  it('has the variables one by one, however long the line is', () => {
    const long = 'x'.repeat(900);
    const { Order: line = '', Variables = '' } = fieldsOf(`run db a=${long} size=77`, {
      vars: { a: long, size: '77' },
    });
    expect(line).not.toContain('size=77');
    expect(Variables.split('\n')).toEqual([`a=${'x'.repeat(198)}… (+702)`, 'size=77']);
  });
});

describe('what nobody sees', () => {
  it.each([
    ['a\u202eb', 'a\ufffdb'],
    ['a\u200bb', 'a\ufffdb'],
    ['a\u3164b', 'a\ufffdb'],
    ['a\u0007b', 'a\ufffdb'],
    ['a\nb', 'a\nb'],
    ['👩\u200d🚒 ❤\ufe0f é', '👩\u200d🚒 ❤\ufe0f é'],
  ])('stands there as a mark: %j', (text, shown) => expect(visible(text)).toBe(shown));
});
