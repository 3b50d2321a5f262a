import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf, readFields } from '../state/fields.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import { missingTool, needFunction, sayFunction, toolPath } from '../state/tools.ts';
import type { LocalArgs } from './local.ts';

/** What rsync says it would do. */
export interface LocalState {
  readonly kind: 'local';
  readonly failed?: string;
  readonly said: string;
}

const marker = '<<CHANGED>>';

const run = ({ src, dest, options }: LocalArgs, more: readonly string[], quote: Quote): readonly string[] => [
  // A path that begins with a dash is no option.
  ...[assignPath('s', src, quote), assignPath('d', dest, quote)],
  'case $s in -*) s=./$s ;; esac; case $d in -*) d=./$d ;; esac',
  `rs() { rsync ${[...more, ...options, `--out-format=${marker}%i %n%L`].map(quote).join(' ')} "$s" "$d" </dev/null; }`,
];

/** Asks rsync what it would do. */
export const probeLocal = (args: LocalArgs, quote: Quote): string =>
  [
    toolPath,
    needFunction,
    sayFunction,
    shellFunctions('hex'),
    'need rsync',
    `e=$(mktemp -d) || exit 1; trap 'rm -rf "$e"' EXIT; trap 'exit 1' HUP INT TERM`,
    ...run(args, ['--dry-run'], quote),
    'rs >"$e/out" 2>"$e/err" || echo "failed=$(hex "$(cat "$e/err")")"',
    'say said <"$e/out"',
    'echo end',
  ].join('\n');

/** Reads what the probe printed. */
export const readLocal = (output: Applied): LocalState => {
  const fields = readFields(output);
  const words = fields.text('failed')?.trim();
  const failed = missingTool(fields, 'synchronize', 'Install rsync there first.') ?? words;
  return { kind: 'local', ...(failed !== undefined && { failed }), said: fields.raw('said') ?? '' };
};

const kinds: Readonly<Record<string, string>> = {
  f: 'file',
  d: 'directory',
  L: 'link',
  D: 'device',
  S: 'special file',
};

const aspects: Readonly<Record<string, string>> = {
  c: 'content',
  s: 'content',
  t: 'modified',
  T: 'modified',
  p: 'mode',
  o: 'owner',
  g: 'group',
  a: 'acl',
  x: 'xattr',
  u: 'accessed',
  n: 'created',
  b: 'accessed',
};

/** One line of rsync's as differences of the path it names; none where it says that all is the same. */
const differencesOf = (line: string, { dest, src }: LocalArgs): readonly Difference[] => {
  const code = line.slice(0, 11);
  const name = line.slice(12).replace(/ (?:->|=>) .*$/, '');
  const path = name === './' ? '' : name.replace(/\/$/, '');
  const subject = path === '' ? dest : `${dest.replace(/\/+$/, '')}/${path}`;
  if (code.startsWith('*deleting')) return [{ subject, aspect: 'state', before: 'present', after: 'absent' }];
  const kind = kinds[code[1] ?? ''] ?? 'file';
  if (code[0] === 'h') return [{ subject, aspect: 'state', before: 'absent', after: 'hard link' }];
  if (code.includes('+++')) return [{ subject, aspect: 'state', before: 'absent', after: kind }];
  const found = new Set([...code.slice(2)].flatMap((letter) => aspects[letter] ?? []));
  return [...found].map((aspect) => ({ subject, aspect, before: 'other', after: `as in ${src}` }));
};

const changesIn = (said: string): readonly string[] =>
  said.split('\n').flatMap((line) => (line.startsWith(marker) ? [line.slice(marker.length)] : []));

const resultOf = ({ src, dest, options }: LocalArgs, said: string): JsonObject => {
  const msg = said.replaceAll(marker, '');
  return {
    cmd: ['rsync', ...options, src, dest].join(' '),
    msg,
    rc: 0,
    stdout_lines: msg.split('\n').filter((line) => line !== ''),
  };
};

/** What rsync would do, path by path. */
export const planLocal = (args: LocalArgs, state: LocalState): ModulePlan => {
  const { failed, said } = state;
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  return { differences: changesIn(said).flatMap((line) => differencesOf(line, args)), result: resultOf(args, said) };
};

/** rsync itself, by the very words it was asked with. */
export const applyLocal = (args: LocalArgs, plan: ModulePlan, quote: Quote): Apply | undefined =>
  plan.differences.length === 0 ? undefined : { script: [toolPath, ...run(args, [], quote), 'rs'].join('\n') };

/** The return values: what rsync printed. */
export const finishLocal = (args: LocalArgs, applied: Applied): ModuleResult => {
  if (applied.code === 0) return { result: resultOf(args, applied.stdout), changed: applied.stdout.includes(marker) };
  const msg = failureOf(applied);
  return { result: { msg, rc: applied.code }, changed: false, failed: msg };
};
