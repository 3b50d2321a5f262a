import type { Difference } from '#core/plan.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import {
  type Place,
  type Placement,
  placeDifferences,
  placeFunction,
  probePlace,
  putLines,
  readPlace,
} from '../place/placement.ts';
import {
  type Attributes,
  changeAttributes,
  havingOf,
  type Identities,
  newly,
  probeIdentities,
  readIdentities,
  resultOf,
  setAttributes,
} from '../state/attributes.ts';
import { failureOf, fromHex, readFields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { assignPath, shellFunctions } from '../state/script.ts';

/** A folder with everything below it, to be put into a folder of the host. */
export interface FolderArgs {
  readonly kind: 'folder';
  readonly dest: string;
  readonly src: string;
  readonly owners: Attributes;
  readonly directoryMode: Attributes;
  readonly backup: boolean;
  /** Paths below `dest`, parents first. */
  readonly folders: readonly string[];
  readonly files: readonly { readonly path: string; readonly placement: Placement }[];
}

/** What the host said about the folder and each file. */
export interface FolderState {
  readonly kind: 'folder';
  readonly dest: string;
  readonly root: Look;
  readonly missing: readonly string[];
  readonly folders: readonly Look[];
  readonly places: readonly Place[];
  readonly identities: Identities;
}

/** Asks about the folder, the folders below and the files, in one go. */
export const probeFolder = (args: FolderArgs, quote: Quote): string =>
  [
    shellFunctions('hex', 'look', 'sum', 'raw', 'identities'),
    placeFunction,
    assignPath('p', args.dest, quote),
    'echo "path=$(hex "$p")"',
    'look root "$p" follow',
    'd=$p; while d=${d%/*}; [ -n "$d" ] && [ ! -e "$d" ]; do echo "missing=$(hex "$d")"; case $d in */*) ;; *) break ;; esac; done',
    probeIdentities(args.owners, quote),
    ...args.folders.map((path, index) => `look d${index} "$p"/${quote(path)} follow`),
    ...args.files.map(({ path, placement }, index) =>
      probePlace(`f${index}`, `"$p"/${quote(path)}`, placement.content),
    ),
    'echo end',
  ].join('\n');

/** Reads what the probe printed. */
export const readFolder = (output: Applied, args: FolderArgs): FolderState => {
  const fields = readFields(output);
  return {
    kind: 'folder',
    dest: fields.text('path') ?? args.dest,
    root: readLook(fields, 'root'),
    missing: fields
      .all('missing')
      .map((hex) => fromHex(hex))
      .reverse(),
    folders: args.folders.map((_, index) => readLook(fields, `d${index}`)),
    places: args.files.map((_, index) => readPlace(fields, `f${index}`)),
    identities: readIdentities(fields, args.owners),
  };
};

const obstacle = (state: FolderState): string | undefined => {
  if (state.identities.failed !== undefined) return state.identities.failed;
  if (state.root.type !== 'absent' && state.root.type !== 'directory') return `${state.dest} is not a directory`;
  const blocked = state.places.find((place) => place.look.type === 'directory');
  return blocked === undefined ? undefined : `${blocked.path} is a directory`;
};

const made = (path: string): Difference => ({ subject: path, aspect: 'state', before: 'absent', after: 'directory' });

/** Folders that are not there yet, parents first. */
const newFolders = (args: FolderArgs, state: FolderState): readonly string[] => [
  ...state.missing,
  ...(state.root.type === 'absent' ? [state.dest] : []),
  ...args.folders.filter((_, index) => state.folders[index]?.type === 'absent').map((path) => `${state.dest}/${path}`),
];

const folderChange = (args: FolderArgs, state: FolderState, index: number) => {
  const look = state.folders[index];
  if (look === undefined || look.type === 'absent') return { differences: [] };
  return changeAttributes(`${state.dest}/${args.folders[index]}`, havingOf(look), args.owners, state.identities);
};

/** What would change: new folders, owners of those that are there, and each file. */
export const planFolder = (args: FolderArgs, state: FolderState): ModulePlan => {
  const result = { dest: `${state.dest}/`, src: args.src };
  const msg = obstacle(state);
  if (msg !== undefined) return { differences: [], result: { ...result, msg }, failed: msg };
  const files = args.files.flatMap(({ placement }, index) => {
    const place = state.places[index];
    return place === undefined ? [] : placeDifferences(placement, place, state.identities);
  });
  const owners = args.folders.flatMap((_, index) => folderChange(args, state, index).differences);
  return { differences: [...newFolders(args, state).map(made), ...owners, ...files], result };
};

const isChanged = (placement: Placement, place: Place, identities: Identities): boolean =>
  placeDifferences(placement, place, identities).length > 0;

/** Makes the folders, then puts each file that differs. */
export const applyFolder = (
  args: FolderArgs,
  state: FolderState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const { identities } = state;
  const change = changeAttributes('', newly(true, identities.umask), args.directoryMode, identities);
  const folders = newFolders(args, state).flatMap((path) => [
    `mkdir ${quote(path)} || exit 1`,
    ...setAttributes(quote(path), change),
  ]);
  const owners = args.folders.flatMap((path, index) =>
    setAttributes(quote(`${state.dest}/${path}`), folderChange(args, state, index)),
  );
  const changed = args.files.flatMap(({ placement }, index) => {
    const place = state.places[index];
    return place !== undefined && isChanged(placement, place, identities)
      ? [{ placement, place, name: `CONTENT${index}` }]
      : [];
  });
  const files = changed.map(({ placement, place, name }) => {
    const lines = putLines(placement, place, identities, { from: `"$${name}"`, backup: args.backup }, quote);
    return `( ${lines.join('\n')}\n) || exit 1`;
  });
  return {
    script: [
      shellFunctions('hex', 'look'),
      ...folders,
      ...owners,
      ...files,
      `look now ${quote(state.dest)}`,
      'echo end',
    ].join('\n'),
    contents: changed.map(({ placement, name }) => ({ name, content: placement.content })),
  };
};

/** The return values after the folder was put. */
export const finishFolder = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0)
    return { result: { ...plan.result, ...resultOf(readLook(readFields(applied), 'now')) }, changed: true };
  const msg = failureOf(applied);
  return { result: { ...plan.result, msg }, changed: false, failed: msg };
};
