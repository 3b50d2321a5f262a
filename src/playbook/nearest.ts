import { nearest } from '#core/nearest.ts';
import { join, type Text, t } from '#core/text.ts';

/** Adds «did you mean …?» to a sentence when a known word is near. */
export const withNearest = (sentence: Text, word: string, known: Iterable<string>): Text => {
  const [name] = nearest(word, known);
  if (name === undefined) return sentence;
  return join([sentence, t(`; did you mean “${name}”?`, ` ; vouliez-vous dire « ${name} » ?`)]);
};
