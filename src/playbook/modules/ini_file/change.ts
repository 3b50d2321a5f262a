import { linesOfFeed } from '../edit/bytes.ts';
import type { Edited } from '../edit/edit.ts';
import type { IniEdit } from './arguments.ts';
import { bareLine, lineOf, type OptionLine, optionOf, saysNothing } from './options.ts';

/** The lines of a section while they are changed, and what was done. */
interface Section {
  readonly lines: { text: string; readonly settled: boolean }[];
  /** Values that have no line yet. */
  readonly values: readonly string[];
  readonly changed: boolean;
  readonly msg: string;
  readonly bare: boolean;
}

const matches = (edit: IniEdit, line: string): OptionLine | undefined => {
  const found = edit.option === undefined ? undefined : optionOf(edit.option, line);
  return found === undefined || found.active || edit.inactiveToo ? found : undefined;
};

const withoutBlanks = (line: string): string => line.replace(/[ \t]*=[ \t]*/, '=').trimEnd();

/** The line as it is to be; as it was when only blanks would change and they do not matter. */
const settled = (edit: IniEdit, old: string, fresh: string): string =>
  edit.ignoreSpaces && withoutBlanks(old) === withoutBlanks(fresh) ? old : fresh;

const setLine = (edit: IniEdit, section: Section, index: number, fresh: string): Section => {
  const old = section.lines[index]?.text ?? '';
  const text = settled(edit, old, fresh);
  const changed = text !== old;
  return {
    ...section,
    lines: section.lines.with(index, { text, settled: true }),
    changed: section.changed || changed,
    msg: changed ? 'option changed' : section.msg,
  };
};

const without = (values: readonly string[], value: string): readonly string[] => {
  const index = values.indexOf(value);
  return index < 0 ? values : values.toSpliced(index, 1);
};

/** Lines that hold a wanted value already; of an option without a value, its first line. */
const keepWanted = (edit: IniEdit, start: Section): Section => {
  let section = start;
  for (const index of start.lines.keys()) {
    const found = matches(edit, section.lines[index]?.text ?? '');
    if (found === undefined) continue;
    if (section.values.includes(found.value)) {
      const bare = found.value === '' && edit.allowNoValue;
      const line = bare ? bareLine(edit) : lineOf(edit, found.value);
      section = setLine(edit, section, index, line);
      section = { ...section, values: without(section.values, found.value), bare: section.bare || bare };
    } else if (section.values.length === 0 && edit.allowNoValue) {
      return { ...setLine(edit, section, index, bareLine(edit)), bare: true };
    }
  }
  return section;
};

/** Other lines of the option take the values that are left. */
const overwrite = (edit: IniEdit, start: Section): Section => {
  let section = start;
  for (const index of start.lines.keys()) {
    const [value, ...left] = section.values;
    const line = section.lines[index];
    if (value === undefined) return section;
    if (line === undefined || line.settled || matches(edit, line.text) === undefined) continue;
    section = { ...setLine(edit, section, index, lineOf(edit, value)), values: left };
  }
  return section;
};

/** And those that are still another's go. */
const drop = (edit: IniEdit, section: Section): Section => {
  const lines = section.lines.filter(
    ({ text, settled: done }, index) => index === 0 || done || matches(edit, text) === undefined,
  );
  if (lines.length === section.lines.length) return section;
  return { ...section, lines, changed: true, msg: 'option changed' };
};

/** New lines come after the last that says something. */
const add = (edit: IniEdit, section: Section): Section => {
  const bare = section.values.length === 0 && edit.allowNoValue && !section.bare;
  if (edit.option === undefined || (section.values.length === 0 && !bare)) return section;
  const at = section.lines.findLastIndex(({ text }) => !saysNothing(text)) + 1;
  if (at === 0) return section;
  const texts = bare ? [bareLine(edit)] : section.values.map((value) => lineOf(edit, value));
  const fresh = texts.map((text) => ({ text, settled: true }));
  return { ...section, lines: section.lines.toSpliced(at, 0, ...fresh), changed: true, msg: 'option added' };
};

const present = (edit: IniEdit, section: Section): Section => {
  if (edit.option === undefined) return section;
  const kept = keepWanted(edit, section);
  const own = edit.exclusive && !edit.allowNoValue ? drop(edit, overwrite(edit, kept)) : kept;
  return add(edit, own);
};

const absent = (edit: IniEdit, section: Section): Section => {
  const { option } = edit;
  if (option === undefined) {
    return section.lines.length === 0 ? section : { ...section, lines: [], changed: true, msg: 'section removed' };
  }
  const goes = (line: string): boolean => {
    const found = optionOf(option, line);
    return found?.active === true && (edit.exclusive || edit.values.includes(found.value));
  };
  const lines = section.lines.filter(({ text }) => !goes(text));
  if (lines.length === section.lines.length) return section;
  return { ...section, lines, changed: true, msg: 'option changed' };
};

/** Where a section begins and ends; what comes before the first section counts as one without a head. */
const boundsOf = (edit: IniEdit, lines: readonly string[]): readonly [number, number] | undefined => {
  const head = edit.section === undefined ? undefined : `[${edit.section}]`;
  let start = head === undefined ? 0 : -1;
  for (const [index, line] of lines.entries()) {
    if (head !== undefined && line.startsWith(head)) start = index;
    else if (line.startsWith('[') && start >= 0) return [start, index];
  }
  return start < 0 ? undefined : [start, lines.length];
};

const newSection = (edit: IniEdit): { readonly lines: readonly string[]; readonly msg: string } => {
  const head = `[${edit.section}]\n`;
  if (edit.option !== undefined && edit.values.length > 0)
    return { lines: [head, ...edit.values.map((value) => lineOf(edit, value))], msg: 'section and option added' };
  if (edit.option !== undefined && edit.allowNoValue)
    return { lines: [head, bareLine(edit)], msg: 'section and option added' };
  return { lines: [head], msg: 'only section added' };
};

const byteOrderMark = '\u00ef\u00bb\u00bf';

/** The lines as they are worked on: every line ends, and only with `\n`; an empty file has one empty line. */
const readLines = (text: string): { readonly lines: readonly string[]; readonly open: boolean } => {
  const plain = (text.startsWith(byteOrderMark) ? text.slice(3) : text).replace(/\r\n?/g, '\n');
  const open = plain !== '' && !plain.endsWith('\n');
  return { lines: plain === '' ? ['\n'] : linesOfFeed(open ? `${plain}\n` : plain), open };
};

/** The head of what comes before the first section stands for a line, so that its options are found after it. */
const unnamed = '[\n';

/** What becomes of the text of a file: an option set or removed, a section removed. */
export const editIni = (edit: IniEdit, text: string | undefined, path: string): Edited => {
  if (text === undefined && !edit.create)
    return { kind: 'failed', msg: `Destination ${path} does not exist!`, result: { rc: 257 } };
  const { lines, open } = readLines(text ?? '');
  const bounds = boundsOf(edit, lines);
  if (bounds === undefined) {
    if (edit.state === 'absent') return { kind: 'text', text: open ? lines.join('') : text, msg: 'OK' };
    const { lines: added, msg } = newSection(edit);
    return { kind: 'text', text: [...lines, ...added].join(''), msg };
  }
  const [start, end] = bounds;
  const head = edit.section === undefined ? [unnamed] : [];
  const section: Section = {
    lines: [...head, ...lines.slice(start, end)].map((line) => ({ text: line, settled: false })),
    values: edit.values,
    changed: open,
    msg: 'OK',
    bare: false,
  };
  const done = edit.state === 'absent' ? absent(edit, section) : present(edit, section);
  const own = done.lines.map((line) => line.text).filter((line, index) => index > 0 || line !== unnamed);
  const whole = [...lines.slice(0, start), ...own, ...lines.slice(end)].join('');
  return { kind: 'text', text: done.changed ? whole : text, msg: done.msg };
};
