import { type ComposerArgs, composerArguments, prepareComposer } from './composer/arguments.ts';
import { applyComposer, finishComposer, planComposer } from './composer/plan.ts';
import { type ComposerState, placeOf, probeComposer, readComposer } from './composer/probe.ts';
import type { Module } from './module.ts';

/** Runs composer, the keeper of PHP packages; what it would do is asked with its own `--dry-run`. */
export const composer: Module<ComposerArgs, ComposerState> = {
  name: 'composer',
  interpreted: { arguments: 'words' },
  args: composerArguments,
  freeForm: 'kv',
  prepare: prepareComposer,
  probe: probeComposer,
  read: readComposer,
  plan: planComposer,
  subjects: (args) => [placeOf(args)],
  apply: applyComposer,
  finish: finishComposer,
};
