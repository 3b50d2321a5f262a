import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CapabilityName } from '#core/capabilities.ts';
import type { Refusal } from '#core/errors.ts';
import { inLanguage, type Text, t } from '#core/text.ts';
import { faultsOfPlugin } from '#kit/check.ts';
import type { Plugin } from '#kit/plugin.ts';
import { clash, type Holder, isReserved, pluginNamed, theBot } from '../names.ts';
import type { LoadedPlugin, LoadFault, LoadOrder, PluginPlace } from '../protocol.ts';
import { describeCommand } from './describe.ts';
import { plainIssue } from './issue.ts';
import { unknownKeys } from './unknown-keys.ts';

/** A plugin that is good: its code, its settings, and what is said about it outside. */
export interface ReadyPlugin {
  readonly plugin: Plugin<unknown>;
  readonly settings: unknown;
  readonly loaded: LoadedPlugin;
}

/** A plugin to be loaded; `fetch` runs its code. */
export interface Candidate {
  readonly name: string;
  readonly place?: PluginPlace;
  fetch(): Promise<unknown>;
}

/** What loading needs beside the order. */
export interface LoadTools {
  readonly seconds: number;
  /** Told before and after a plugin's code runs. */
  busy(plugin: string, on: boolean): void;
}

type Outcome = { readonly ready: ReadyPlugin } | { readonly faults: readonly LoadFault[] };

/** Loads plugins one after the other; one that is broken stops no other. */
export async function loadPlugins(
  candidates: readonly Candidate[],
  order: LoadOrder,
  tools: LoadTools,
): Promise<{ readonly ready: readonly ReadyPlugin[]; readonly faults: readonly LoadFault[] }> {
  const ready: ReadyPlugin[] = [];
  const faults: LoadFault[] = [];
  for (const candidate of candidates) {
    tools.busy(candidate.name, true);
    const outcome = await load(candidate, order, tools.seconds);
    tools.busy(candidate.name, false);
    const clash = 'ready' in outcome ? faultOfClash(candidate, outcome.ready, ready, order.reserved) : undefined;
    if (clash) faults.push(clash);
    else if ('ready' in outcome) ready.push(outcome.ready);
    else faults.push(...outcome.faults);
  }
  return { ready, faults };
}

async function load(candidate: Candidate, order: LoadOrder, seconds: number): Promise<Outcome> {
  const { name, place } = candidate;
  try {
    // A file may export anything; faultsOfPlugin looks at it before anything else does.
    const plugin = (await within(seconds, candidate.fetch())) as Plugin<unknown>;
    const wrong = faultsOfPlugin(plugin);
    if (wrong.length > 0) return { faults: wrong.map((refusal) => faultNaming(name, place, refusal)) };
    if (place && plugin.name !== name) return { faults: [faultAt(name, place, misnamed(plugin.name, name))] };
    return prepare(plugin, candidate, order);
  } catch (thrown) {
    return { faults: [faultOfThrown(name, place, thrown)] };
  }
}

function prepare(plugin: Plugin<unknown>, { name, place }: Candidate, order: LoadOrder): Outcome {
  const pin = order.pinned[name];
  const given = (pin ? pin.settings : order.settings[name]) ?? {};
  const parsed = plugin.settings.safeParse(given);
  const issues = parsed.success ? unknownKeys(plugin.settings, given) : parsed.error.issues;
  if (!parsed.success || issues.length > 0)
    return {
      faults: issues.map((issue) => ({
        plugin: name,
        refusal: badSettings(['plugins', 'settings', name, ...issue.path.map(String)].join('.')),
        issue: plainIssue(issue, plugin.settings),
      })),
    };
  try {
    const settings = parsed.data;
    const commands = plugin.commands.map((command) => describeCommand(name, command, settings));
    const provides = Object.keys(plugin.provides ?? {}) as CapabilityName[];
    const hasJob = plugin.every !== undefined;
    return { ready: { plugin, settings, loaded: { name, about: plugin.about, commands, provides, hasJob } } };
  } catch (thrown) {
    return { faults: [faultOfThrown(name, place, thrown)] };
  }
}

/** A name belongs to the first plugin that takes it. */
function faultOfClash(
  { name: plugin, place }: Candidate,
  { loaded }: ReadyPlugin,
  others: readonly ReadyPlugin[],
  reserved: readonly string[],
): LoadFault | undefined {
  if (others.some((other) => other.loaded.name === loaded.name)) return { plugin, refusal: twice(loaded.name) };
  const taken = new Map<string, Holder>();
  for (const other of others) for (const name of namesOf(other.loaded)) taken.set(name, pluginNamed(other.loaded.name));
  for (const name of namesOf(loaded)) {
    const holder = isReserved(name, reserved) ? theBot : taken.get(name);
    if (holder !== undefined) return faultNaming(plugin, place, clash(name, holder));
  }
  return undefined;
}

const namesOf = ({ commands }: LoadedPlugin): readonly string[] =>
  commands.flatMap(({ name, aliases }) => [name, ...aliases]);

async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not finish loading within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A path a person recognises: from the folder that holds the plugins. */
const shown = (place: PluginPlace, file: string): string =>
  join(basename(dirname(place.folder)), relative(dirname(place.folder), file));

function faultAt(plugin: string, place: PluginPlace | undefined, refusal: Refusal): LoadFault {
  return place ? { plugin, file: shown(place, place.file), refusal } : { plugin, refusal };
}

/** A fault that does not speak of the plugin by itself. */
function faultNaming(plugin: string, place: PluginPlace | undefined, refusal: Refusal): LoadFault {
  const file = place && shown(place, place.file);
  return faultAt(plugin, place, {
    next: loadedAgain,
    ...refusal,
    say: notLoaded(plugin, file, refusal.say),
    details: { ...refusal.details, plugin, ...(file === undefined ? {} : { file }) },
  });
}

const notLoaded = (plugin: string, where: string | undefined, why: Text): Text => ({
  en: `The plugin ${plugin} does not load: ${where === undefined ? '' : `${where}: `}${inLanguage(why, 'en')}`,
  fr: `Le greffon ${plugin} ne se charge pas : ${where === undefined ? '' : `${where} : `}${inLanguage(why, 'fr')}`,
});

const loadedAgain = t(
  'Correct the file and save it; it is loaded again at once.',
  'Corrigez le fichier et enregistrez-le ; il est rechargé aussitôt.',
);

function faultOfThrown(plugin: string, place: PluginPlace | undefined, thrown: unknown): LoadFault {
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? '';
  const spot = place && thrown instanceof Error ? spotOf(thrown, place) : undefined;
  const where = spot ? `${spot.file}:${spot.line}` : place ? shown(place, place.file) : plugin;
  const refusal: Refusal = { code: 'plugin.broken', say: notLoaded(plugin, where, message), next: loadedAgain };
  return { plugin, ...(spot ?? (place ? { file: shown(place, place.file) } : {})), refusal };
}

/** The first place of the plugin's own files in what was thrown. */
function spotOf(error: Error, place: PluginPlace): { readonly file: string; readonly line: number } | undefined {
  for (const match of String(error.stack).matchAll(/(file:\/\/\/[^\s()]+?|\/[^\n()]+?):(\d+)(?::\d+)?(?=[\s)]|$)/g)) {
    const file = match[1]?.startsWith('file:') ? fileURLToPath(match[1]) : (match[1] ?? '');
    if (file.startsWith(`${place.folder}/`)) return { file: shown(place, file), line: Number(match[2]) };
  }
  return undefined;
}

const misnamed = (name: string, folder: string): Refusal => ({
  code: 'plugin.misnamed',
  say: t(
    `The folder “${folder}” holds a plugin named “${name}”: the two must be alike.`,
    `Le dossier « ${folder} » contient un greffon nommé « ${name} » : les deux doivent être pareils.`,
  ),
});

const twice = (name: string): Refusal => ({
  code: 'plugin.twice',
  say: t(`A plugin named “${name}” is loaded already.`, `Un greffon nommé « ${name} » est déjà chargé.`),
  next: t('Rename it, or disable one of the two.', 'Renommez-le, ou désactivez l’un des deux.'),
});

const badSettings = (path: string): Refusal => ({
  code: 'plugin.settings',
  say: t(`The setting ${path} is wrong.`, `Le réglage ${path} est faux.`),
  next: t(
    'Run “bin/quarterdeck check”: it names the line and what must stand there.',
    'Lancez « bin/quarterdeck check » : il nomme la ligne et ce qui doit s’y trouver.',
  ),
  details: { path },
});
