import type { JsonObject } from '#core/json.ts';
import type { Controller, TreeEntry } from '../module.ts';
import { wantedMode } from '../state/mode.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';
import { type FilterRule, filterOf, ruleOf, rulesOf } from './filter.ts';
import { type Flags, flagsOf } from './flags.ts';
import { isOurs } from './options.ts';

/** Files of the controller that are to be the same on the host. */
export interface PushArgs {
  readonly kind: 'push';
  readonly src: string;
  readonly dest: string;
  /** `dest` was written with a slash at its end. */
  readonly intoFolder: boolean;
  /** `src` is one file: it goes into a folder, or by the name that `dest` gives. */
  readonly single: boolean;
  /** By path below `dest`, folders before what is in them; the first is the top of what is compared. */
  readonly entries: readonly TreeEntry[];
  /** Links that are not sent. */
  readonly skipped: readonly string[];
  /** The paths of all that is here, links that are not sent as well: nothing of it is deleted. */
  readonly names: ReadonlySet<string>;
  readonly flags: Flags;
  /** False for what is left out, and stays where it is. */
  wants(path: string, directory: boolean): boolean;
}

const afterEquals = (option: string): string => option.slice(option.indexOf('=') + 1);

const filterFile = async (option: string, controller: Controller): Promise<readonly FilterRule[]> => {
  const { content } = await controller.read(afterEquals(option), 'files');
  return rulesOf(content.toString('utf8'), option.startsWith('--include'));
};

/** The rules of the options, in their order. */
const rulesIn = async (options: readonly string[], controller: Controller): Promise<readonly FilterRule[]> => {
  const rules: FilterRule[] = [];
  for (const option of options) {
    if (/^--(?:ex|in)clude-from=/.test(option)) rules.push(...(await filterFile(option, controller)));
    else if (/^--(?:ex|in)clude=/.test(option)) rules.push(ruleOf(afterEquals(option), option.startsWith('--include')));
  }
  return rules;
};

const changedMode = (entry: TreeEntry, clauses: readonly string[]): number => {
  const directory = entry.kind === 'directory';
  return clauses
    .filter((clause) => !clause.startsWith(directory ? 'F' : 'D'))
    .map((clause) => clause.replace(/^[DF]/, ''))
    .reduce((mode, clause) => wantedMode(clause, { mode, directory, umask: 0 }), entry.mode);
};

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** A name, or a number for want of one. */
const namedAs = (text: string): TreeEntry['owner'] =>
  isNumber(text) ? { id: Number(text), name: '' } : { id: -1, name: text };

/** The entry as `--chmod` and `--chown` make it. */
const remade = (options: readonly string[]): ((entry: TreeEntry) => TreeEntry) => {
  const of = (name: string): readonly string[] =>
    options.filter((option) => option.startsWith(`${name}=`)).map((option) => afterEquals(option));
  const clauses = of('--chmod').flatMap((value) => value.split(','));
  const [owner = '', group = ''] = of('--chown').at(-1)?.split(':') ?? [];
  return (entry) => ({
    ...entry,
    ...(entry.kind !== 'link' && clauses.length > 0 && { mode: changedMode(entry, clauses) }),
    ...(owner !== '' && { owner: namedAs(owner) }),
    ...(group !== '' && { group: namedAs(group) }),
  });
};

/** `--perms` is what makes `--chmod` count for files that are there already. */
const checkOptions = (options: readonly string[], args: JsonObject): void => {
  const bad = options.find((option) => !isOurs(option));
  if (bad !== undefined)
    throw wrong(
      `synchronize: “${bad}” works where both ends are on one host (delegate_to: "{{ inventory_hostname }}") only.`,
      `synchronize : « ${bad} » ne marche que si les deux bouts sont sur un hôte (delegate_to: "{{ inventory_hostname }}").`,
    );
  const local = ['link_dest', 'partial', 'rsync_timeout'].find((name) =>
    Array.isArray(args[name]) ? args[name].length > 0 : Boolean(args[name]),
  );
  if (local === undefined) return;
  throw wrong(
    `synchronize: ${local} is for rsync, which runs where both ends are on one host only: leave it out.`,
    `synchronize : ${local} est pour rsync, qui n’est lancé que si les deux bouts sont sur un hôte : retirez-le.`,
  );
};

const checkTree = (tree: readonly TreeEntry[], args: JsonObject): void => {
  const odd = tree.find(({ kind }) => kind === 'other');
  if (odd !== undefined)
    throw wrong(
      `synchronize: “${odd.path || String(args.src)}” is neither a file, a folder nor a link: exclude it.`,
      `synchronize : « ${odd.path || String(args.src)} » n’est ni un fichier, ni un dossier, ni un lien : excluez-le.`,
    );
  const merged = tree.find(({ path }) => path.split('/').at(-1) === '.rsync-filter');
  if (merged === undefined || args.delay_updates === false) return;
  throw wrong(
    `synchronize: “${merged.path}” is not read for rules: write them as --exclude=… in rsync_opts, and exclude the file.`,
    `synchronize : « ${merged.path} » n’est pas lu : écrivez ses règles en --exclude=… dans rsync_opts, et excluez ce fichier.`,
  );
};

/** Without `recursive` a folder is made, and with `dirs` filled one level deep; else it is passed over. */
const inDepth = (
  entries: readonly TreeEntry[],
  { recursive, dirs }: Flags,
  contents: boolean,
): readonly TreeEntry[] => {
  if (recursive || entries[0]?.kind !== 'directory') return entries;
  if (!dirs) return [];
  return contents ? entries.filter(({ path }) => !path.includes('/')) : entries.slice(0, 1);
};

/** Reads what is to be sent. Throws a Fault when it is not there, or holds what cannot be sent. */
export const preparePush = async (
  args: JsonObject,
  options: readonly string[],
  controller: Controller,
): Promise<PushArgs> => {
  checkOptions(options, args);
  const [src, dest] = [String(args.src), String(args.dest)];
  const flags = flagsOf(args, options);
  if (flags.deletes && !flags.recursive)
    throw wrong(
      'synchronize: delete needs recursive here; dirs is not enough.',
      'synchronize : delete demande recursive ici ; dirs ne suffit pas.',
    );
  const wants = filterOf(await rulesIn(options, controller));
  const contents = /(?:^|\/)\.{0,2}$/.test(src);
  const name = contents ? '' : (src.split('/').at(-1) ?? '');
  const under = (path: string): string => [name, path].filter((one) => one !== '').join('/');
  const tree =
    (await controller.tree?.(src, {
      follow: flags.copyLinks,
      wants: (path, kind) => wants(under(path), kind === 'directory'),
    })) ?? [];
  checkTree(tree, args);
  const single = tree[0]?.kind !== 'directory';
  const sent = inDepth(tree, flags, contents).filter(({ kind }) => kind !== 'link' || flags.links);
  return {
    kind: 'push',
    src,
    dest: tidyPath(dest),
    intoFolder: dest.endsWith('/'),
    single,
    entries: sent.map((entry) => remade(options)({ ...entry, path: under(entry.path) })),
    skipped: tree.filter(({ kind }) => kind === 'link' && !flags.links).map(({ path }) => under(path)),
    names: new Set(tree.map(({ path }) => under(path))),
    flags,
    wants,
  };
};
