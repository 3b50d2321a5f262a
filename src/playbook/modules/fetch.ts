import { posix } from 'node:path';
import type { JsonObject } from '#core/json.ts';
import type { Applied, FetchedPlace, Module, ModulePlan, ModuleResult } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { type Look, readLook } from './state/look.ts';
import { assignPath, shellFunctions, tidyPath } from './state/script.ts';

interface FetchArgs {
  readonly src: string;
  readonly dest: string;
  readonly flat: boolean;
  readonly failOnMissing: boolean;
  readonly validate: boolean;
}

interface FetchState {
  readonly path: string;
  readonly look: Look;
  /** `sha1:…`; empty when the file cannot be read. */
  readonly sum: string;
  readonly md5: string;
  /** What is here; undefined where nothing is to come. */
  readonly place: FetchedPlace | undefined;
  /** Another host whose file would be at the same place. */
  readonly rival: string | undefined;
}

/** Where the file goes: with `flat` as written, else below the host's name and its path there. */
const destOf = ({ dest, flat }: FetchArgs, host: string, path: string): string => {
  if (!flat) return posix.join(dest, host, path);
  return dest.endsWith('/') ? posix.join(dest, posix.basename(path)) : dest;
};

const obstacle = ({ path, look, sum }: FetchState): string | undefined => {
  if (look.type === 'absent') return 'the remote file does not exist, not transferring, ignored';
  if (look.type === 'directory') return 'remote file is a directory, fetch cannot work on directories';
  if (look.type !== 'file') return `${path} is not a regular file`;
  return sum === '' ? `file is not readable: ${path}` : undefined;
};

/** What stands in the way here, whatever `fail_on_missing` says. */
const blocked = (args: FetchArgs, { place, rival }: FetchState, host: string): string | undefined => {
  if (place?.kind === 'folder')
    return args.flat
      ? 'dest is an existing directory, use a trailing slash if you want to fetch src into that directory'
      : `${place.shown} is a directory`;
  if (rival === undefined) return undefined;
  return `the files of ${rival} and ${host} differ, and both would be at ${place?.shown}: leave out flat, or put {{ inventory_hostname }} into dest`;
};

const sumHere = ({ place, sum }: FetchState): string | undefined => {
  const algorithm = sum.startsWith('sha256:') ? 'sha256' : 'sha1';
  return place?.sums && `${algorithm}:${place.sums[algorithm]}`;
};

const hexOf = (sum: string): string => sum.slice(sum.indexOf(':') + 1);

interface Given {
  readonly args: FetchArgs;
  readonly host: string;
}

const planFetch = ({ args, host }: Given, state: FetchState): ModulePlan => {
  const { path, sum, md5, place } = state;
  const why = obstacle(state);
  if (why !== undefined) {
    if (args.failOnMissing) return { differences: [], result: { file: path, msg: why }, failed: why };
    const msg = state.look.type === 'directory' ? `${why}, not transferring, ignored` : why;
    return { differences: [], result: { file: path, msg } };
  }
  const failed = blocked(args, state, host);
  if (failed !== undefined || place === undefined)
    return { differences: [], result: { file: path, msg: failed ?? '' }, failed: failed ?? '' };
  const here = sumHere(state);
  const checksum = hexOf(sum);
  if (here === sum) {
    const md5sum = place.sums?.md5;
    return { differences: [], result: { file: path, dest: place.path, checksum, md5sum: md5sum || null } };
  }
  const state_ = { subject: place.shown, aspect: 'state', before: 'absent', after: 'file' };
  const content = { subject: place.shown, aspect: 'content', before: here ?? null, after: sum };
  return {
    differences: place.kind === 'absent' ? [state_, content] : [content],
    result: {
      dest: place.path,
      checksum,
      md5sum: md5 === '' ? null : md5,
      remote_checksum: checksum,
      remote_md5sum: null,
    },
  };
};

const finish = ({ args }: Given, { path }: FetchState, plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { file: path, msg }, changed: false, failed: msg };
  }
  const fields = readFields(applied);
  const [sha1 = '', sha256 = '', md5sum = ''] = ['sha1', 'sha256', 'md5'].map((name) => fields.get(name) ?? '');
  const wanted = String(plan.result.remote_checksum);
  const checksum = wanted.length === sha256.length ? sha256 : sha1;
  const result = { ...plan.result, md5sum, checksum };
  if (!args.validate || checksum === wanted) return { result, changed: true };
  return { result: { ...result, file: path, msg: 'checksum mismatch' }, changed: false, failed: 'checksum mismatch' };
};

/** Brings a file of the host here, below the folder for fetched files. */
export const fetch: Module<Given, FetchState> = {
  name: 'fetch',
  quick: true,
  args: {
    src: { type: 'path', required: true },
    dest: { type: 'str', required: true },
    flat: { type: 'bool', default: false },
    fail_on_missing: { type: 'bool', default: true },
    validate_checksum: { type: 'bool', default: true },
  },
  freeForm: 'kv',
  prepare: (given: JsonObject, { host = '' }) => ({
    host,
    args: {
      src: tidyPath(String(given.src)),
      dest: String(given.dest),
      flat: given.flat === true,
      failOnMissing: given.fail_on_missing !== false,
      validate: given.validate_checksum !== false,
    },
  }),
  probe: ({ args }, quote) =>
    [
      shellFunctions('hex', 'look', 'sum'),
      assignPath('p', args.src, quote),
      'echo "path=$(hex "$p")"; look it "$p" follow',
      'if [ -f "$p" ]; then sum it "$p"; m=$(md5sum <"$p" 2>/dev/null) && echo "md5=${m%% *}"; fi',
      'echo end',
    ].join('\n'),
  read: (output, { args }) => {
    const fields = readFields(output);
    const path = fields.text('path') ?? args.src;
    return {
      path,
      look: readLook(fields, 'it'),
      sum: fields.get('it.sum') ?? '',
      md5: fields.get('md5') ?? '',
      place: undefined,
      rival: undefined,
    };
  },
  async meet({ args, host }, state, controller) {
    const { fetched } = controller;
    if (fetched === undefined || obstacle(state) !== undefined) return state;
    const place = await fetched.place(destOf(args, host, state.path));
    const rival = place.kind === 'folder' ? undefined : await fetched.claim(place.path, state);
    return { ...state, place, rival };
  },
  plan: planFetch,
  apply: (_given, { path, place }, plan) =>
    place === undefined || plan.differences.length === 0 ? undefined : { script: '', brings: { path, to: place.path } },
  finish,
};
