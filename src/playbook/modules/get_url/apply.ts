import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { newly, resultOf, setAttributes } from '../state/attributes.ts';
import { failureOf, readFields } from '../state/fields.ts';
import { readLook } from '../state/look.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import type { GetUrlArgs } from './arguments.ts';
import { askFunction, digestFunction, privateFolder, toldFunction } from './ask.ts';
import { attributeChange, verdictOf } from './plan.ts';
import { decompressLine, type GetUrlState, readAnswer, refusedBy } from './probe.ts';
import { wantedSum } from './sums.ts';

const backupLines =
  'b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"; [ ! -e "$p" ] || { cp -p "$p" "$b" || exit 1; echo "backup=$(hex "$b")"; }';

const keepLines = (args: GetUrlArgs, state: GetUrlState): readonly string[] => {
  const { led, identities } = state;
  const change = attributeChange(args, state);
  const mode = change.mode ?? (led.type === 'file' ? led.mode : newly(false, identities.umask).mode);
  return [
    ...(led.type === 'file' ? [`chown ${led.uid}:${led.gid} "$t" 2>/dev/null || :`] : []),
    ...setAttributes('"$t"', { ...change, mode }),
  ];
};

const bodyLines = (args: GetUrlArgs, quote: Quote): readonly string[] =>
  args.temporary === undefined
    ? ['body=$t']
    : [assignPath('q', args.temporary, quote), 'body=$(mktemp "$q/.quarterdeck.XXXXXX") || exit 1'];

/** Fetches beside the place, checks, and puts the file there in one step; a file that turns out to be the same stays. */
const fetchLines = (args: GetUrlArgs, state: GetUrlState, quote: Quote): readonly string[] => {
  const wanted = wantedSum(args, state);
  const check =
    wanted.kind === 'sum'
      ? `s=$(digest ${args.expected?.algorithm} "$body"); [ "$s" = ${quote(wanted.sum)} ] || { echo "other=$s"; echo end; exit 0; }`
      : ':';
  return [
    'u=${p%/*}; t=$(mktemp "${u:-/}/.quarterdeck.XXXXXX") || exit 1; body=',
    `trap 'rm -rf "$d"; rm -f "$t" \${body:+"$body"}' EXIT`,
    ...bodyLines(args, quote),
    'a=$(date +%s)',
    'ask "$body"; told asked; echo "elapsed=$(($(date +%s) - a))"',
    '[ "$status" = 200 ] && [ "$r" -eq 0 ] || { echo end; exit 0; }',
    args.decompress ? decompressLine('"$body"') : ':',
    'echo "size=$(($(wc -c <"$body")))"',
    check,
    'n=$(digest sha1 "$body"); echo "src=$n"',
    'if [ -f "$p" ] && o=$(digest sha1 "$p") && [ -n "$o" ] && [ "$o" = "$n" ]; then :',
    ...setAttributes('"$p"', attributeChange(args, state)),
    'else',
    args.temporary === undefined ? ':' : 'cat "$body" >"$t" || exit 1',
    ...keepLines(args, state),
    args.backup ? backupLines : ':',
    args.overwrite ? 'mv -f "$t" "$p" 2>/dev/null || cat "$t" >"$p" || exit 1' : 'mv -f "$t" "$p" || exit 1',
    'echo new=yes',
    'fi',
    'echo "md5=$(digest md5 "$p")"',
  ];
};

/** Fetches the file, or sets its attributes when only those are wrong. */
export const applyGetUrl = (
  args: GetUrlArgs,
  state: GetUrlState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const fetches = verdictOf(state, wantedSum(args, state)) !== 'same';
  return {
    script: [
      shellFunctions('hex', 'look'),
      digestFunction,
      toldFunction,
      privateFolder,
      `p=${quote(state.path)}`,
      ...(fetches
        ? [askFunction('ask', args.url, args.asking, quote), ...fetchLines(args, state, quote)]
        : setAttributes('"$p"', attributeChange(args, state))),
      'look now "$p"',
      'echo end',
    ].join('\n'),
  };
};

const failedWith = (result: JsonObject, msg: string): ModuleResult => ({
  result: { ...result, msg },
  changed: false,
  failed: msg,
});

/** The return values after the file was fetched. */
export const finishGetUrl = (
  args: GetUrlArgs,
  state: GetUrlState,
  plan: ModulePlan,
  applied: Applied,
): ModuleResult => {
  if (applied.code !== 0) return failedWith(plan.result, failureOf(applied));
  const fields = readFields(applied);
  const now = resultOf(readLook(fields, 'now'));
  if (fields.get('asked.code') === undefined) return { result: { ...plan.result, ...now }, changed: true };
  const answer = readAnswer(fields, 'asked');
  const base = { ...plan.result, elapsed: fields.number('elapsed') ?? 0, status_code: Number(answer.status) };
  if (fields.get('size') === undefined) return failedWith({ ...base, response: answer.line }, refusedBy(answer));
  const other = fields.get('other');
  const wanted = wantedSum(args, state);
  if (other !== undefined) {
    const sum = wanted.kind === 'sum' ? wanted.sum : '';
    const was = other === '' ? 'unknown' : other;
    return failedWith(base, `The checksum for ${state.path} did not match ${sum}; it was ${was}.`);
  }
  const backup = fields.text('backup');
  const src = fields.get('src') ?? '';
  const attributes = attributeChange(args, state).differences.length > 0;
  return {
    result: {
      ...base,
      ...now,
      msg: `OK (${fields.get('size')} bytes)`,
      checksum_src: src,
      checksum_dest: plan.result.checksum_dest ?? null,
      md5sum: fields.get('md5') ?? null,
      src: state.path,
      ...(backup !== undefined && { backup_file: backup }),
    },
    changed: fields.get('new') === 'yes' || attributes,
  };
};
