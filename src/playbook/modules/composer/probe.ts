import type { Applied, Quote } from '../module.ts';
import { readFields } from '../state/fields.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import { missingTool, needFunction, sayFunction, toolPath } from '../state/tools.ts';
import type { ComposerArgs } from './arguments.ts';

/** What composer says it would do. */
export interface ComposerState {
  readonly failed?: string;
  /** False where the command cannot say what it would do. */
  readonly foresees: boolean;
  /** What it printed: the output, then the errors. */
  readonly said: string;
}

/** What composer works on, as people see it. */
export const placeOf = ({ folder }: ComposerArgs): string => folder ?? 'composer global';

/** What composer prints, as one line. */
export const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** `composer COMMAND …` as `run`, and its words as the positional parameters; `$h` is the help of the command. */
export const composerBegin = (args: ComposerArgs, quote: Quote): readonly string[] => [
  `${assignPath('php', args.php, quote)}; ${assignPath('composer', args.composer, quote)}`,
  ...(args.folder === undefined ? [] : [assignPath('p', args.folder, quote)]),
  'c=$(command -v "$composer") || c=$composer; run() { "$php" "$c" "$@" </dev/null; }',
  `has() { case $h in *"\\"$1\\""*) return 0 ;; esac; return 1; }`,
  `h=$(run help ${quote(args.command)} --no-interaction --format=json 2>"$e/err"); r=$?`,
];

/** Sets the words: those options that the command has, and then `more` before what the task gives. */
export const composerWords = (args: ComposerArgs, more: string, quote: Quote): readonly string[] => [
  `set -- ${args.folder === undefined ? 'global ' : ''}${quote(args.command)}`,
  'for o in --no-ansi --no-interaction --no-progress; do ! has $o || set -- "$@" $o; done',
  ...(args.folder === undefined ? [] : ['set -- "$@" --working-dir "$p"']),
  ...(args.options.length === 0 ? [] : [`for o in ${args.options.join(' ')}; do ! has $o || set -- "$@" $o; done`]),
  `set -- "$@" ${[more, ...args.words.map(quote)].join(' ')}`,
];

/** A private folder for what composer prints: `$e`. */
export const composerFolder = `PATH=$PATH:/usr/local/bin; e=$(mktemp -d) || exit 1; trap 'rm -rf "$e"' EXIT; trap 'exit 1' HUP INT TERM`;

/** Asks which options the command has and, where it can tell, what it would do. Packages that this downloads are not kept. */
export const probeComposer = (args: ComposerArgs, quote: Quote): string =>
  [
    toolPath,
    needFunction,
    sayFunction,
    shellFunctions('hex'),
    `PATH=$PATH:/usr/local/bin; ${assignPath('n', args.php, quote)}; need "$n"; ${assignPath('n', args.composer, quote)}`,
    '[ -f "$n" ] || need "$n"',
    composerFolder,
    'COMPOSER_CACHE_READ_ONLY=1; export COMPOSER_CACHE_READ_ONLY',
    ...composerBegin(args, quote),
    '[ $r -eq 0 ] || { echo "failed=$(hex "$(cat "$e/err")")"; echo end; exit 0; }',
    'has --dry-run || { echo blind=yes; echo end; exit 0; }',
    ...composerWords(args, '--dry-run', quote),
    'run "$@" >"$e/out" 2>"$e/err"; r=$?',
    '[ $r -eq 0 ] || echo "failed=$(hex "$(cat "$e/err")")"',
    'cat "$e/out" "$e/err" | say said',
    'echo end',
  ].join('\n');

/** Reads what the probe printed. */
export const readComposer = (output: Applied): ComposerState => {
  const fields = readFields(output);
  const words = fields.text('failed');
  const failed =
    missingTool(fields, 'composer', 'Install php and composer there first.') ??
    (words === undefined ? undefined : inOneLine(words) || 'composer failed and did not say why');
  return {
    ...(failed !== undefined && { failed }),
    foresees: fields.get('blind') !== 'yes',
    said: fields.raw('said') ?? '',
  };
};
