import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Match } from '../../templates/regex/regex.ts';
import { ofCharacters, toCharacters } from '../edit/bytes.ts';
import type { Edited } from '../edit/edit.ts';
import { editMeter, type Pattern, readPattern, readReplacement, replaceAll, search } from '../edit/pattern.ts';
import type { ModuleArg } from '../module.ts';

/** The arguments of `replace` besides the file. */
export const replaceArguments = {
  regexp: { type: 'str', required: true },
  replace: { type: 'str', default: '' },
  after: { type: 'str' },
  before: { type: 'str' },
  encoding: { type: 'str', default: 'utf-8' },
  validate: { type: 'str' },
} satisfies Record<string, ModuleArg>;

/** What is looked for, and what comes in its place. */
export interface ReplaceEdit {
  readonly pattern: Pattern;
  readonly made: (match: Match) => string;
  /** The part of the file that is looked at: its group `subsection`. */
  readonly section?: { readonly pattern: Pattern; readonly source: string };
  /** The file is in UTF-8; else each of its bytes is a character. */
  readonly utf8: boolean;
}

const sectionSource = (after: string, before: string): string | undefined => {
  if (after !== '' && before !== '') return `${after}(?P<subsection>.*?)${before}`;
  if (after !== '') return `${after}(?P<subsection>.*)`;
  return before === '' ? undefined : `(?P<subsection>.*)${before}`;
};

const utf8Names = /^utf[-_]?8$/i;
const byteNames = /^(?:latin[-_]?1|iso[-_]?8859[-_]?1|l1|(?:us[-_]?)?ascii)$/i;

/** Checks the arguments. Throws a Fault for a pattern that is none, and for an encoding nobody here knows. */
export const prepareReplace = (args: JsonObject): ReplaceEdit => {
  const encoding = String(args.encoding);
  if (!utf8Names.test(encoding) && !byteNames.test(encoding)) {
    throw new Fault({
      code: 'module.arguments',
      say: t(
        `replace: encoding may be utf-8, latin-1 or ascii, not “${encoding}”.`,
        `replace : encoding peut être utf-8, latin-1 ou ascii, pas « ${encoding} ».`,
      ),
    });
  }
  const text = (name: string): string => (typeof args[name] === 'string' ? args[name] : '');
  const source = sectionSource(text('after'), text('before'));
  const pattern = readPattern('replace', 'regexp', text('regexp'), { multiline: true });
  return {
    pattern,
    made: readReplacement('replace', 'replace', pattern, text('replace')),
    ...(source !== undefined && {
      section: { source, pattern: readPattern('replace', 'after, before', source, { dotAll: true }) },
    }),
    utf8: utf8Names.test(encoding),
  };
};

interface Section {
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

const sectionOf = ({ section }: ReplaceEdit, text: string): Section | undefined => {
  if (section === undefined) return { before: '', text, after: '' };
  const match = search(section.pattern, text, editMeter());
  const group = section.pattern.regex.names.get('subsection') ?? 0;
  const inside = match?.groups[group];
  if (match === undefined || inside === undefined) return undefined;
  const characters = Array.from(text);
  const start = match.starts[group] ?? 0;
  const end = start + Array.from(inside).length;
  return { before: characters.slice(0, start).join(''), text: inside, after: characters.slice(end).join('') };
};

/** What becomes of the text of a file: every match in its section replaced. */
export const editReplace = (edit: ReplaceEdit, bytes: string | undefined, path: string): Edited => {
  const result = { rc: 0 };
  if (bytes === undefined) return { kind: 'failed', msg: `Path ${path} does not exist !`, result: { rc: 257 } };
  const section = sectionOf(edit, edit.utf8 ? toCharacters(bytes) : bytes);
  if (section === undefined) {
    const source = edit.section?.source ?? '';
    return { kind: 'stop', msg: `Pattern for before/after params did not match the given file: ${source}`, result };
  }
  const { text, count } = replaceAll(edit.pattern, edit.made, section.text, editMeter());
  if (text === section.text) return { kind: 'text', text: bytes, msg: '', result };
  const whole = section.before + text + section.after;
  return {
    kind: 'text',
    text: edit.utf8 ? ofCharacters(whole) : whole,
    msg: `${count} replacements made`,
    result,
  };
};
