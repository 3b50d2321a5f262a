import type { ParseArgsConfig } from 'node:util';
import type { Language, Text } from '#core/text.ts';
import type { Output } from './output.ts';

/** The terminal a command talks to, and the world it runs in. */
export interface Terminal extends Output {
  readonly language: Language;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP, with `Stopped`. */
  readonly signal: AbortSignal;
}

/** The options of a command, as `node:util` reads them. */
export type Options = NonNullable<ParseArgsConfig['options']>;

/** One command of the command line. */
export interface CliCommand {
  readonly usage: Text;
  readonly about: Text;
  /** Resolves with the exit code. Throws a Usage for words that do not fit, a Fault for what went wrong. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Words on the command line that do not fit: exit code 2. */
export class Usage extends Error {
  readonly say: Text;
  constructor(say: Text) {
    super(typeof say === 'string' ? say : say.en);
    this.say = say;
  }
}

/** A command was told to stop before it was done: exit code 130. */
export class Stopped extends Error {
  readonly say: Text;
  constructor(say: Text) {
    super(typeof say === 'string' ? say : say.en);
    this.say = say;
  }
}

/** The exit codes of `quarterdeck say`, and of the others where they apply. */
export const exit = { done: 0, failed: 1, usage: 2, noBot: 3, waiting: 4, goesOn: 5, stopped: 130 } as const;
