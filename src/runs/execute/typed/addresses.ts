import type { Marked } from '#playbook/words/marked.ts';
import type { Part } from './parts.ts';
import { runs } from './paths.ts';

type Word = Marked<Part>;

/** What was typed where an address of the author's says to whom it leads, and is more there than a part of a name. */
export function leadsElsewhere(word: Word): Part | undefined {
  for (const { index } of word.text.matchAll(/:\/\//g)) {
    const host = index + 3;
    if (word.marks.slice(index, host).every((mark) => mark)) continue;
    const end = endOf(word, host);
    const at = endOf(word, host, /@/, end);
    const part = runs(word).find(({ from, to }) => {
      if (to === index && !/^[\w+.-]*$/.test(word.text.slice(from, to))) return true;
      if (to <= host || from >= end) return false;
      const text = word.text.slice(Math.max(from, host), to);
      return !(from < at && at < end ? /^[\w.%~-]*$/ : /^[\w.-]*$/).test(text);
    })?.part;
    if (part) return part;
  }
  return undefined;
}

/** Where the author ends what was begun there. */
function endOf({ text, marks }: Word, from: number, ends = /[/?#\s'"<>;|&()]/, most = text.length): number {
  let at = from;
  while (at < most && (marks[at] || !ends.test(text[at] ?? ''))) at += 1;
  return at;
}

const clients =
  /^(?:psql|pg_\w+|pgbench|vacuumlo|(?:create|drop)(?:db|user)|(?:vacuum|reindex|cluster)db|(?:mysql|mariadb)[\w-]*|mongo\w*)$/;

/** What was typed in the words of a client of a database, and is an address or settings of it there. */
export function connects(program: string, words: readonly Word[]): Part | undefined {
  if (!clients.test(program)) return undefined;
  for (const word of words) {
    const begins = word.marks[0] !== undefined && program.startsWith('mongo');
    const bad = begins ? /[=:/]/ : /=|:\/\//;
    const part = runs(word).find(({ from, to }) => bad.test(word.text.slice(from, to)))?.part;
    if (part) return part;
  }
  return undefined;
}

/** What was typed, and names a file for `curl` in the way of an address. */
export const isLocal = ({ text, marks }: Word): Part | undefined =>
  /^(?!https?:|ftps?:)[a-z][\w+.-]*:\//i.test(text) ? marks[0] : undefined;
