import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { ModuleArg } from '../module.ts';
import { type Attributes, attributeArgs, readAttributes } from '../state/attributes.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

const noZip = (value: Json) =>
  value === 'zip'
    ? t(
        'zip is not made here: what is in such a file cannot be compared with what would be; use gz, or `command: zip`',
        'zip ne se fait pas ici : ce qu’il y a dans un tel fichier ne se compare pas à ce qu’il y aurait ; utilisez gz, ou `command: zip`',
      )
    : undefined;

/** The arguments of `archive`. */
export const archiveArguments = {
  path: { type: 'list', required: true },
  dest: { type: 'path' },
  format: { type: 'str', default: 'gz', choices: ['bz2', 'gz', 'tar', 'xz', 'zip'], refuse: noZip },
  exclude_path: { type: 'list', default: [] },
  exclusion_patterns: { type: 'list', default: [] },
  force_archive: { type: 'bool', default: false },
  remove: { type: 'bool', default: false },
  ...attributeArgs,
} satisfies Record<string, ModuleArg>;

/** How an archive is packed. */
export type Format = 'bz2' | 'gz' | 'tar' | 'xz';

/** Prepared arguments of `archive`. */
export interface ArchiveArgs {
  readonly paths: readonly string[];
  readonly excluded: readonly string[];
  readonly patterns: readonly string[];
  readonly format: Format;
  readonly dest?: string;
  readonly archives: boolean;
  readonly remove: boolean;
  readonly attributes: Attributes;
}

/** A path as it is written, with the slash at its end: what is below is then called without the folder. */
const pathsOf = (value: Json | undefined): readonly string[] =>
  (Array.isArray(value) ? value : []).map((one) => {
    const path = String(one);
    if (path === '' || path.includes('\0')) throw wrong('archive: a path is empty.', 'archive : un chemin est vide.');
    return /^[/~.]/.test(path) ? path : `./${path}`;
  });

/** True for a path that may be several. */
export const isGlob = (path: string): boolean => /[*?]/.test(path);

/** Checks the arguments. Throws a Fault. */
export function prepareArchive(args: JsonObject): ArchiveArgs {
  const paths = pathsOf(args.path);
  if (paths.length === 0) throw wrong('archive: path names nothing.', 'archive : path ne nomme rien.');
  const format = args.format;
  return {
    paths,
    excluded: pathsOf(args.exclude_path),
    patterns: (Array.isArray(args.exclusion_patterns) ? args.exclusion_patterns : []).map(String),
    format: format === 'bz2' || format === 'tar' || format === 'xz' ? format : 'gz',
    ...(typeof args.dest === 'string' && { dest: tidyPath(args.dest) }),
    archives: args.force_archive === true,
    remove: args.remove === true,
    attributes: readAttributes(args),
  };
}
