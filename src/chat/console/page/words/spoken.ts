import type { Language } from '#core/text.ts';
import type { WireMessage } from '../../protocol.ts';
import { blocksOf } from './rich.ts';
import { inWords, wordsOf } from './words.ts';

/** A listener wants the answer, not a page: what is longer is there to be read. */
const mostSpoken = 300;

const plain = (text: string): string =>
  blocksOf(text)
    .flatMap(({ items }) => items.map((spans) => spans.map((span) => span.text).join('')))
    .join(' ');

const short = (text: string): string => (text.length <= mostSpoken ? text : `${text.slice(0, mostSpoken)}…`);

/** A message as a screen reader says it: how it is, and what it says. */
export const spokenText = ({ card, text, author }: WireMessage, language: Language): string => {
  if (card === undefined) return short([author?.name, text].filter(Boolean).join(': '));
  const head = `${wordsOf(language).tones[card.tone]}: ${inWords(card.title, language)}`;
  const more = card.text === undefined ? '' : plain(inWords(card.text, language));
  const end = /[.!?…]$/u.test(head) ? '' : '.';
  return short(more === '' ? head : `${head}${end} ${more}`);
};
