import { distance } from 'fastest-levenshtein';

/** What of a word counts: `known_hosts`, `Known-Hosts` and `knownHosts` are the same. */
const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '');

/** True when a word is another with letters left out: the likeliest slip. */
const isShortened = (word: string, of: string): boolean => {
  let at = 0;
  for (const letter of of) if (letter === word[at]) at += 1;
  return at === word.length;
};

/** True when two letters beside each other are swapped, and nothing else is. */
const isSwapped = (word: string, of: string): boolean => {
  const at = [...word].findIndex((letter, index) => letter !== of[index]);
  return at >= 0 && word.slice(0, at) + (word[at + 1] ?? '') + word[at] + word.slice(at + 2) === of;
};

/**
 * Edits apart, a swap being one; a beginning of three letters or more is as near, and letters left out, or added at the
 * end, are nearer than others.
 */
const farness = (wanted: string, candidate: string): number => {
  const edits = distance(wanted, candidate);
  const isOne = isSwapped(wanted, candidate) || (wanted.length >= 3 && candidate.startsWith(wanted));
  const isLikely = isShortened(wanted, candidate) || (candidate.length >= 2 && wanted.startsWith(candidate));
  return (isOne ? Math.min(edits, 1) : edits) - (isLikely ? 0.5 : 0);
};

/** A letter alone may be anything; a short word is another one after two edits, unless they are the likeliest. */
const farthest = (wanted: string): number =>
  wanted.length < 2 ? 0 : wanted.length < 4 ? 1 : Math.max(1.5, Math.floor(wanted.length / 3));

/** The candidates somebody may have meant by a word, the likeliest first; none when nothing is near. */
export function nearest(word: string, candidates: Iterable<string>, most = 3): readonly string[] {
  const wanted = plain(word);
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, far: farness(wanted, plain(candidate)) }))
    .filter(({ far }) => far <= farthest(wanted))
    .sort((a, b) => a.far - b.far || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** All candidates, those that somebody may have meant by a word first. */
export const nearestFirst = (word: string, candidates: readonly string[]): readonly string[] => [
  ...new Set([...nearest(word, candidates), ...candidates]),
];

/** The name as it is listed: exactly, else without regard to capitals. */
export const listed = (given: string, names: readonly string[]): string | undefined =>
  names.find((name) => name === given) ?? names.find((name) => name.toLowerCase() === given.toLowerCase());
