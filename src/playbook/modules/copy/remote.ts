import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { triedLine } from '../place/placement.ts';
import { resultOf, setAttributes } from '../state/attributes.ts';
import { failureOf, readFields } from '../state/fields.ts';
import { readLook } from '../state/look.ts';
import { chmodMode } from '../state/mode.ts';
import { assignPath, shellFunctions, temporaryBeside } from '../state/script.ts';

import { attributeChange, isSame, startOf } from './remote-plan.ts';
import type { RemoteArgs, RemoteState } from './remote-state.ts';

export { planRemote } from './remote-plan.ts';
export { probeRemote, type RemoteArgs, type RemoteState, readRemote } from './remote-state.ts';

const validateLine = (words: readonly string[], quote: Quote): string =>
  triedLine(
    words
      .map((word) =>
        word
          .split('%s')
          .map((part) => (part === '' ? '' : quote(part)))
          .join('"$t"'),
      )
      .join(' '),
  );

const fileLines = (args: RemoteArgs, state: RemoteState, quote: Quote): readonly string[] => {
  const change = attributeChange(args, state);
  if (isSame(state)) return setAttributes('"$p"', change);
  const keep = state.dest.type === 'file' ? [`chown ${state.dest.uid}:${state.dest.gid} "$t" 2>/dev/null || :`] : [];
  return [
    'u=${p%/*}; u=${u:-/}; mkdir -p "$u" || exit 1',
    ...(args.backup && state.dest.type !== 'absent'
      ? ['b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"', 'cp -p "$p" "$b" || exit 1', 'echo "backup=$(hex "$b")"']
      : []),
    temporaryBeside('"$u"'),
    'cat "$s" >"$t" || exit 1',
    ...keep,
    ...setAttributes('"$t"', { ...change, mode: change.mode ?? startOf(state).mode }),
    ...(args.validate === undefined ? [] : [validateLine(args.validate, quote)]),
    'mv -f "$t" "$p" || exit 1',
  ];
};

const copyOne = (state: RemoteState, path: string, quote: Quote): string => {
  const { uid, gid } = state.identities;
  const owners = setAttributes('"$t"', { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) });
  return [
    `( f=${quote(path)}; u="$p/$f"; u=\${u%/*}`,
    temporaryBeside('"$u"'),
    'cp -p "$s/$f" "$t" || exit 1',
    ...(uid === undefined && gid === undefined ? ['chown "$(id -u):$(id -g)" "$t" || exit 1'] : owners),
    'mv -f "$t" "$p/$f" ) || exit 1',
  ].join('\n');
};

const folderLines = (args: RemoteArgs, state: RemoteState, quote: Quote): readonly string[] => {
  const { mode } = args.directoryMode;
  const chmod =
    mode !== undefined && /^[0-7]+$/.test(mode) ? ` && chmod ${chmodMode(Number.parseInt(mode, 8))} "$p"/` : undefined;
  const folders = state.folders.map(
    (path) => `mkdir "$p"/${quote(path)}${chmod === undefined ? '' : `${chmod}${quote(path)}`} || exit 1`,
  );
  const files = [...state.added, ...state.changed].map((path) => copyOne(state, path, quote));
  return ['mkdir -p "$p" || exit 1', ...folders, ...files, ...setAttributes('"$p"', attributeChange(args, state))];
};

/** Copies on the host, each file by way of a temporary one. */
export const applyRemote = (
  args: RemoteArgs,
  state: RemoteState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const lines = state.src.type === 'directory' ? folderLines(args, state, quote) : fileLines(args, state, quote);
  const start = [shellFunctions('hex', 'look'), assignPath('s', args.src, quote), `p=${quote(state.path)}`];
  return { script: [...start, ...lines, 'look now "$p"', 'echo end'].join('\n') };
};

/** The return values after the copy. */
export const finishRemote = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const fields = readFields(applied);
  const backup = fields.text('backup');
  return {
    result: {
      ...plan.result,
      ...resultOf(readLook(fields, 'now')),
      ...(backup !== undefined && { backup_file: backup }),
    },
    changed: true,
  };
};
