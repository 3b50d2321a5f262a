import { type CommandArgs, commandArgs, shellLine, surroundings } from './command/arguments.ts';
import {
  applyCommand,
  type CommandState,
  finishCommand,
  planCommand,
  probeCommand,
  readCommand,
} from './command/run.ts';
import type { Module } from './module.ts';

/** Runs a line in a shell. Whatever a template puts into the line is read by the shell: quote it there (`| quote`). */
export const shell: Module<CommandArgs, CommandState> = {
  name: 'shell',
  interpreted: { cmd: 'shell' },
  quick: true,
  args: { ...commandArgs, executable: { type: 'path' } },
  freeForm: 'cmd',
  once: true,
  prepare: (args) => ({
    ...surroundings(args),
    words: [],
    line: shellLine(args),
    ...(typeof args.executable === 'string' && { shell: args.executable }),
    expand: false,
  }),
  probe: probeCommand,
  read: readCommand,
  plan: planCommand,
  apply: (args, _state, plan, quote) => applyCommand(args, plan, quote),
  finish: (args, _state, _plan, applied) => finishCommand(args, applied),
};
