import type { Apply, ModulePlan, Quote } from '../module.ts';
import { type AttributeChange, changeAttributes, havingOf, setAttributes } from '../state/attributes.ts';
import { chmodMode } from '../state/mode.ts';
import { shellFunctions, temporaryBeside } from '../state/script.ts';
import type { FileArgs, Wanted } from './arguments.ts';
import { attributeChange, newAttributes, subjectOf, wantedState } from './plan.ts';
import type { FileState } from './probe.ts';

type Lines = readonly string[];

const remove = (_args: FileArgs, state: FileState): Lines =>
  state.look.type === 'directory' ? ['rm -rf "$p" || exit 1'] : ['rm -f "$p" || exit 1'];

/** A link's own owner is changed without following it. */
const setOwn = (args: FileArgs, state: FileState, quote: Quote): Lines => {
  const { path, look } = subjectOf(args, state);
  const commands = setAttributes(quote(path), attributeChange(args, state));
  return look.type === 'link' ? commands.map((line) => line.replace(/^(chown|chgrp) /, '$1 -h ')) : commands;
};

const makeFolder = (args: FileArgs, state: FileState, quote: Quote): Lines => {
  const folders = [...state.missing, subjectOf(args, state).path];
  const change = newAttributes(args, state, true);
  return folders.flatMap((folder) => [`mkdir ${quote(folder)} || exit 1`, ...setAttributes(quote(folder), change)]);
};

const setBelow = (args: FileArgs, state: FileState): Lines => {
  const { uid, gid } = state.identities;
  const { mode } = args.attributes;
  const find = (command: string): string => `find "$p/." ! -name . ! -type l -exec ${command} {} + || exit 1`;
  return [
    ...(uid === undefined ? [] : [find(`chown ${uid}`)]),
    ...(gid === undefined ? [] : [find(`chgrp ${gid}`)]),
    ...(mode === undefined
      ? []
      : [find(`chmod ${/^[0-7]+$/.test(mode) ? chmodMode(Number.parseInt(mode, 8)) : mode}`)]),
  ];
};

const makeDirectory = (args: FileArgs, state: FileState, quote: Quote): Lines => {
  const { path, look } = subjectOf(args, state);
  if (look.type === 'absent') return makeFolder(args, state, quote);
  return [...setOwn(args, state, quote), ...(args.recurse ? [`p=${quote(path)}`, ...setBelow(args, state)] : [])];
};

const touch = (args: FileArgs, state: FileState, quote: Quote): Lines => {
  if (state.look.type === 'absent')
    return [': >"$p" || exit 1', ...setAttributes('"$p"', newAttributes(args, state, false))];
  const { modified, accessed } = args.touches;
  const flags = modified && accessed ? '' : modified ? '-m ' : '-a ';
  const times = modified || accessed ? [`touch ${flags}"$p" || exit 1`] : [];
  return [...setOwn(args, state, quote), ...times];
};

/** The new link is made beside and takes the place in one step; a folder in the way is empty, and goes first. */
const putLink = (state: FileState, make: string): Lines => [
  'u=${p%/*}',
  temporaryBeside('"${u:-/}"'),
  'rm -f "$t" || exit 1',
  make,
  ...(state.look.type === 'directory' ? ['rmdir "$p" || exit 1'] : []),
  state.look.type === 'link'
    ? 'mv -fT "$t" "$p" 2>/dev/null || { rm -f "$p" && mv -f "$t" "$p"; } || exit 1'
    : 'mv -f "$t" "$p" || exit 1',
];

const setTarget = (change: AttributeChange): Lines => setAttributes('"$p"', change);

const link = (args: FileArgs, state: FileState, quote: Quote): Lines => {
  const { look, src } = state;
  if (args.src === undefined || (look.type === 'link' && look.target === args.src)) return setOwn(args, state, quote);
  const put = putLink(state, `ln -s ${quote(args.src)} "$t" || exit 1`);
  if (src.type === 'absent' || !args.follow) return put;
  return [...put, ...setTarget(changeAttributes(state.path, havingOf(src), args.attributes, state.identities))];
};

const hard = (args: FileArgs, state: FileState, quote: Quote): Lines => {
  const { look, src } = state;
  const same = look.type !== 'absent' && src.type !== 'absent' && look.inode === src.inode;
  if (args.src === undefined || same || src.type === 'absent') return setOwn(args, state, quote);
  const put = putLink(state, `ln ${quote(args.src)} "$t" || exit 1`);
  return [...put, ...setTarget(changeAttributes(state.path, havingOf(src), args.attributes, state.identities))];
};

const makers: Readonly<Record<Wanted, (args: FileArgs, state: FileState, quote: Quote) => Lines>> = {
  absent: remove,
  directory: makeDirectory,
  file: setOwn,
  hard,
  link,
  touch,
};

/** Makes the path what was planned, then says what is there. */
export const applyFile = (args: FileArgs, state: FileState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const wanted = wantedState(args, state);
  const lines = makers[wanted](args, state, quote);
  const shown = ['directory', 'file'].includes(wanted) ? subjectOf(args, state).path : state.path;
  const look = `p=${quote(shown)}\nlook now "$p"\necho end`;
  return { script: [shellFunctions('hex', 'look'), `p=${quote(state.path)}`, ...lines, look].join('\n') };
};
