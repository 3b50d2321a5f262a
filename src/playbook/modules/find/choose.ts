import { posix } from 'node:path';
import type { JsonObject } from '#core/json.ts';
import { globMatches } from '../../inventory/glob.ts';
import { Subject } from '../../templates/regex/regex.ts';
import type { Meter } from '../../templates/run/budget.ts';
import { editMeter, mistakeOf, search } from '../edit/pattern.ts';
import type { ModulePlan } from '../module.ts';
import { showMode } from '../state/mode.ts';
import type { FindArgs, NamePattern } from './arguments.ts';
import type { Entry, FindState } from './probe.ts';

/** By the bits of the file type. As pairs: the formatter misreads octal keys of an object. */
const kinds = new Map([
  [0o010000, 'isfifo'],
  [0o020000, 'ischr'],
  [0o040000, 'isdir'],
  [0o060000, 'isblk'],
  [0o100000, 'isreg'],
  [0o120000, 'islnk'],
  [0o140000, 'issock'],
]);

const kindOf = ({ bits }: Entry): string => kinds.get(bits & 0o170000) ?? '';

const wantedKind: Readonly<Record<FindArgs['type'], string>> = {
  any: '',
  directory: 'isdir',
  file: 'isreg',
  link: 'islnk',
};

const fits = (pattern: NamePattern, name: string, meter: Meter): boolean =>
  pattern.by === 'glob'
    ? globMatches(pattern.glob, name)
    : pattern.pattern.regex.match(new Subject(name), meter) !== undefined;

const named = (args: FindArgs, entry: Entry, meter: Meter): boolean => {
  const name = posix.basename(entry.path);
  const some = (patterns: readonly NamePattern[]): boolean => patterns.some((pattern) => fits(pattern, name, meter));
  return (args.patterns.length === 0 || some(args.patterns)) && !some(args.excludes);
};

/** At least a limit, or at most one below zero. */
const within = (limit: number | undefined, value: number): boolean =>
  limit === undefined || (limit >= 0 ? value >= limit : value <= -limit);

const holds = (args: FindArgs, { content }: Entry, meter: Meter): boolean => {
  if (args.contains === undefined) return true;
  const text = content?.toString('utf8') ?? '';
  if (content === undefined || !Buffer.from(text).equals(content)) return false;
  const { pattern, whole } = args.contains;
  if (whole) return search(pattern, text, meter) !== undefined;
  const lines = text.match(/[^\n]*\n|[^\n]+/g) ?? [];
  return lines.some((line) => pattern.regex.match(new Subject(line), meter) !== undefined);
};

const chosen = (args: FindArgs, state: FindState, entry: Entry, meter: Meter): boolean => {
  const kind = kindOf(entry);
  const wanted = wantedKind[args.type];
  if (wanted !== '' && kind !== wanted) return false;
  if (!args.hidden && posix.basename(entry.path).startsWith('.')) return false;
  return (
    named(args, entry, meter) &&
    within(args.age, state.now - entry[args.stamp]) &&
    (kind !== 'isreg' || within(args.size, entry.size)) &&
    (args.type !== 'file' || holds(args, entry, meter))
  );
};

const permissions = {
  rusr: 0o400,
  wusr: 0o200,
  xusr: 0o100,
  rgrp: 0o40,
  wgrp: 0o20,
  xgrp: 0o10,
  roth: 0o4,
  woth: 0o2,
  xoth: 0o1,
  isuid: 0o4000,
  isgid: 0o2000,
};

const described = (entry: Entry): JsonObject => {
  const { bits, links, device, owner, group, content: _content, checksum, path, ...numbers } = entry;
  const kind = kindOf(entry);
  return {
    path: posix.normalize(path),
    mode: showMode(bits & 0o7777),
    ...numbers,
    dev: device,
    nlink: links,
    pw_name: owner,
    gr_name: group,
    ...Object.fromEntries([...kinds.values()].map((name) => [name, name === kind])),
    ...Object.fromEntries(Object.entries(permissions).map(([name, bit]) => [name, (bits & bit) !== 0])),
    ...(checksum !== undefined && { checksum }),
  };
};

const byPath = (a: Entry, b: Entry): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

const select = (args: FindArgs, state: FindState): readonly JsonObject[] => {
  const meter = editMeter();
  const order = [...state.entries].sort(byPath);
  return order.filter((entry) => chosen(args, state, entry, meter)).map(described);
};

/** What was found, in the order of the paths. */
export const planFind = (args: FindArgs, state: FindState): ModulePlan => {
  const failed = (msg: string): ModulePlan => ({ differences: [], result: { msg }, failed: msg });
  if (state.failed !== undefined) return failed(state.failed);
  try {
    const files = select(args, state);
    const skipped = Object.fromEntries(state.skipped.map((path) => [path, `'${path}' is not a directory`]));
    const msg =
      state.skipped.length === 0 ? 'All paths examined' : 'Not all paths examined, check warnings for details';
    const result = { files, matched: files.length, examined: state.examined, skipped_paths: skipped, msg };
    return { differences: [], result };
  } catch (thrown) {
    const msg = mistakeOf(thrown);
    if (msg === undefined) throw thrown;
    return failed(msg);
  }
};
