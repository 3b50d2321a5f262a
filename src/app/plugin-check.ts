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
import { pluginFaults, pluginSettingFaults } from '#settings/plugins.ts';
import type { Core } from './core.ts';
import { demoPlugins, wantsDemo } from './demo.ts';
import type { Loaded } from './edges.ts';
import { pathsIn, programFolder } from './paths.ts';

/** What pages ask for, whichever plugins are loaded. */
const ofPages = ['runs.read', 'audit.read', 'approve'];

const issuesOf = (faults: readonly PluginFault[]) =>
  faults.flatMap(({ plugin, issue }) => (issue ? [{ plugin, ...issue }] : []));

/** The plugins there are; the demo's may be named without the demo, too. */
const namesFor = ({ settings }: Loaded) => pluginNames([...settings.plugins.folders, ...demoPlugins(programFolder)]);

async function compare(loaded: Loaded, { commands, faults }: Offered, all: boolean) {
  const { settings, spots } = loaded;
  const asked = [...new Set([...commands.map(({ permission }) => permission), ...ofPages])];
  return pluginFaults(settings, spots, {
    names: await namesFor(loaded),
    covers: matches,
    permissions: all && faults.length === 0 ? asked : undefined,
  });
}

/** Loads the plugins apart and says what of the configuration does not fit them; nothing of theirs begins. */
export async function checkPlugins(loaded: Loaded): Promise<readonly SettingsFault[]> {
  const { settings, spots, configured } = loaded;
  if (!configured) return [];
  const demo = wantsDemo(settings, configured);
  const brought = demo ? harbourSettings(layoutIn(pathsIn(settings.data).harbour)).plugins.settings : {};
  const offered = await lookAtPlugins({
    folders: [...settings.plugins.folders, ...(demo ? demoPlugins(programFolder) : [])],
    settings: { ...brought, ...settings.plugins.settings },
    reserved: reservedNames,
    log: silentLog,
  });
  const faults = offered.faults.filter(({ plugin }) => !settings.plugins.disable.includes(plugin));
  const wrong = pluginSettingFaults(settings, spots, issuesOf(faults));
  return inReadingOrder([...wrong, ...(await compare(loaded, offered, true))]);
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
    const offered = { commands: plugins.commands(), faults: plugins.faults() };
    loaded = fresh;
    // What a plugin that is not loaded would ask for is not known here; `quarterdeck check` looks at those too.
    found = await compare(fresh, offered, fresh.settings.plugins.disable.length === 0);
    return found;
  };
  const told = (fault: PluginFault): readonly Refusal[] =>
    fault.issue
      ? pluginSettingFaults(loaded.settings, loaded.spots, issuesOf([fault])).map(refusalOf)
      : [fault.refusal];
  await look(first);
  return { look, now: () => [...plugins.faults().flatMap(told), ...found.map(refusalOf)] };
}
