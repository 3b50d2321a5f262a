import type { JsonObject } from '#core/json.ts';
import { splitWords } from '../../words/split.ts';
import type { ModuleArg } from '../module.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

/** Arguments that are an option of composer's, where the command has that option. */
const options = {
  prefer_source: '--prefer-source',
  prefer_dist: '--prefer-dist',
  no_dev: '--no-dev',
  no_scripts: '--no-scripts',
  no_plugins: '--no-plugins',
  apcu_autoloader: '--apcu-autoloader',
  optimize_autoloader: '--optimize-autoloader',
  classmap_authoritative: '--classmap-authoritative',
  ignore_platform_reqs: '--ignore-platform-reqs',
} as const;

/** The arguments of `composer`. */
export const composerArguments = {
  command: { type: 'str', default: 'install' },
  arguments: { type: 'str', default: '' },
  executable: { type: 'path', aliases: ['php_path'] },
  working_dir: { type: 'path' },
  global_command: { type: 'bool', default: false },
  prefer_source: { type: 'bool', default: false },
  prefer_dist: { type: 'bool', default: false },
  no_dev: { type: 'bool', default: true },
  no_scripts: { type: 'bool', default: false },
  no_plugins: { type: 'bool', default: false },
  apcu_autoloader: { type: 'bool', default: false },
  optimize_autoloader: { type: 'bool', default: true },
  classmap_authoritative: { type: 'bool', default: false },
  ignore_platform_reqs: { type: 'bool', default: false },
  composer_executable: { type: 'path' },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `composer`. */
export interface ComposerArgs {
  readonly command: string;
  /** The words that follow the command and its options. */
  readonly words: readonly string[];
  readonly php: string;
  readonly composer: string;
  /** The project; undefined where the command is for everything of the account. */
  readonly folder?: string;
  /** Options to pass where the command has them. */
  readonly options: readonly string[];
}

const commandOf = (command: string): string => {
  if (/^[a-z0-9][\w:.-]*$/i.test(command)) return command;
  throw wrong(
    `composer: “${command}” is not one command; what follows it goes into arguments.`,
    `composer : « ${command} » n’est pas une seule commande ; ce qui suit va dans arguments.`,
  );
};

const wordsOf = (line: string): readonly string[] => {
  const words = splitWords(line);
  if (words === undefined)
    throw wrong('composer: arguments has an open quote.', 'composer : un guillemet d’arguments n’est pas fermé.');
  const [name] = /\$\{?[A-Za-z_]\w*\}?/.exec(line) ?? [];
  if (name === undefined) return words;
  throw wrong(
    `composer: arguments does not expand ${name}: write its value, or a variable of the playbook.`,
    `composer : arguments ne remplace pas ${name} : écrivez sa valeur, ou une variable du playbook.`,
  );
};

const programOf = (path: unknown, usual: string): string => (typeof path === 'string' ? tidyPath(path) : usual);

/** Checks the arguments. Throws a Fault when no project is named, and when the words cannot be told apart. */
export const prepareComposer = (args: JsonObject): ComposerArgs => {
  const everywhere = args.global_command === true;
  if (!everywhere && typeof args.working_dir !== 'string')
    throw wrong(
      'composer: working_dir is needed, or global_command.',
      'composer : il faut working_dir, ou global_command.',
    );
  return {
    command: commandOf(String(args.command)),
    words: wordsOf(String(args.arguments)),
    php: programOf(args.executable, 'php'),
    composer: programOf(args.composer_executable, 'composer'),
    ...(!everywhere && { folder: tidyPath(String(args.working_dir)) }),
    options: Object.entries(options).flatMap(([name, option]) => (args[name] === true ? [option] : [])),
  };
};
