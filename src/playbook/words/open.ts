import { shell } from './open-shell.ts';
import { sql } from './open-sql.ts';
import { last, type Open, outer, type Step, unsure } from './open-step.ts';

export type { Open } from './open-step.ts';

/** Who reads a text: a shell, a program whose line is split into words, or a database. */
export type Reader = 'shell' | 'words' | 'sql';

const words: Step = (open, char) => {
  const now = last(open);
  if (now === '\\') return outer(open);
  if (char === '\\' && now !== "'") return `${open}\\`;
  if (now !== '') return char === now ? outer(open) : open;
  return '\'"'.includes(char) ? char : '';
};

const readers: Readonly<Record<Reader, { readonly begin: Open; readonly step: Step }>> = {
  shell: { begin: '_', step: shell },
  words: { begin: '', step: words },
  sql: { begin: '', step: sql },
};

/** What is open where a text begins. */
export const beginning = (reader: Reader): Open => readers[reader].begin;

/** What is open behind more of a text. */
export function openAfter(reader: Reader, open: Open, text: string): Open {
  // The bracket after a pattern of `case` closes nothing.
  if (reader === 'shell' && /(?:^|[\s;&|(])case\s/.test(text) && `${open}${text}`.includes('(')) return unsure;
  let now = open;
  for (const char of text) now = readers[reader].step(now, char);
  return now;
}

/** What is open behind something that a template gives, taken as a whole: its letters open nothing. */
export function afterOutput(reader: Reader, open: Open): Open {
  const now = last(open);
  if ('\\$L'.includes(now) && now !== '') return unsure;
  if (reader === 'sql') return '-/'.includes(open) ? '' : open.replace(/!$/, '');
  if (reader === 'words') return open;
  if (now === '_') return `${outer(open)}o`;
  return '^<'.includes(now) ? outer(open) : open;
}

/**
 * What is open behind one of several texts. Whether a word may begin there can differ: that matters to a comment alone, and
 * none begins where a word goes on.
 */
export function afterEither(ends: readonly Open[], open: Open): Open {
  const [end = open, ...others] = new Set(ends);
  if (others.length === 0) return end;
  const [base = '', ...more] = new Set(ends.map((one) => one.replace(/[_o]$/, '')));
  return more.length === 0 ? `${base}o` : unsure;
}

/** True where a quoted word is one word and nothing else. */
export const isBare = (open: Open): boolean => /^\(*[_o^<]?$/.test(open);

/** True in a text of SQL, where a plain word is no name. */
export const isText = (open: Open): boolean => open !== '' && '\'"`'.includes(open);
