import type { JsonObject } from '#core/json.ts';
import { splitWords } from '../../words/split.ts';
import type { ModuleArg, Quote } from '../module.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `git`. */
export const gitArguments = {
  repo: { type: 'str', required: true, aliases: ['name'] },
  dest: { type: 'path', required: true },
  version: { type: 'str', default: 'HEAD' },
  remote: { type: 'str', default: 'origin' },
  refspec: { type: 'str' },
  reference: { type: 'str' },
  force: { type: 'bool', default: false },
  depth: { type: 'int' },
  clone: { type: 'bool', default: true },
  update: { type: 'bool', default: true },
  bare: { type: 'bool', default: false },
  recursive: { type: 'bool', default: true },
  single_branch: { type: 'bool', default: false },
  accept_hostkey: { type: 'bool', default: false },
  accept_newhostkey: { type: 'bool', default: false },
  key_file: { type: 'path' },
  ssh_opts: { type: 'str' },
  verify_commit: { type: 'bool', default: false },
  executable: { type: 'path' },
  umask: { type: 'str' },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `git`. */
export interface GitArgs {
  readonly repo: string;
  readonly dest: string;
  /** `HEAD`, a branch, a tag or a commit. */
  readonly version: string;
  readonly remote: string;
  readonly refspec?: string;
  readonly reference?: string;
  readonly force: boolean;
  readonly depth?: number;
  readonly clones: boolean;
  readonly updates: boolean;
  readonly bare: boolean;
  readonly recursive: boolean;
  readonly single: boolean;
  /** Options of ssh, each a word. */
  readonly ssh: readonly string[];
  readonly verify: boolean;
  readonly executable: string;
  readonly umask?: string;
}

const sshOf = (args: JsonObject): readonly string[] => {
  const own = typeof args.ssh_opts === 'string' ? splitWords(args.ssh_opts) : [];
  if (own === undefined)
    throw wrong('git: the quotes in ssh_opts do not match.', 'git : les guillemets de ssh_opts ne vont pas ensemble.');
  const key = typeof args.key_file === 'string' ? ['-i', args.key_file, '-o', 'IdentitiesOnly=yes'] : [];
  return [
    ...own,
    ...(args.accept_hostkey === true ? ['-o', 'StrictHostKeyChecking=no'] : []),
    ...(args.accept_newhostkey === true ? ['-o', 'StrictHostKeyChecking=accept-new'] : []),
    '-o',
    'BatchMode=yes',
    ...key,
  ];
};

const checked = (name: string, value: string, pattern: RegExp): string => {
  if (pattern.test(value)) return value;
  throw wrong(`git: “${value}” is not possible as ${name}.`, `git : « ${value} » n’est pas possible comme ${name}.`);
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: git allows none in names.
const refPattern = /^(?!-)[^\x00-\x20\x7f~^:?*[\\]+$/;

const text = (args: JsonObject, name: string): string | undefined =>
  typeof args[name] === 'string' && args[name] !== '' ? args[name] : undefined;

const checkTogether = (args: JsonObject): void => {
  if (args.accept_hostkey === true && args.accept_newhostkey === true)
    throw wrong(
      'git: accept_hostkey and accept_newhostkey exclude each other.',
      'git : accept_hostkey ou accept_newhostkey, pas les deux.',
    );
  if (args.umask !== undefined && !/^[0-7]{1,4}$/.test(String(args.umask)))
    throw wrong('git: umask must be an octal integer.', 'git : umask doit être un entier octal.');
};

/** Checks the arguments. A path as `repo` becomes an address, as some options of git need one. */
export const prepareGit = (args: JsonObject): GitArgs => {
  checkTogether(args);
  const repo = checked('repo', String(args.repo), /^(?!-)[^\0\n]+$/);
  const refspec = text(args, 'refspec');
  const reference = text(args, 'reference');
  const umask = text(args, 'umask');
  const depth = Number(args.depth ?? 0);
  return {
    repo: repo.startsWith('/') ? `file://${repo}` : repo,
    dest: tidyPath(String(args.dest)),
    version: checked('version', String(args.version), refPattern),
    remote: checked('remote', String(args.remote), refPattern),
    ...(refspec !== undefined && { refspec: checked('refspec', refspec, /^(?!-)[^\0\s]+$/) }),
    ...(reference !== undefined && { reference }),
    force: args.force === true,
    ...(depth > 0 && { depth }),
    clones: args.clone !== false,
    updates: args.update !== false,
    bare: args.bare === true,
    recursive: args.recursive !== false,
    single: args.single_branch === true,
    ssh: sshOf(args),
    verify: args.verify_commit === true,
    executable: text(args, 'executable') ?? 'git',
    ...(umask !== undefined && { umask }),
  };
};

/** What every script about git begins with: nothing may ask a question, and ssh gets its options. `$p` is the place. */
export const gitBegin = (args: GitArgs, quote: Quote): string =>
  [
    `git=${quote(args.executable)}; LC_ALL=C GIT_TERMINAL_PROMPT=0; export LC_ALL GIT_TERMINAL_PROMPT`,
    `o=${quote(args.ssh.map(quote).join(' '))}; GIT_SSH_COMMAND="\${GIT_SSH_COMMAND:-\${GIT_SSH:-ssh}} $o"; export GIT_SSH_COMMAND`,
    ...(args.umask === undefined ? [] : [`umask ${args.umask}`]),
    'g() { "$git" -C "$p" "$@" </dev/null; }',
  ].join('\n');
