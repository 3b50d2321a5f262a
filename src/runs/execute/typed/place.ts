import { type Document, documentsOf } from '#playbook/words/commands.ts';
import { afterOutput, isBare, isText, type Open, openAfter, type Reader } from '#playbook/words/open.ts';
import type { Part } from './parts.ts';
import type { Reading } from './reading.ts';
import { hasPercent, isHarmless, isNumber } from './values.ts';

/** The typed variable of the first part that its reader would take for more than a word; undefined when there is none. */
export function partIn(parts: readonly Part[], reading: Reading, from: Open): string | undefined {
  const reader: Reader = reading === 'sql' || reading === 'words' ? reading : 'shell';
  const documents = reader === 'shell' ? documentsOf(parts.map(({ text }) => text).join('')) : [];
  let open = from;
  let at = 0;
  for (const part of parts) {
    const rest = outside(part.text, at, documents);
    at += part.text.length;
    const place = rest === part.text ? open : inDocument;
    if (part.name !== '' && !mayStand(part, reading, place)) return part.name;
    open = part.kind === 'quoted' ? afterOutput(reader, open) : openAfter(reader, open, rest);
  }
  return undefined;
}

const inDocument: Open = '?';

/** A part without what is in a here-document; what begins one is as what takes a file. */
function outside(text: string, at: number, documents: readonly Document[]): string {
  const letters = [...text.split('').entries()].map(([index, char]) => {
    const place = at + index;
    if (documents.some(({ from, to }) => place >= from && place < to)) return '';
    return documents.some(({ operator }) => place === operator) ? '' : char;
  });
  return documents.length === 0 ? text : letters.join('');
}

function mayStand({ kind, text }: Part, reading: Reading, open: Open): boolean {
  // Cron makes a line's end of it, quoted or not.
  if (reading === 'cron' && hasPercent(text)) return false;
  if (reading === 'sql') return isNumber(text) || (isHarmless(text) && isText(open) && !hasPercent(text));
  if (kind === 'quoted') return isHarmless(text) || isBare(open);
  return kind !== 'open';
}
