import { parseArgs } from 'node:util';
import { Fault } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import { join, type Text, t } from '#core/text.ts';
import { describeFaults } from '#settings/faults.ts';
import { loadSettings, type SettingsOutcome } from '#settings/load.ts';
import type { Settings } from '#settings/schema.ts';
import type { Loaded } from '../edges.ts';
import { ownLine } from './own-line.ts';
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

/** Loads the configuration `--config` names, or the usual one. */
export const loadFor = (config: string | undefined, terminal: Terminal): Promise<SettingsOutcome> =>
  loadSettings({ env: terminal.env, ...(config === undefined ? {} : { path: config }) });

/** The end of a command that needs a good configuration. */
export const faulty = (faults: Parameters<typeof describeFaults>[0], { language }: Terminal): Fault =>
  new Fault({ code: 'settings.faulty', say: describeFaults(faults, language) });

/** Loads the configuration, or throws with every fault in it. */
export async function settingsFor(config: string | undefined, terminal: Terminal): Promise<Loaded> {
  const outcome = await loadFor(config, terminal);
  if (outcome.ok) return outcome;
  throw faulty(outcome.faults, terminal);
}

const broken = (check: string): Text =>
  t(
    `The configuration is broken (“${check}” says how); only its data folder is used here.`,
    `La configuration est fautive (« ${check} » dit en quoi) ; seul son dossier de données sert ici.`,
  );

/** What a command needs that only looks into the data folder, or talks to the bot that runs on it. */
export interface Place {
  readonly data: string;
  /** Undefined when the configuration is broken: a running bot goes on with the last good one, and so can be spoken to. */
  readonly settings: Settings | undefined;
  readonly loaded: Loaded | undefined;
}

/** The data folder of the configuration, also of a broken one, which is said; throws where not even that can be told. */
export async function placeFor(config: string | undefined, terminal: Terminal): Promise<Place> {
  const outcome = await loadFor(config, terminal);
  if (outcome.ok) return { data: outcome.settings.data, settings: outcome.settings, loaded: outcome };
  if (outcome.data === undefined) throw faulty(outcome.faults, terminal);
  terminal.error(broken(ownLine('check', { config, env: terminal.env })));
  return { data: outcome.data, settings: undefined, loaded: undefined };
}
