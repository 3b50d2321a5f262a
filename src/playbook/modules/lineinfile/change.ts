import type { JsonObject } from '#core/json.ts';
import type { Match } from '../../templates/regex/regex.ts';
import type { Meter } from '../../templates/run/budget.ts';
import { linesOfFeed, withoutEnd } from '../edit/bytes.ts';
import type { Edited } from '../edit/edit.ts';
import { editMeter, search } from '../edit/pattern.ts';
import type { LineEdit, Wanted } from './arguments.ts';

/** A line that is to be replaced, and what of the pattern matched there. */
interface Found {
  readonly index: number;
  readonly match?: Match;
}

const finds = (wanted: Wanted, line: string, meter: Meter): Match | boolean | undefined =>
  wanted.by === 'words' ? line.includes(wanted.words) : search(wanted.pattern, line, meter);

/** The last line that fits, or the first. */
const findWanted = (edit: LineEdit, lines: readonly string[], meter: Meter): Found | undefined => {
  let found: Found | undefined;
  if (edit.wanted === undefined) return undefined;
  for (const [index, line] of lines.entries()) {
    const fits = finds(edit.wanted, line, meter);
    if (fits === undefined || fits === false) continue;
    found = fits === true ? { index } : { index, match: fits };
    if (edit.firstMatch) return found;
  }
  return found;
};

/** Where the very line is already, and where the place for a new one would be. */
const findSpot = (edit: LineEdit, lines: readonly string[], meter: Meter) => {
  const { spot, line } = edit;
  let same: number | undefined;
  let place: number | undefined;
  for (const [index, own] of lines.entries()) {
    if (withoutEnd(own) === line) same = index;
    else if ('pattern' in spot && search(spot.pattern, own, meter) !== undefined) {
      place = spot.at === 'after' ? index + 1 : index;
      if (edit.firstMatch) break;
    }
  }
  return { same, place };
};

const ended = (line: string): string => (line.endsWith('\n') ? line : `${line}\n`);

const withEnd = (lines: readonly string[]): string[] => {
  const last = lines.at(-1);
  return last === undefined || /[\r\n]$/.test(last) ? [...lines] : [...lines.slice(0, -1), `${last}\n`];
};

type Change = { readonly lines: readonly string[]; readonly msg: string };

const replaced = (lines: readonly string[], index: number, line: string): Change =>
  lines[index] === line ? { lines, msg: '' } : { lines: lines.with(index, line), msg: 'line replaced' };

const inserted = (lines: readonly string[], index: number, line: string): Change => {
  const start = index === lines.length ? withEnd(lines) : [...lines];
  return { lines: start.toSpliced(index, 0, `${line}\n`), msg: 'line added' };
};

const insert = (edit: LineEdit, lines: readonly string[], line: string, place: number | undefined): Change => {
  if (edit.spot.at === 'beginning') return inserted(lines, 0, line);
  if (edit.spot.at === 'end' || place === undefined) return inserted(lines, lines.length, line);
  const beside = lines[Math.min(place, lines.length - 1)] ?? '';
  if (edit.spot.at === 'after' && withoutEnd(beside) === line) return { lines, msg: '' };
  return inserted(lines, place, line);
};

const present = (edit: LineEdit, lines: readonly string[], line: string, meter: Meter): Change => {
  const found = findWanted(edit, lines, meter);
  if (found !== undefined) {
    const made = found.match && edit.made ? edit.made(found.match) : line;
    return replaced(lines, found.index, ended(made));
  }
  const { same, place } = findSpot(edit, lines, meter);
  if (same !== undefined) return replaced(lines, same, ended(line));
  return edit.made === undefined ? insert(edit, lines, line, place) : { lines, msg: '' };
};

const absent = (edit: LineEdit, lines: readonly string[], meter: Meter): readonly string[] =>
  lines.filter((own) => {
    if (edit.wanted === undefined) return withoutEnd(own) !== edit.line;
    const fits = finds(edit.wanted, own, meter);
    return fits === undefined || fits === false;
  });

const warned = ({ empty }: LineEdit): JsonObject => {
  if (empty === undefined) return {};
  const hint =
    empty === 'regular expression'
      ? " If this is desired, use '^' to match every line in the file and avoid this warning."
      : '';
  return {
    warnings: [
      `The ${empty} is an empty string, which will match every line in the file. This may have unintended consequences, such as replacing the last line in the file rather than appending.${hint}`,
    ],
  };
};

/** What becomes of the text of a file: a line replaced, added, or lines removed. */
export const editLines = (edit: LineEdit, text: string | undefined, path: string): Edited => {
  const lines = linesOfFeed(text ?? '');
  const meter = editMeter();
  const result = warned(edit);
  if (edit.state === 'absent') {
    if (text === undefined) return { kind: 'stop', msg: 'file not present', result };
    const kept = absent(edit, lines, meter);
    const found = lines.length - kept.length;
    const msg = found > 0 ? `${found} line(s) removed` : '';
    return { kind: 'text', text: kept.join(''), msg, result: { ...result, found } };
  }
  if (text === undefined && !edit.create)
    return { kind: 'failed', msg: `Destination ${path} does not exist !`, result: { rc: 257 } };
  const change = present(edit, lines, edit.line ?? '', meter);
  return { kind: 'text', text: change.msg === '' ? text : change.lines.join(''), msg: change.msg, result };
};
