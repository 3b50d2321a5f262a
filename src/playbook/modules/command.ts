import { type CommandArgs, commandArgs, commandWords, surroundings } from './command/arguments.ts';
import {
  applyCommand,
  type CommandState,
  finishCommand,
  planCommand,
  probeCommand,
  readCommand,
} from './command/run.ts';
import type { Module } from './module.ts';

/** Runs a program with its words. No shell reads them: `*`, `;`, `$(…)` and `|` mean themselves. */
export const command: Module<CommandArgs, CommandState> = {
  name: 'command',
  interpreted: { cmd: 'words' },
  quick: true,
  args: { ...commandArgs, argv: { type: 'list' }, expand_argument_vars: { type: 'bool', default: false } },
  freeForm: 'cmd',
  once: true,
  prepare: (args) => ({ ...surroundings(args), words: commandWords(args), expand: args.expand_argument_vars === true }),
  probe: probeCommand,
  read: readCommand,
  plan: planCommand,
  apply: (args, _state, plan, quote) => applyCommand(args, plan, quote),
  finish: (args, _state, _plan, applied) => finishCommand(args, applied),
};
