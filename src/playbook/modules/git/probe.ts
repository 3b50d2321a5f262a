import type { Applied, Quote } from '../module.ts';
import { readFields } from '../state/fields.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import { missingTool, sayFunction } from '../state/tools.ts';
import { type GitArgs, gitBegin } from './arguments.ts';

/** The place, and what the remote has for the version. */
export interface GitState {
  readonly failed?: string;
  readonly path: string;
  readonly exists: boolean;
  /** Something other than a repository lies there. */
  readonly occupied: boolean;
  /** The commit there now. */
  readonly before?: string;
  /** The branch there now; absent when there is none. */
  readonly branch?: string;
  /** The branch that stands for HEAD. */
  readonly headBranch?: string;
  readonly modified: boolean;
  readonly url?: string;
  /** Commits the remote names, by reference. */
  readonly refs: ReadonlyMap<string, string>;
  /** The version as a commit that is there already. */
  readonly known?: string;
  readonly submodules: boolean;
}

const presentLines = (args: GitArgs, quote: Quote): readonly string[] => [
  'g rev-parse -q --verify HEAD >/dev/null 2>"$e/1" && echo "before=$(g rev-parse HEAD)"',
  `grep -q 'dubious ownership' "$e/1" && { echo "failed=$(hex "$(cat "$e/1")")"; echo end; exit 0; }`,
  'b=$(g symbolic-ref -q --short HEAD) && echo "branch=$(hex "$b")"',
  `h=$b; [ -n "$h" ] || { h=$(g symbolic-ref -q --short ${quote(`refs/remotes/${args.remote}/HEAD`)}) && h=\${h#${quote(`${args.remote}/`)}}; }`,
  '[ -z "$h" ] || echo "head=$(hex "$h")"',
  ...(args.bare ? [] : [`[ -z "$(g status --porcelain 2>/dev/null | grep -v '^??')" ] || echo modified=yes`]),
  `u=$(g ls-remote --get-url ${quote(args.remote)} 2>/dev/null) && echo "url=$(hex "$u")"`,
  `c=$(g rev-parse -q --verify ${quote(`${args.version}^{commit}`)} 2>/dev/null) && echo "known=$c"`,
  ...(args.recursive && !args.bare
    ? [`[ ! -f "$p/.gitmodules" ] || [ -z "$(g submodule status 2>/dev/null | grep '^[-+U]')" ] || echo submodules=yes`]
    : []),
];

/** What the remote has is asked with \`ls-remote\`, which leaves both sides as they are. */
const askRemote = (args: GitArgs, quote: Quote): readonly string[] => {
  const { version } = args;
  const refs =
    version === 'HEAD'
      ? 'HEAD ${h:+"refs/heads/$h"}'
      : [`refs/heads/${version}`, `refs/tags/${version}`, `refs/tags/${version}^{}`].map(quote).join(' ');
  return [
    `r=$("$git" ls-remote ${quote(args.repo)} ${refs} 2>"$e/2" </dev/null) || { echo "failed=$(hex "$(cat "$e/2")")"; echo end; exit 0; }`,
    `printf '%s\\n' "$r" | say refs`,
  ];
};

/** Asks what lies at the place and what the remote has. */
export const probeGit = (args: GitArgs, quote: Quote): string => {
  const there = args.bare ? '[ -f "$p/config" ]' : '[ -e "$p/.git" ]';
  const asks = args.updates ? askRemote(args, quote) : ['if [ -z "$x" ]; then', ...askRemote(args, quote), 'fi'];
  return [
    gitBegin(args, quote),
    shellFunctions('hex'),
    sayFunction,
    'command -v "$git" >/dev/null 2>&1 || { echo missing=git; echo end; exit 0; }',
    assignPath('p', args.dest, quote),
    'case $p in /*) ;; *) p=$PWD/$p ;; esac',
    'echo "path=$(hex "$p")"',
    `e=$(mktemp -d) || exit 1; trap 'rm -rf "$e"' EXIT`,
    `x=; h=; if ${there}; then x=yes; echo exists=yes`,
    ...presentLines(args, quote),
    'elif [ -e "$p" ] && { [ ! -d "$p" ] || [ -n "$(ls -A "$p")" ]; }; then echo occupied=yes; fi',
    ...asks,
    'echo end',
  ].join('\n');
};

const readRefs = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('\n')
      .filter((line) => /^[0-9a-f]{40,64}\t/.test(line))
      .map((line): [string, string] => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? '']),
  );

/** Reads what the probe printed. */
export const readGit = (output: Applied, args: GitArgs): GitState => {
  const fields = readFields(output);
  const failed = missingTool(fields, 'git', 'Install git there first.') ?? fields.text('failed')?.trim();
  const optional = (key: string, value: string | undefined) => (value === undefined ? {} : { [key]: value });
  return {
    ...optional('failed', failed),
    path: fields.text('path') ?? args.dest,
    exists: fields.get('exists') === 'yes',
    occupied: fields.get('occupied') === 'yes',
    ...optional('before', fields.get('before')),
    ...optional('branch', fields.text('branch')),
    ...optional('headBranch', fields.text('head')),
    modified: fields.get('modified') === 'yes',
    ...optional('url', fields.text('url')),
    refs: readRefs(fields.raw('refs') ?? ''),
    ...optional('known', fields.get('known')),
    submodules: fields.get('submodules') === 'yes',
  };
};
