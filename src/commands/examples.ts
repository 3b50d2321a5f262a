import type { JsonObject } from '#core/json.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';
import { writeWord } from './grammar.ts';
import { type Offering, offeredTo } from './offered.ts';
import { understand } from './understand.ts';

/** So many are shown. */
const most = 4;

/**
 * The examples of a command that would do something here, for this actor: made of what there is where the plugin's own name
 * things that are not.
 */
export async function examplesFor(offering: Offering, command: CommandDescription): Promise<readonly string[]> {
  const working: string[] = [];
  for (const line of command.examples) if (await works(offering, line)) working.push(line);
  const all = working.length === command.examples.length ? working : [...working, ...(await made(offering, command))];
  return [...new Set(all)].slice(0, most);
}

/** `run deploy`: the command with each of the values that its only required argument may have. */
async function made(offering: Offering, command: CommandDescription): Promise<readonly string[]> {
  const [arg, ...others] = command.args.filter(({ required }) => required);
  if (!arg || others.length > 0 || arg.named) return [];
  const values = await offeredTo(offering, { command, arg, before: [] });
  return values.slice(0, most).map((value) => `${command.name} ${writeWord(value)}`);
}

/** Whether a line is understood, and each of its values is one of those there are, where these are listed. */
async function works(offering: Offering, line: string): Promise<boolean> {
  const meant = understand(line, offering.commands, offering.known);
  if (meant.kind !== 'order' && meant.kind !== 'asking') return false;
  for (const arg of meant.command.args) if (!(await isThere(offering, meant.command, arg, meant.args))) return false;
  return true;
}

const wordsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

async function isThere(
  offering: Offering,
  command: CommandDescription,
  arg: ArgDescription,
  args: JsonObject,
): Promise<boolean> {
  const value = args[arg.name];
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return true;
  const isListed =
    arg.lists !== undefined || arg.suggestions !== undefined || arg.kind === 'host' || arg.kind === 'hosts';
  if (!isListed) return true;
  const before = command.args.slice(0, command.args.indexOf(arg)).flatMap(({ name }) => wordsOf(args[name] ?? []));
  const there = (await offeredTo(offering, { command, arg, before })).map((one) => one.toLowerCase());
  return wordsOf(value).every((word) => there.includes(word.toLowerCase()));
}
