import { distance } from 'fastest-levenshtein';

/** The candidates that look like the word, best first; none when nothing is near. Case does not count. */
export function nearest(word: string, candidates: Iterable<string>, most = 3): readonly string[] {
  const wanted = word.toLowerCase();
  const farthest = Math.max(1, Math.floor(wanted.length / 3));
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, far: farness(wanted, candidate.toLowerCase()) }))
    .filter(({ far }) => far <= farthest)
    .sort((a, b) => a.far - b.far || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Edits apart; a beginning of at least three letters counts as near. */
function farness(wanted: string, candidate: string): number {
  const edits = distance(wanted, candidate);
  const begins = wanted.length >= 3 && candidate.startsWith(wanted);
  return begins ? Math.min(edits, 1) : edits;
}
