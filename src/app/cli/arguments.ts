import { parseArgs } from 'node:util';
import { Fault } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import { join, type Text, t } from '#core/text.ts';
import { describeFaults } from '#settings/faults.ts';
import { loadSettings } from '#settings/load.ts';
import type { Loaded } from '../edges.ts';
import { type Options, type Terminal, Usage } from './terminal.ts';

/** Options every command takes. */
const common = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const meant = (near: string | undefined): Text =>
  near === undefined ? '' : t(` Did you mean “${near}”?`, ` Vouliez-vous dire « ${near} » ?`);

/** A word that is none of those there are, with the nearest of them. */
export const unknownWord = (say: Text, word: string, known: readonly string[]): Usage =>
  new Usage(join([say, meant(nearest(word, known, 1)[0])]));

const unknownOption = (name: string, options: Options): Usage =>
  unknownWord(
    t(`There is no option ${name}.`, `Il n’y a pas d’option ${name}.`),
    name,
    Object.keys(options).map((known) => `--${known}`),
  );

/** What is wrong with one option as it was written; undefined when nothing is. */
function faultOf(token: OptionToken, options: Options): Usage | undefined {
  const { rawName: name, value, inlineValue } = token;
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  if (!option) return unknownOption(name, options);
  if (option.type === 'boolean')
    return value === undefined ? undefined : new Usage(t(`${name} takes no value.`, `${name} ne prend pas de valeur.`));
  const isMissing = value === undefined || (inlineValue === false && value.length > 1 && value.startsWith('-'));
  return isMissing ? new Usage(t(`${name} wants a value.`, `${name} attend une valeur.`)) : undefined;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** Reads options strictly, and at most so many words beside them; what does not fit is a Usage. */
export function readArguments<const O extends Options>(args: readonly string[], options: O, mostWords = 0) {
  const all = { ...common, ...options };
  const { tokens } = parseArgs({ args: [...args], options: all, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    const fault = token.kind === 'option' ? faultOf(token, all) : undefined;
    if (fault) throw fault;
  }
  const read = parseArgs({ args: [...args], options: all, allowPositionals: true, strict: true });
  const extra = read.positionals[mostWords];
  if (extra !== undefined) throw new Usage(t(`“${extra}” is one word too many.`, `« ${extra} » est de trop.`));
  return read;
}

/** Loads the configuration, or throws with every fault in it. */
export async function settingsFor(config: string | undefined, terminal: Terminal): Promise<Loaded> {
  const outcome = await loadSettings({ env: terminal.env, ...(config === undefined ? {} : { path: config }) });
  if (outcome.ok) return outcome;
  throw new Fault({ code: 'settings.faulty', say: describeFaults(outcome.faults, terminal.language) });
}
