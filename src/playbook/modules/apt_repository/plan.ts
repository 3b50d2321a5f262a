import type { JsonObject } from '#core/json.ts';
import { unifiedDiff } from '../../diff.ts';
import type { Applied, FoundDifference, ModulePlan, Quote } from '../module.ts';
import { fromHex, readFields } from '../state/fields.ts';
import { shellFunctions } from '../state/script.ts';
import { missingTool, needFunction, toolPath } from '../state/tools.ts';
import type { RepositoryArgs } from './arguments.ts';
import { addSource, removeSource, type SourceFiles, suggestedName } from './sources.ts';

/** The host's sources, and where new ones go. */
export interface RepositoryState {
  readonly failed?: string;
  readonly folder: string;
  readonly codename: string;
  readonly files: SourceFiles;
}

/** Asks for every file of sources, whole. */
export const probeRepository = (_args: RepositoryArgs, _quote: Quote): string =>
  [
    toolPath,
    needFunction,
    shellFunctions('hex'),
    'need apt-get',
    `f=/etc/apt/sources.list; d=/etc/apt/sources.list.d/`,
    'eval "$(apt-config shell f Dir::Etc::sourcelist/f d Dir::Etc::sourceparts/d 2>/dev/null)"',
    'echo "folder=$(hex "$d")"',
    `c=$( . /etc/os-release 2>/dev/null; echo "\${VERSION_CODENAME:-\${UBUNTU_CODENAME-}}"); [ -n "$c" ] || c=$(lsb_release -cs 2>/dev/null); echo "codename=$c"`,
    `for g in "$f" "$d"*.list; do [ -f "$g" ] || continue; echo "file=$(hex "$g")"; echo "content=$(od -An -v -tx1 <"$g" | tr -d ' \\n')"; done`,
    'echo end',
  ].join('\n');

/** Reads what the probe printed. */
export const readRepository = (output: Applied): RepositoryState => {
  const fields = readFields(output);
  const failed = missingTool(fields, 'apt_repository', 'The module is for Debian and its kin.');
  const contents = fields.all('content').map((hex) => fromHex(hex));
  return {
    ...(failed !== undefined && { failed }),
    folder: fields.text('folder') ?? '/etc/apt/sources.list.d/',
    codename: fields.get('codename') ?? '',
    files: new Map(fields.all('file').map((path, index) => [fromHex(path), contents[index] ?? ''])),
  };
};

/** The line of the source, as it stands in a file. */
export const sourceOf = (args: RepositoryArgs, state: RepositoryState): string => {
  const { archive } = args;
  if (archive === undefined) return args.source ?? '';
  return `deb http://ppa.launchpad.net/${archive.owner}/${archive.name}/ubuntu ${args.codename ?? state.codename} main`;
};

const fileOf = (args: RepositoryArgs, state: RepositoryState): string => {
  const source = sourceOf(args, state);
  const named = args.archive === undefined ? source : `${args.repo}_${args.codename ?? state.codename}`;
  const name = `${args.filename ?? suggestedName(named)}.list`;
  return name.includes('/') ? name : `${state.folder}${name}`;
};

/** What becomes of which file. */
export const changedFiles = (args: RepositoryArgs, state: RepositoryState): SourceFiles => {
  const source = sourceOf(args, state);
  return args.present ? addSource(state.files, source, fileOf(args, state)) : removeSource(state.files, source);
};

const differenceOf = (state: RepositoryState, path: string, after: string): FoundDifference => {
  const before = state.files.get(path);
  const diff = unifiedDiff(before ?? '', after, {
    before: before === undefined ? '/dev/null' : `before: ${path}`,
    after: after === '' ? '/dev/null' : `after: ${path}`,
  });
  if (before === undefined || after === '') {
    return {
      subject: path,
      aspect: 'state',
      before: before === undefined ? 'absent' : 'file',
      after: after === '' ? 'absent' : 'file',
      diff,
    };
  }
  return { subject: path, aspect: 'content', before: null, after: 'as in the diff', diff };
};

/** The files that would change, and the key of a personal archive that would be trusted. */
export const planRepository = (args: RepositoryArgs, state: RepositoryState): ModulePlan => {
  const result: JsonObject = { repo: args.repo, state: args.present ? 'present' : 'absent' };
  const nameless = args.archive !== undefined && (args.codename ?? state.codename) === '';
  const failed =
    state.failed ?? (nameless ? 'apt_repository: the host does not say its code name; give codename.' : undefined);
  if (failed !== undefined) return { differences: [], result: { ...result, msg: failed }, failed };
  const changes = [...changedFiles(args, state)];
  const how = (aspect: string): FoundDifference => ({ subject: 'apt', aspect, before: false, after: true, how: true });
  const differences = [
    ...changes.map(([path, after]) => differenceOf(state, path, after)),
    ...(changes.length > 0 && args.present && args.archive !== undefined ? [how('trusts the archive’s key')] : []),
    ...(changes.length > 0 && args.updates ? [how('lists updated')] : []),
  ];
  return { differences, result };
};
