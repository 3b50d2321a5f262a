import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { attributeArgs, readAttributes } from '../state/attributes.ts';
import { wrong } from '../state/wrong.ts';
import { readLine } from './sources.ts';

/** The arguments of `apt_repository`. `install_python_apt` has no effect: no Python is needed. */
export const repositoryArguments = {
  repo: { type: 'str', required: true },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  mode: attributeArgs.mode,
  update_cache: { type: 'bool', default: true, aliases: ['update-cache'] },
  update_cache_retries: { type: 'int', default: 5 },
  update_cache_retry_max_delay: { type: 'int', default: 12 },
  filename: { type: 'str' },
  install_python_apt: { type: 'bool', default: true },
  validate_certs: { type: 'bool', default: true },
  codename: { type: 'str' },
} satisfies Record<string, ModuleArg>;

/** A personal archive of Launchpad. */
export interface PersonalArchive {
  readonly owner: string;
  readonly name: string;
}

/** Prepared arguments of `apt_repository`. */
export interface RepositoryArgs {
  readonly repo: string;
  /** The source as it is written; absent for a personal archive, which needs the host's code name. */
  readonly source?: string;
  readonly archive?: PersonalArchive;
  readonly present: boolean;
  readonly mode: string;
  readonly updates: boolean;
  readonly retries: number;
  readonly maxDelaySeconds: number;
  /** With or without `/`, without `.list`. */
  readonly filename?: string;
  readonly codename?: string;
  readonly verify: boolean;
}

const archiveOf = (repo: string): PersonalArchive | undefined => {
  if (!repo.startsWith('ppa:')) return undefined;
  const [, owner, name = 'ppa'] = /^ppa:([a-z0-9][a-z0-9.+-]*)(?:\/([A-Za-z0-9][A-Za-z0-9.+-]*))?$/.exec(repo) ?? [];
  if (owner !== undefined) return { owner, name };
  throw wrong(
    `apt_repository: “${repo}” is not ppa:OWNER/NAME.`,
    `apt_repository : « ${repo} » n’est pas ppa:PROPRIÉTAIRE/NOM.`,
  );
};

const sourceOf = (repo: string): string => {
  const line = readLine(repo);
  if (line.valid && line.enabled && !/[\n\r]/.test(repo.trim()) && line.source.split(' ').length > 2)
    return line.source;
  throw wrong(
    `apt_repository: invalid repository string “${repo}”: it begins with deb or deb-src, on one line.`,
    `apt_repository : dépôt invalide « ${repo} » : une ligne qui commence par deb ou deb-src.`,
  );
};

const checkName = (name: string): string => {
  if (/^[^\0\n]+$/.test(name) && !/(?:^|\/)\.\.(?:\/|$)/.test(name)) return name;
  throw wrong(
    `apt_repository: “${name}” is not a file name.`,
    `apt_repository : « ${name} » n’est pas un nom de fichier.`,
  );
};

/** Checks the arguments. Throws a Fault for a source that is none. */
export const prepareRepository = (args: JsonObject): RepositoryArgs => {
  const repo = String(args.repo);
  const archive = archiveOf(repo);
  return {
    repo,
    ...(archive === undefined ? { source: sourceOf(repo) } : { archive }),
    present: args.state !== 'absent',
    mode: readAttributes(args).mode ?? '0644',
    updates: args.update_cache !== false,
    retries: Math.max(1, Number(args.update_cache_retries)),
    maxDelaySeconds: Math.max(1, Number(args.update_cache_retry_max_delay)),
    ...(typeof args.filename === 'string' && { filename: checkName(args.filename) }),
    ...(typeof args.codename === 'string' && { codename: args.codename }),
    verify: args.validate_certs !== false,
  };
};
