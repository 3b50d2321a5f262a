import type { Json, JsonObject } from '#core/json.ts';
import { type Pattern, readPattern } from '../edit/pattern.ts';
import type { ModuleArg } from '../module.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

const stamps = ['atime', 'ctime', 'mtime'] as const;

/** The arguments of `find`. */
export const findArguments = {
  paths: { type: 'list', required: true, aliases: ['name', 'path'] },
  patterns: { type: 'list', default: [], aliases: ['pattern'] },
  excludes: { type: 'list', aliases: ['exclude'] },
  contains: { type: 'str' },
  read_whole_file: { type: 'bool', default: false },
  file_type: { type: 'str', default: 'file', choices: ['any', 'directory', 'file', 'link'] },
  age: { type: 'str' },
  age_stamp: { type: 'str', default: 'mtime', choices: stamps },
  size: { type: 'str' },
  recurse: { type: 'bool', default: false },
  hidden: { type: 'bool', default: false },
  follow: { type: 'bool', default: false },
  get_checksum: { type: 'bool', default: false },
  use_regex: { type: 'bool', default: false },
  depth: { type: 'int' },
} satisfies Record<string, ModuleArg>;

/** How a name is matched: as a shell does, or by a regular expression from its beginning. */
export type NamePattern =
  | { readonly by: 'glob'; readonly glob: string }
  | { readonly by: 'regex'; readonly pattern: Pattern };

/** Prepared arguments of `find`. */
export interface FindArgs {
  readonly paths: readonly string[];
  readonly patterns: readonly NamePattern[];
  readonly excludes: readonly NamePattern[];
  readonly contains?: { readonly pattern: Pattern; readonly whole: boolean };
  readonly type: 'any' | 'directory' | 'file' | 'link';
  /** Seconds; at least so old, or at most when below zero. */
  readonly age?: number;
  readonly stamp: (typeof stamps)[number];
  /** Bytes; at least so large, or at most when below zero. */
  readonly size?: number;
  /** How many levels; undefined for all. */
  readonly depth?: number;
  readonly hidden: boolean;
  readonly follow: boolean;
  readonly checksum: boolean;
}

const texts = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const measured = (name: string, value: Json | undefined, units: Readonly<Record<string, number>>) => {
  if (value === undefined) return undefined;
  const [, number, unit = ''] =
    new RegExp(`^(-?\\d+)([${Object.keys(units).join('')}]?)$`).exec(String(value).toLowerCase()) ?? [];
  if (number !== undefined) return Number(number) * (units[unit] ?? 1);
  throw wrong(
    `find: failed to process ${name} “${String(value)}”.`,
    `find : ${name} « ${String(value)} » est illisible.`,
  );
};

const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const bytes = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

const patternsOf = (name: string, args: JsonObject): readonly NamePattern[] =>
  texts(args[name]).map((source) =>
    args.use_regex === true
      ? { by: 'regex', pattern: readPattern('find', name, source) }
      : { by: 'glob', glob: source },
  );

/** Checks the arguments. Throws a Fault for a pattern, an age or a size that is none. */
export const prepareFind = (args: JsonObject): FindArgs => {
  const age = measured('age', args.age, seconds);
  const size = measured('size', args.size, bytes);
  const depth = args.recurse === true ? Number(args.depth ?? 0) : 1;
  const { contains, age_stamp } = args;
  return {
    paths: texts(args.paths).map(tidyPath),
    patterns: patternsOf('patterns', args),
    excludes: patternsOf('excludes', args),
    ...(typeof contains === 'string' && {
      contains: { pattern: readPattern('find', 'contains', contains), whole: args.read_whole_file === true },
    }),
    type: String(args.file_type) as FindArgs['type'],
    ...(age !== undefined && { age }),
    stamp: stamps.find((stamp) => stamp === age_stamp) ?? 'mtime',
    ...(size !== undefined && { size }),
    ...(depth > 0 && { depth }),
    hidden: args.hidden === true,
    follow: args.follow === true,
    checksum: args.get_checksum === true,
  };
};
