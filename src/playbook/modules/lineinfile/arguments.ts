import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Match } from '../../templates/regex/regex.ts';
import { toBytes } from '../edit/bytes.ts';
import { type Pattern, readBytePattern, readReplacement } from '../edit/pattern.ts';
import type { ModuleArg } from '../module.ts';

/** The arguments of `lineinfile` besides the file. */
export const lineArguments = {
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  regexp: { type: 'str', aliases: ['regex'] },
  search_string: { type: 'str' },
  line: { type: 'str', aliases: ['value'] },
  insertafter: { type: 'str' },
  insertbefore: { type: 'str' },
  backrefs: { type: 'bool', default: false },
  create: { type: 'bool', default: false },
  firstmatch: { type: 'bool', default: false },
  validate: { type: 'str' },
} satisfies Record<string, ModuleArg>;

/** What a line that is there already is known by. */
export type Wanted =
  | { readonly by: 'pattern'; readonly pattern: Pattern }
  | { readonly by: 'words'; readonly words: string };

/** Where a new line comes. */
export type Spot =
  | { readonly at: 'beginning' | 'end' }
  | { readonly at: 'after' | 'before'; readonly pattern: Pattern };

/** What is to be done to the lines of a file; texts are bytes. */
export interface LineEdit {
  readonly state: 'absent' | 'present';
  readonly wanted?: Wanted;
  readonly line?: string;
  readonly spot: Spot;
  /** The line made of a match, with `backrefs`. */
  readonly made?: (match: Match) => string;
  readonly create: boolean;
  readonly firstMatch: boolean;
  /** The argument that is an empty text, and so fits every line. */
  readonly empty?: string;
}

const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });

const exclusive: readonly (readonly [string, string])[] = [
  ['insertbefore', 'insertafter'],
  ['regexp', 'search_string'],
  ['backrefs', 'search_string'],
];

const isGiven = (args: JsonObject, name: string): boolean => args[name] !== undefined && args[name] !== false;

const checkTogether = (args: JsonObject): void => {
  for (const [one, other] of exclusive) {
    if (!isGiven(args, one) || !isGiven(args, other)) continue;
    throw wrong(
      `lineinfile: ${one} and ${other} are mutually exclusive.`,
      `lineinfile : ${one} ou ${other}, pas les deux.`,
    );
  }
  const { regexp, search_string, line, state, backrefs } = args;
  if (state === 'absent') {
    if (regexp !== undefined || search_string !== undefined || line !== undefined) return;
    throw wrong(
      'lineinfile: one of line, search_string, or regexp is required with state=absent.',
      'lineinfile : state=absent demande line, search_string ou regexp.',
    );
  }
  if (backrefs === true && regexp === undefined)
    throw wrong('lineinfile: regexp is required with backrefs=true.', 'lineinfile : backrefs=true demande regexp.');
  if (line === undefined)
    throw wrong('lineinfile: line is required with state=present.', 'lineinfile : state=present demande line.');
};

const wantedOf = ({ regexp, search_string }: JsonObject): Wanted | undefined => {
  if (typeof regexp === 'string') return { by: 'pattern', pattern: readBytePattern('lineinfile', 'regexp', regexp) };
  return typeof search_string === 'string' ? { by: 'words', words: toBytes(search_string) } : undefined;
};

const spotOf = ({ insertafter, insertbefore }: JsonObject): Spot => {
  if (insertafter === 'BOF' || insertbefore === 'BOF') return { at: 'beginning' };
  const [after, before] = [insertafter, insertbefore].map((text) => (text === '' ? undefined : text));
  if (typeof after === 'string' && after !== 'EOF')
    return { at: 'after', pattern: readBytePattern('lineinfile', 'insertafter', after) };
  if (typeof before === 'string')
    return { at: 'before', pattern: readBytePattern('lineinfile', 'insertbefore', before) };
  return { at: 'end' };
};

/** Checks the arguments. Throws a Fault for those that do not go together, and for a pattern that is none. */
export const prepareLine = (args: JsonObject): LineEdit => {
  checkTogether(args);
  const wanted = wantedOf(args);
  const line = typeof args.line === 'string' ? toBytes(args.line) : undefined;
  const empty = args.regexp === '' ? 'regular expression' : args.search_string === '' ? 'search string' : undefined;
  const expands = args.backrefs === true && args.state !== 'absent' && wanted?.by === 'pattern' && line !== undefined;
  return {
    state: args.state === 'absent' ? 'absent' : 'present',
    ...(wanted !== undefined && { wanted }),
    ...(line !== undefined && { line }),
    spot: spotOf(args),
    ...(expands && { made: readReplacement('lineinfile', 'line', wanted.pattern, line) }),
    create: args.create === true,
    firstMatch: args.firstmatch === true,
    ...(empty !== undefined && { empty }),
  };
};
