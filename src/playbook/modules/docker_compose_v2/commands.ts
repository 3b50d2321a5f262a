import { dockerBegin } from '../docker/engine.ts';
import type { Quote } from '../module.ts';
import { assignPath } from '../state/script.ts';
import { needFunction, sayFunction } from '../state/tools.ts';
import type { ComposeArgs } from './arguments.ts';

/** The file names Compose looks for. */
export const usualFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'] as const;

const isAt = (file: string, quote: Quote): string => `${assignPath('f', file, quote)}; [ -e "$f" ]`;

/* What Compose would say in its own words, here in one sentence each. */
const folderLines = (args: ComposeArgs, quote: Quote): readonly string[] => [
  assignPath('src', args.folder ?? '', quote),
  'cd -- "$src" 2>/dev/null || { echo problem=folder; echo end; exit 0; }',
  'src=$(pwd)',
  ...args.files.map(
    (file, index) => `${isAt(file, quote)} || { echo problem=file; echo at=${index}; echo end; exit 0; }`,
  ),
  ...(args.files.length > 0 || !args.looksForFile
    ? []
    : [`{ ${usualFiles.map((file) => `[ -e ${file} ]`).join(' || ')}; } || { echo problem=none; echo end; exit 0; }`]),
];

/* A definition lives in a folder of its own, for as long as the script runs. JSON is YAML. */
const definitionLines = (definition: string, quote: Quote): readonly string[] => [
  'src=$(umask 077; mktemp -d) || exit 1',
  `trap 'cd /; rm -rf "$src"' EXIT; trap 'exit 1' HUP INT TERM`,
  'cd -- "$src" || exit 1',
  `printf '%s\\n' ${quote(definition)} >compose.yaml`,
];

const pathOption = (option: string, path: string, quote: Quote): string =>
  `${assignPath('f', path, quote)}; set -- "$@" ${option} "$f"`;

/** The options of the project, in front of what is done with it. */
const composeFunction = (args: ComposeArgs, quote: Quote): readonly string[] => [
  'dc() {',
  '  _n=$#',
  ...args.files.map((file) => `  ${pathOption('--file', file, quote)}`),
  ...args.envFiles.map((file) => `  ${pathOption('--env-file', file, quote)}`),
  ...[
    ...(args.name === undefined ? [] : [`--project-name=${args.name}`]),
    ...args.profiles.map((one) => `--profile=${one}`),
  ].map((word) => `  set -- "$@" ${quote(word)}`),
  // What was asked comes last: it was first, and goes round.
  '  while [ "$_n" -gt 0 ]; do set -- "$@" "$1"; shift; _n=$((_n - 1)); done',
  '  dk compose --ansi never $progress --project-directory "$src" "$@"',
  '}',
];

/**
 * What every script about a project begins with: `dc` is Compose for it. Before 2.19 there is no other progress than the
 * plain one.
 */
export const composeBegin = (args: ComposeArgs, quote: Quote): string =>
  [
    dockerBegin(args.engine, quote),
    sayFunction,
    needFunction,
    'need docker',
    'version=$(dk compose version --short 2>/dev/null) || { echo problem=plugin; echo end; exit 0; }',
    'echo "version=$version"',
    'case $version in 2.18.*|v2.18.*) progress= ;; *) progress="--progress plain" ;; esac',
    ...(args.definition === undefined ? folderLines(args, quote) : definitionLines(args.definition, quote)),
    ...composeFunction(args, quote),
  ].join('\n');

const line = (command: string, options: readonly string[], args: ComposeArgs, quote: Quote): string =>
  `dc ${[command, ...options].map(quote).join(' ')} $dry -- ${args.services.map(quote).join(' ')}`.trimEnd();

const upLine = (args: ComposeArgs, more: readonly string[], quote: Quote): string =>
  line('up', ['--detach', '--no-color', '--quiet-pull', ...args.up, ...more], args, quote);

/* Compose says that it stops what does not run, too: it is told to only where something does. */
const stopLines = (args: ComposeArgs, quote: Quote): readonly string[] => {
  const states = ['running', 'paused', 'restarting'].map((one) => `--status=${one}`);
  const running = `$(dc ps --quiet ${states.join(' ')} -- ${args.services.map(quote).join(' ')} 2>/dev/null)`;
  return [
    `{ ${upLine(args, ['--no-start'], quote)} && if [ -n "${running}" ]; then ${line('stop', args.stop, args, quote)}; fi; }`,
  ];
};

/** The line that makes the project as wished; with `$dry` set to `--dry-run` it only says what it would do. */
export const projectLine = (args: ComposeArgs, quote: Quote): string => {
  if (args.state === 'present') return upLine(args, [], quote);
  if (args.state === 'stopped') return stopLines(args, quote).join('\n');
  if (args.state === 'absent') return line('down', args.down, args, quote);
  return line('restart', args.restart, args, quote);
};

/** Prints what containers and images the project has. */
export const listLines: readonly string[] = [
  'case $version in 2.18.*|2.19.*|2.2[0-2].*|v2.18.*|v2.19.*|v2.2[0-2].*) whole= ;; *) whole=--no-trunc ;; esac',
  'dc ps --format json --all $whole 2>/dev/null | say containers',
  'dc images --format json 2>/dev/null | say images',
];
