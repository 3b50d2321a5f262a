import { copyArguments, prepareCopy } from './copy/arguments.ts';
import {
  applyFolder,
  type FolderArgs,
  type FolderState,
  finishFolder,
  planFolder,
  probeFolder,
  readFolder,
} from './copy/folder.ts';
import {
  applyRemote,
  finishRemote,
  planRemote,
  probeRemote,
  type RemoteArgs,
  type RemoteState,
  readRemote,
} from './copy/remote.ts';
import type { Module } from './module.ts';
import {
  applySingle,
  finishSingle,
  planSingle,
  probeSingle,
  readSingle,
  type SingleArgs,
  type SingleState,
} from './place/single.ts';

/** What `copy` works on: a file or a content, a folder from here, or something that is on the host already. */
export type CopyArgs = SingleArgs | FolderArgs | RemoteArgs;

/** What the host said; of the same kind as the arguments. */
export type CopyState = SingleState | FolderState | RemoteState;

const mismatch = (): Error => new Error('the state is of another kind than the arguments');

/** Puts files, folders or a given content on the host, or copies there what is there already. */
export const copy: Module<CopyArgs, CopyState> = {
  name: 'copy',
  interpreted: { validate: 'words' },
  quick: true,
  args: copyArguments,
  freeForm: 'kv',
  prepare: prepareCopy,
  probe: (args, quote) => {
    if (args.kind === 'single') return probeSingle(args, quote);
    return args.kind === 'folder' ? probeFolder(args, quote) : probeRemote(args, quote);
  },
  subjects: (args) => (args.kind === 'remote' ? [args.src, `${args.src.replace(/\/+$/, '')}/*`] : []),
  read: (output, args) => {
    if (args.kind === 'single') return readSingle(output, args);
    return args.kind === 'folder' ? readFolder(output, args) : readRemote(output, args);
  },
  plan: (args, state) => {
    if (args.kind === 'single' && state.kind === 'single') return planSingle(args, state);
    if (args.kind === 'folder' && state.kind === 'folder') return planFolder(args, state);
    if (args.kind === 'remote' && state.kind === 'remote') return planRemote(args, state);
    throw mismatch();
  },
  apply: (args, state, plan, quote) => {
    if (args.kind === 'single' && state.kind === 'single') return applySingle(args, state, plan, quote);
    if (args.kind === 'folder' && state.kind === 'folder') return applyFolder(args, state, plan, quote);
    if (args.kind === 'remote' && state.kind === 'remote') return applyRemote(args, state, plan, quote);
    throw mismatch();
  },
  finish: (args, _state, plan, applied) => {
    if (args.kind === 'single') return finishSingle(plan, applied);
    return args.kind === 'folder' ? finishFolder(plan, applied) : finishRemote(plan, applied);
  },
};
