import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { splitWords } from '../../words/split.ts';
import type { ModuleArg } from '../module.ts';
import { tidyPath } from '../state/script.ts';

/** Arguments that `command` and `shell` share. */
export const commandArgs = {
  cmd: { type: 'str' },
  creates: { type: 'path' },
  removes: { type: 'path' },
  chdir: { type: 'path' },
  stdin: { type: 'str' },
  stdin_add_newline: { type: 'bool', default: true },
  strip_empty_ends: { type: 'bool', default: true },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments: `words` for a program run as it is, `line` for a shell. */
export interface CommandArgs {
  readonly words: readonly string[];
  readonly line?: string;
  readonly shell?: string;
  readonly creates?: string;
  readonly removes?: string;
  readonly chdir?: string;
  readonly stdin?: string;
  readonly strip: boolean;
  /** `$NAME` in a word means the host's variable: only where the playbook asks for it. */
  readonly expand: boolean;
}

const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });

const text = (args: JsonObject, name: string): string | undefined => {
  const value = args[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The arguments that say when, where and with what input a command runs. */
export const surroundings = (args: JsonObject): Omit<CommandArgs, 'words' | 'expand'> => {
  const [creates, removes, chdir] = [text(args, 'creates'), text(args, 'removes'), text(args, 'chdir')];
  const { stdin } = args;
  const newline = args.stdin_add_newline === false ? '' : '\n';
  return {
    ...(creates !== undefined && { creates }),
    ...(removes !== undefined && { removes }),
    ...(chdir !== undefined && { chdir: tidyPath(chdir) }),
    ...(typeof stdin === 'string' && { stdin: stdin + newline }),
    strip: args.strip_empty_ends !== false,
  };
};

/** The program and its words, from `cmd` or `argv`; one of them, not both. */
export const commandWords = (args: JsonObject): readonly string[] => {
  const cmd = text(args, 'cmd');
  const argv = Array.isArray(args.argv) ? args.argv.map(String) : undefined;
  if (cmd !== undefined && argv !== undefined) {
    throw wrong('command: only cmd or argv can be given, not both.', 'command : cmd ou argv, pas les deux.');
  }
  const words = cmd === undefined ? (argv ?? []) : splitWords(cmd);
  if (words === undefined) throw wrong('command: a quote is not closed.', 'command : un guillemet n’est pas fermé.');
  if (words.length === 0 || words[0] === '')
    throw wrong('command: no command given.', 'command : aucune commande donnée.');
  return words;
};

/** The line for the shell. */
export const shellLine = (args: JsonObject): string => {
  const line = text(args, 'cmd');
  if (line === undefined || line.trim() === '')
    throw wrong('shell: no command given.', 'shell : aucune commande donnée.');
  return line;
};
