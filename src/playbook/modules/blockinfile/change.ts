import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { linesOfAny, toBytes } from '../edit/bytes.ts';
import type { Edited } from '../edit/edit.ts';
import { editMeter, type Pattern, readBytePattern, search } from '../edit/pattern.ts';
import type { ModuleArg } from '../module.ts';

/** The arguments of `blockinfile` besides the file. */
export const blockArguments = {
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  marker: { type: 'str', default: '# {mark} ANSIBLE MANAGED BLOCK' },
  marker_begin: { type: 'str', default: 'BEGIN' },
  marker_end: { type: 'str', default: 'END' },
  block: { type: 'str', default: '', aliases: ['content'] },
  insertafter: { type: 'str' },
  insertbefore: { type: 'str' },
  create: { type: 'bool', default: false },
  append_newline: { type: 'bool', default: false },
  prepend_newline: { type: 'bool', default: false },
  validate: { type: 'str' },
} satisfies Record<string, ModuleArg>;

/** What is to be done to the block between its markers; texts are bytes. */
export interface BlockEdit {
  readonly state: 'absent' | 'present';
  /** The lines of the block with its markers; none when it is to go. */
  readonly lines: readonly string[];
  readonly begin: string;
  readonly end: string;
  readonly spot: { readonly at: 'beginning' | 'end' } | { readonly at: 'after' | 'before'; readonly pattern: Pattern };
  readonly create: boolean;
  readonly emptyBefore: boolean;
  readonly emptyAfter: boolean;
}

const spotOf = ({ insertafter, insertbefore }: JsonObject): BlockEdit['spot'] => {
  if (typeof insertafter === 'string' && insertafter !== 'EOF')
    return { at: 'after', pattern: readBytePattern('blockinfile', 'insertafter', insertafter) };
  if (insertbefore === 'BOF') return { at: 'beginning' };
  if (typeof insertbefore === 'string')
    return { at: 'before', pattern: readBytePattern('blockinfile', 'insertbefore', insertbefore) };
  return { at: 'end' };
};

/** Checks the arguments. Throws a Fault for those that do not go together, and for a pattern that is none. */
export const prepareBlock = (args: JsonObject): BlockEdit => {
  if (args.insertafter !== undefined && args.insertbefore !== undefined) {
    throw new Fault({
      code: 'module.arguments',
      say: t(
        'blockinfile: insertbefore and insertafter are mutually exclusive.',
        'blockinfile : insertbefore ou insertafter, pas les deux.',
      ),
    });
  }
  const marker = (name: string): string => toBytes(`${String(args.marker).replaceAll('{mark}', name)}\n`);
  const [begin, end] = [marker(String(args.marker_begin)), marker(String(args.marker_end))];
  const block = toBytes(String(args.block));
  const whole = block.endsWith('\n') ? block : `${block}\n`;
  const state = args.state === 'absent' ? 'absent' : 'present';
  return {
    state,
    begin,
    end,
    lines: state === 'absent' || block === '' ? [] : [begin, ...linesOfAny(whole), end],
    spot: spotOf(args),
    create: args.create === true,
    emptyBefore: args.prepend_newline === true,
    emptyAfter: args.append_newline === true,
  };
};

const countLines = (text: string): number => text.split('\n').length - 1;

/** The line a pattern leads to: over the whole text with `(?m)`, else the last that fits. */
const matchedLine = (edit: BlockEdit, lines: readonly string[]): number | undefined => {
  const { spot } = edit;
  if (!('pattern' in spot)) return undefined;
  const meter = editMeter();
  if (!spot.pattern.multiline) {
    const fits = (line: string): boolean => search(spot.pattern, line, meter) !== undefined;
    const index = lines.findLastIndex(fits);
    return index < 0 ? undefined : index;
  }
  const text = lines.join('');
  const match = search(spot.pattern, text, meter);
  return match && countLines(text.slice(0, spot.at === 'after' ? match.end : match.start));
};

const newPlace = (edit: BlockEdit, lines: readonly string[]): number => {
  if (edit.spot.at === 'beginning') return 0;
  const line = matchedLine(edit, lines);
  if (line === undefined) return lines.length;
  return Math.min(edit.spot.at === 'after' ? line + 1 : line, lines.length);
};

/** The file without its block, and where the block was or is to be. */
const takeOut = (edit: BlockEdit, lines: readonly string[]): { readonly rest: string[]; readonly at: number } => {
  const [begin, end] = [lines.lastIndexOf(edit.begin), lines.lastIndexOf(edit.end)];
  if (begin < 0 || end < 0) return { rest: [...lines], at: newPlace(edit, lines) };
  const at = Math.min(begin, end);
  return { rest: lines.toSpliced(at, Math.abs(end - begin) + 1), at };
};

const withBlock = (edit: BlockEdit, lines: readonly string[]): readonly string[] => {
  const { rest, at } = takeOut(edit, lines);
  const before = rest.slice(0, at);
  const after = rest.slice(at);
  const last = before.at(-1);
  if (last !== undefined && !last.endsWith('\n')) before[before.length - 1] = `${last}\n`;
  if (edit.state === 'absent') return [...before, ...after];
  if (edit.emptyBefore && before.length > 0 && before.at(-1) !== '\n') before.push('\n');
  const gap = edit.emptyAfter && after.length > 0 && after[0] !== '\n' ? ['\n'] : [];
  return [...before, ...edit.lines, ...gap, ...after];
};

/** What becomes of the text of a file: the block put in, changed or taken out. */
export const editBlock = (edit: BlockEdit, text: string | undefined, path: string): Edited => {
  if (text === undefined && !edit.create)
    return { kind: 'failed', msg: `Path ${path} does not exist !`, result: { rc: 257 } };
  if (text === undefined && edit.state === 'absent') return { kind: 'stop', msg: `File ${path} not present` };
  const after = withBlock(edit, linesOfAny(text ?? '')).join('');
  if (after === text) return { kind: 'text', text, msg: '' };
  if (text === undefined) return { kind: 'text', text: after, msg: 'File created' };
  return { kind: 'text', text: after, msg: edit.lines.length === 0 ? 'Block removed' : 'Block inserted' };
};
