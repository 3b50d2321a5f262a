import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { resultOf } from '../state/attributes.ts';
import { failureOf, readFields } from '../state/fields.ts';
import { readLook } from '../state/look.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import type { ArchiveArgs } from './arguments.ts';
import { type ArchiveState, modesOf } from './probe.ts';
import { unpack } from './unpack.ts';

/** Sets owner, group and mode of each path that came out of the archive. */
const attributeLines = (args: ArchiveArgs, state: ArchiveState, quote: Quote): readonly string[] => {
  const { uid, gid } = state.identities;
  const mode = modesOf(args.attributes.mode);
  const commands = [
    ...(uid === undefined ? [] : [`chown -h ${uid}`]),
    ...(gid === undefined ? [] : [`chgrp -h ${gid}`]),
    ...(mode === undefined ? [] : [`chmod ${mode}`]),
  ];
  if (commands.length === 0) return [];
  const known =
    args.entries === undefined
      ? undefined
      : args.entries.filter((entry) => entry.type !== 'link').map((entry) => quote(entry.path));
  const names = known?.join(' ') ?? '';
  if (known !== undefined)
    return [`for f in ${names}; do ${commands.map((command) => `${command} "$p/$f" || exit 1`).join('; ')}; done`];
  const inside = commands.map((command) => `${command} "$p/$f" || exit 1`).join('; ');
  return [
    'w=$(mktemp -d) || exit 1',
    `trap 'rm -rf "$w"' EXIT`,
    `${unpack(args, '"$a"', '"$w"', quote)} || exit 1`,
    `export p; ( cd "$w" && find . ! -name . ! -type l -exec sh -c ${quote(`for f; do ${inside}; done`)} sh {} + ) || exit 1`,
  ];
};

/** Unpacks the archive over what is there, then says what the folder is. */
export const applyArchive = (
  args: ArchiveArgs,
  state: ArchiveState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const archive =
    args.content === undefined
      ? `${assignPath('a', args.src, quote)}\ncase $a in /*) ;; *) a=$PWD/$a ;; esac`
      : 'a=$CONTENT';
  const lines = [
    shellFunctions('hex', 'look'),
    `p=${quote(state.path)}`,
    archive,
    `${unpack(args, '"$a"', '"$p"', quote)} || exit 1`,
    ...attributeLines(args, state, quote),
    'look now "$p" follow',
    'echo end',
  ];
  return {
    script: lines.join('\n'),
    ...(args.content !== undefined && { contents: [{ name: 'CONTENT', content: args.content }] }),
  };
};

/** The return values after the archive was unpacked. */
export const finishArchive = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0)
    return { result: { ...plan.result, ...resultOf(readLook(readFields(applied), 'now')) }, changed: true };
  const msg = failureOf(applied);
  return { result: { ...plan.result, msg }, changed: false, failed: msg };
};
