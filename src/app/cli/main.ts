import { readFileSync } from 'node:fs';
import type { ErrorCode } from '#core/error-codes.ts';
import { refusalOf } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import { join, type Language, type Text, t } from '#core/text.ts';
import { unknownWord } from './arguments.ts';
import { explain } from './explain.ts';
import { outputHere } from './output.ts';
import { stopSignal } from './stop-signal.ts';
import { type CliCommand, exit, Stopped, type Terminal, Usage } from './terminal.ts';

/** The commands, each loaded only when it is used. */
const commands: Readonly<Record<string, () => Promise<CliCommand>>> = {
  start: async () => (await import('./start.ts')).start,
  say: async () => (await import('./say.ts')).say,
  login: async () => (await import('./login.ts')).login,
  check: async () => (await import('./check.ts')).check,
  plan: async () => (await import('./play.ts')).plan,
  run: async () => (await import('./play.ts')).run,
  adhoc: async () => (await import('./adhoc.ts')).adhoc,
  inventory: async () => (await import('./inventory.ts')).inventory,
  vault: async () => (await import('./vault.ts')).vault,
  trust: async () => (await import('./trust.ts')).trust,
  audit: async () => (await import('./audit.ts')).audit,
  token: async () => (await import('./token.ts')).token,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  doctor: async () => (await import('./doctor.ts')).doctor,
};

/** As package.json says. */
const version = (): string => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version; // our own file
};

const languageOf = (env: NodeJS.ProcessEnv): Language =>
  /^fr/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'fr' : 'en';

async function overview(terminal: Terminal): Promise<void> {
  terminal.out(t('quarterdeck COMMAND\n', 'quarterdeck COMMANDE\n'));
  for (const load of Object.values(commands)) {
    const command = await load();
    terminal.out(join(['  ', command.usage, '\n      ', command.about]));
  }
  terminal.out(
    t(
      '\n  Every command takes --config FILE and --help; those that print facts take --json.',
      '\n  Chaque commande prend --config FICHIER et --help ; celles qui montrent des faits prennent --json.',
    ),
  );
}

/** What ends the command otherwise than a failure does. */
const codes: Readonly<Partial<Record<ErrorCode, number>>> = {
  'cli.no_bot': exit.noBot,
  'cli.silent': exit.noBot,
  'cli.unsure': exit.noBot,
  'cli.bot_gone': exit.goesOn,
  'cli.silent_since': exit.goesOn,
};

/** Says what went wrong: one sentence and what to do, never a trace. */
function explainAll(thrown: unknown, terminal: Terminal): number {
  if (thrown instanceof Usage) {
    terminal.error(thrown.say);
    return exit.usage;
  }
  if (thrown instanceof Stopped) {
    terminal.error(thrown.say);
    return exit.stopped;
  }
  const refusal = refusalOf(thrown);
  if (!refusal) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    terminal.error(t(`Something broke: ${why}`, `Quelque chose s’est rompu : ${why}`));
    return exit.failed;
  }
  explain(refusal, terminal);
  return codes[refusal.code] ?? exit.failed;
}

const noCommand = (name: string): Text =>
  t(
    `There is no command “${name}”; “bin/quarterdeck help” lists them.`,
    `Il n’y a pas de commande « ${name} » ; « bin/quarterdeck help » les donne.`,
  );

/** Who forgot `say` meant an order; a slip in a command's own name is likelier. */
function notACommand(name: string, rest: readonly string[]): Usage {
  const known = Object.keys(commands);
  const order = [name, ...rest].filter((word) => !word.startsWith('-')).join(' ');
  const hint = t(
    ` To give the bot an order: bin/quarterdeck say "${order}"`,
    ` Pour un ordre au bot : bin/quarterdeck say "${order}"`,
  );
  const isOrder = !name.startsWith('-') && nearest(name, known, 1).length === 0;
  return unknownWord(isOrder ? join([noCommand(name), hint]) : noCommand(name), name, known);
}

/** What is wrong, and below it how the command is written. */
const withUsage = ({ say }: Usage, { usage }: CliCommand): Usage =>
  new Usage(join([say, t('\nUsage: quarterdeck ', '\nUsage : quarterdeck '), usage]));

/** `--help` asks for help, unless it stands where only words do. */
const asksHelp = (words: readonly string[]): boolean => {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? words.length : end).some((word) => word === '--help' || word === '-h');
};

/** Runs one command and sets the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const language = languageOf(process.env);
  const isBot = args[0] === 'start';
  let atLeast: number = exit.done;
  const output = outputHere(language, () => {
    if (isBot) return; // it was not started for what it prints
    atLeast = exit.failed;
    process.exitCode ||= atLeast;
  });
  const terminal: Terminal = { language, env: process.env, signal: stopSignal(), ...output };
  const code = await dispatch(args, terminal).catch((thrown: unknown) => explainAll(thrown, terminal));
  const isCut = terminal.signal.aborted && !isBot && code !== exit.done;
  process.exitCode = isCut ? exit.stopped : code || atLeast;
}

async function dispatch([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    await overview(terminal);
    return name === undefined ? exit.usage : exit.done;
  }
  if (name === '--version' || name === 'version') {
    terminal.out(version());
    return exit.done;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw notACommand(name, rest);
  const command = await load();
  if (asksHelp(rest)) {
    terminal.out(join(['quarterdeck ', command.usage, '\n  ', command.about]));
    return exit.done;
  }
  return command.run(rest, terminal).catch((thrown: unknown) => {
    throw thrown instanceof Usage ? withUsage(thrown, command) : thrown;
  });
}
