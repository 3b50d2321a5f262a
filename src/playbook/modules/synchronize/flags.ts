import type { JsonObject } from '#core/json.ts';
import { wrong } from '../state/wrong.ts';

/** What of a file is to be the same, and what may be done for it. */
export interface Flags {
  readonly recursive: boolean;
  readonly dirs: boolean;
  readonly links: boolean;
  readonly copyLinks: boolean;
  readonly perms: boolean;
  readonly times: boolean;
  readonly folderTimes: boolean;
  readonly owner: boolean;
  readonly group: boolean;
  readonly numericIds: boolean;
  /** Contents are compared by sums, not by size and time. */
  readonly checksum: boolean;
  readonly deletes: boolean;
  readonly deletesExcluded: boolean;
  readonly existingOnly: boolean;
  readonly newOnly: boolean;
}

/** What follows `archive` unless it is given itself, with the option that switches it off. */
export const archived = {
  recursive: '-r',
  links: '-l',
  perms: '-p',
  times: '-t',
  owner: '-o',
  group: '-g',
} as const;

type Archived = keyof typeof archived;

const isOn = (args: JsonObject, options: readonly string[], name: Archived): boolean => {
  const off = [`--no-${name}`, `--no${archived[name]}`].some((option) => options.includes(option));
  return !off && (typeof args[name] === 'boolean' ? args[name] : args.archive !== false);
};

/** Throws a Fault for what rsync itself would refuse. */
export const checkFlags = (args: JsonObject, recursive: boolean, deletes: boolean): void => {
  if (!deletes || recursive || args.dirs === true) return;
  throw wrong(
    'synchronize: delete needs recursive, which archive: false or recursive: false takes away.',
    'synchronize : delete demande recursive, que archive: false ou recursive: false enlève.',
  );
};

/** What is asked for by arguments and by options together. */
export const flagsOf = (args: JsonObject, options: readonly string[]): Flags => {
  const has = (...names: readonly string[]): boolean => names.some((name) => options.includes(name));
  const on = (name: Archived): boolean => isOn(args, options, name);
  const deletes = args.delete === true || has('--delete', '--delete-after', '--delete-excluded');
  checkFlags(args, on('recursive'), deletes);
  return {
    recursive: on('recursive'),
    dirs: args.dirs === true,
    links: on('links'),
    copyLinks: args.copy_links === true,
    perms: on('perms'),
    times: on('times'),
    folderTimes: on('times') && !has('--omit-dir-times', '-O'),
    owner: on('owner'),
    group: on('group'),
    numericIds: has('--numeric-ids'),
    checksum: args.checksum === true || has('--checksum', '-c'),
    deletes,
    deletesExcluded: has('--delete-excluded'),
    existingOnly: args.existing_only === true,
    newOnly: has('--ignore-existing'),
  };
};
