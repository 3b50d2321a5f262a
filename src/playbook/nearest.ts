import { distance } from 'fastest-levenshtein';
import { join, type Text, t } from '#core/text.ts';

/** True when a word is another with letters left out: the likeliest slip. */
const isShortened = (word: string, of: string): boolean => {
  let at = 0;
  for (const letter of of) if (letter === word[at]) at += 1;
  return at === word.length;
};

const farness = (word: string, name: string): number => distance(word, name) - (isShortened(word, name) ? 0.5 : 0);

/** The known word nearest to a wrong one, when it is near enough to be what was meant. */
export const nearest = (word: string, known: Iterable<string>): string | undefined => {
  const limit = Math.max(1, Math.floor(word.length / 3) + 1);
  let best: { name: string; far: number } | undefined;
  for (const name of known) {
    const far = farness(word.toLowerCase(), name.toLowerCase());
    if (far <= limit && (best === undefined || far < best.far)) best = { name, far };
  }
  return best?.name;
};

/** Adds «did you mean …?» to a sentence when a known word is near. */
export const withNearest = (sentence: Text, word: string, known: Iterable<string>): Text => {
  const name = nearest(word, known);
  if (name === undefined) return sentence;
  return join([sentence, t(`; did you mean «${name}»?`, ` ; vouliez-vous dire « ${name} » ?`)]);
};
