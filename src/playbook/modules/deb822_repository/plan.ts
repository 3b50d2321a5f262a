import type { JsonObject } from '#core/json.ts';
import type { Applied, FoundDifference, ModulePlan, Quote } from '../module.ts';
import { fetchFunction } from '../packages/fetch.ts';
import {
  type Place,
  type Placement,
  placeDifferences,
  placeFunction,
  probePlace,
  readPlace,
} from '../place/placement.ts';
import { type Identities, probeIdentities, readIdentities } from '../state/attributes.ts';
import { fromHex, readFields } from '../state/fields.ts';
import { shellFunctions } from '../state/script.ts';
import { missingTool, needFunction, toolPath } from '../state/tools.ts';
import { type SourcesArgs, writeSources } from './arguments.ts';

/** The file of the source and its key, as they are. */
export interface SourcesState {
  readonly failed?: string;
  readonly place: Place;
  readonly identities: Identities;
  /** Where the key is to be. */
  readonly keyFile: string;
  readonly key: 'same' | 'other' | 'absent';
  /** Keys of this name that are there. */
  readonly keys: readonly string[];
}

/** Folders apt looks in; \`$d\` for sources, \`$k\` for keys. */
const folders = `d=/etc/apt/sources.list.d/; e=/etc/apt/
eval "$(apt-config shell d Dir::Etc::sourceparts/d e Dir::Etc/d 2>/dev/null)"
k=\${e}keyrings`;

/** A key from an address is fetched aside to see whether it is the one that is there. */
const keyLines = (url: string, slug: string, quote: Quote): string => `${fetchFunction}
w=$(mktemp -d) || exit 1; trap 'rm -rf "$w"' EXIT
r=$(fetch ${quote(url)} "$w/key" 2>&1) || { echo "failed=$(hex "Could not fetch signed_by key: $r")"; echo end; exit 0; }
x=gpg; grep -q 'BEGIN PGP' "$w/key" && x=asc
f=$k/${slug}.$x; echo "keyFile=$(hex "$f")"
if cmp -s "$w/key" "$f"; then echo key=same; elif [ -e "$f" ]; then echo key=other; else echo key=absent; fi`;

const placementOf = (args: SourcesArgs, keyFile: string): Placement => ({
  content: writeSources(args, keyFile),
  attributes: args.attributes,
  follow: true,
  force: true,
});

/** Asks what the file of the source and its key are now. */
export const probeSources = (args: SourcesArgs, quote: Quote): string => {
  /* The name of the key's file is known to the host only: the file's text is always asked for. */
  const unlike = Buffer.alloc(0);
  return [
    toolPath,
    needFunction,
    shellFunctions('hex', 'look', 'sum', 'raw', 'identities'),
    placeFunction,
    'need apt-get',
    folders,
    probeIdentities(args.attributes, quote),
    `for g in "$k/${args.slug}.asc" "$k/${args.slug}.gpg"; do [ ! -e "$g" ] || echo "there=$(hex "$g")"; done`,
    ...(args.present && args.keyUrl !== undefined ? [keyLines(args.keyUrl, args.slug, quote)] : []),
    `p=\${d}${args.slug}.sources`,
    probePlace('it', '"$p"', unlike),
    'echo end',
  ].join('\n');
};

/** Reads what the probe printed. */
export const readSources = (output: Applied, args: SourcesArgs): SourcesState => {
  const fields = readFields(output);
  const failed =
    missingTool(fields, 'deb822_repository', 'The module is for Debian and its kin.') ?? fields.text('failed');
  const key = fields.get('key');
  return {
    ...(failed !== undefined && { failed }),
    place: readPlace(fields, 'it'),
    identities: readIdentities(fields, args.attributes),
    keyFile: fields.text('keyFile') ?? '',
    key: key === 'other' || key === 'absent' ? key : 'same',
    keys: fields.all('there').map((hex) => fromHex(hex)),
  };
};

/** How the file is to be. */
export const wantedPlacement = (args: SourcesArgs, state: SourcesState): Placement => placementOf(args, state.keyFile);

const gone = (path: string): FoundDifference => ({ subject: path, aspect: 'state', before: 'file', after: 'absent' });

const removals = (state: SourcesState): readonly FoundDifference[] => [
  ...(state.place.look.type === 'absent' ? [] : [gone(state.place.path)]),
  ...state.keys.map(gone),
];

const additions = (args: SourcesArgs, state: SourcesState): readonly FoundDifference[] => [
  ...(state.key === 'same'
    ? []
    : [{ subject: state.keyFile, aspect: 'key', before: state.key, after: args.keyUrl ?? null }]),
  ...placeDifferences(wantedPlacement(args, state), state.place, state.identities),
];

/** The file and the key that would come, go or be others. */
export const planSources = (args: SourcesArgs, state: SourcesState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const repo = args.present ? wantedPlacement(args, state).content.toString() : null;
  const result: JsonObject = {
    repo,
    dest: state.place.path,
    key_filename: state.keyFile === '' ? null : state.keyFile,
  };
  return { differences: args.present ? additions(args, state) : removals(state), result };
};
