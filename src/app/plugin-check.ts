import { reservedNames } from '#commands/builtin.ts';
import type { PluginFault } from '#commands/plugins/contract.ts';
import { lookAtPlugins, type Offered, pluginNames } from '#commands/plugins/look.ts';
import type { Refusal } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { t } from '#core/text.ts';
import { layoutIn } from '#harbour/layout.ts';
import { harbourSettings } from '#harbour/settings.ts';
import { matches } from '#policy/permissions.ts';
import { describeFaults, inReadingOrder, type SettingsFault } from '#settings/faults.ts';
import { disabledIn, pluginFaults, pluginSettingFaults } from '#settings/plugins.ts';
import type { Settings } from '#settings/schema.ts';
import type { Core } from './core.ts';
import { demoPlugins, wantsDemo } from './demo.ts';
import type { Loaded } from './edges.ts';
import { type Judged, saidIn } from './judged.ts';
import { pathsIn, programFolder } from './paths.ts';

/** What pages ask for, whichever plugins are loaded. */
const ofPages = ['runs.read', 'audit.read', 'approve'];

const issuesOf = (faults: readonly PluginFault[]) =>
  faults.flatMap(({ plugin, issue }) => (issue ? [{ plugin, ...issue }] : []));

/** The plugins there are; the demo's may be named without the demo, too. */
const namesFor = ({ settings }: Judged) => pluginNames([...settings.plugins.folders, ...demoPlugins(programFolder)]);

/** Compares the names in a configuration with those there are; `commands` is undefined when not all are known. */
async function compare(judged: Judged, commands: Offered['commands'] | undefined) {
  const asked = commands && [...new Set([...commands.map(({ permission }) => permission), ...ofPages])];
  return pluginFaults(saidIn(judged), judged.spots, {
    names: await namesFor(judged),
    covers: matches,
    permissions: asked,
  });
}

function lookWith({ settings, configured }: Judged, own: Settings['plugins']['settings']): Promise<Offered> {
  const demo = wantsDemo(settings, configured);
  const brought = demo ? harbourSettings(layoutIn(pathsIn(settings.data).harbour)).plugins.settings : {};
  return lookAtPlugins({
    folders: [...settings.plugins.folders, ...(demo ? demoPlugins(programFolder) : [])],
    settings: { ...brought, ...own },
    reserved: reservedNames,
    log: silentLog,
  });
}

/** All commands there are: a plugin whose settings are wrong is asked again without them. */
async function commandsOf(judged: Judged, { commands, faults }: Offered): Promise<Offered['commands'] | undefined> {
  if (faults.length === 0) return commands;
  const wrong = issuesOf(faults).map(({ plugin }) => plugin);
  const own = Object.entries(judged.settings.plugins.settings).filter(([plugin]) => !wrong.includes(plugin));
  if (own.length === Object.keys(judged.settings.plugins.settings).length) return undefined;
  const again = await lookWith(judged, Object.fromEntries(own));
  return again.faults.length === 0 ? again.commands : undefined;
}

/** Loads the plugins apart and says what of the configuration does not fit them; nothing of theirs begins. */
export async function checkPlugins(judged: Judged): Promise<readonly SettingsFault[]> {
  const { settings, spots, configured } = judged;
  if (!configured) return [];
  const offered = await lookWith(judged, settings.plugins.settings);
  const disabled = disabledIn(saidIn(judged)).map(({ name }) => name);
  const faults = offered.faults.filter(({ plugin }) => !disabled.includes(plugin));
  const wrong = pluginSettingFaults(settings, spots, issuesOf(faults));
  return inReadingOrder([...wrong, ...(await compare(judged, await commandsOf(judged, offered)))]);
}

const refusalOf = (fault: SettingsFault): Refusal => ({
  code: fault.code,
  say: t(describeFaults([fault], 'en'), describeFaults([fault], 'fr')),
});

/** What of the configuration in force does not fit the running plugins. */
export interface PluginWarnings {
  now(): readonly Refusal[];
  /** Looks at another configuration; resolves to what a person should know of it. */
  look(loaded: Loaded): Promise<readonly SettingsFault[]>;
}

/** Keeps what a person should know of the plugins: those that did not load, and names in the configuration that nothing has. */
export async function watchPlugins(first: Loaded, { plugins }: Core): Promise<PluginWarnings> {
  let loaded = first;
  let found: readonly SettingsFault[] = [];
  const look = async (fresh: Loaded) => {
    loaded = fresh;
    // What a plugin that is not loaded would ask for is not known here; `quarterdeck check` looks at those too.
    const isWhole = fresh.settings.plugins.disable.length === 0 && plugins.faults().length === 0;
    found = await compare(fresh, isWhole ? plugins.commands() : undefined);
    return found;
  };
  const told = (fault: PluginFault): readonly Refusal[] =>
    fault.issue
      ? pluginSettingFaults(loaded.settings, loaded.spots, issuesOf([fault])).map(refusalOf)
      : [fault.refusal];
  await look(first);
  return { look, now: () => [...plugins.faults().flatMap(told), ...found.map(refusalOf)] };
}
