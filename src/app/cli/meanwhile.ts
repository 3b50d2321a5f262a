import type { Card } from '#core/card.ts';
import { inLanguage, type Language, t } from '#core/text.ts';
import { cardText } from './card-text.ts';
import type { Terminal } from './terminal.ts';

/** An order as it is looked at while one waits for it. */
export interface Awaited {
  readonly id: number;
  readonly card?: Card | undefined;
}

/** Told each time the order is looked at and not done, or cannot be looked at. */
export type Meanwhile = (order: Awaited | Card) => void;

/** That an order is not done. */
export const goesOn = ({ id }: Awaited) =>
  t(`… Order ${id} is not done yet.`, `… L’ordre ${id} n’est pas encore fini.`);

/** Of what goes on the first line is enough; of what keeps it from going on, all of it. */
const shown = (card: Card): Card => (card.tone === 'bad' ? card : { tone: card.tone, title: card.title });

function wordsOf(order: Awaited | Card, language: Language): string {
  if ('tone' in order) return cardText(order, language);
  return order.card ? cardText(shown(order.card), language) : inLanguage(goesOn(order), language);
}

/** Says on the error output what an order is at, whenever it is something else: the answer stands alone on the other. */
export function sayMeanwhile({ error }: Pick<Terminal, 'error'>, language: Language): Meanwhile {
  let last: string | undefined;
  return (order) => {
    const words = wordsOf(order, language);
    if (words === last) return;
    last = words;
    error(words);
  };
}
