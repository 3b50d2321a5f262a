import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { t } from '#core/text.ts';
import type { LoadFault, PluginPlace } from './protocol.ts';

/** Finds the plugins of the folders: `<folder>/<name>/index.ts`, or the folder itself when it holds an index. */
export async function findPlugins(
  folders: readonly string[],
  disabled: readonly string[],
): Promise<{ readonly places: readonly PluginPlace[]; readonly faults: readonly LoadFault[] }> {
  const found = await Promise.all(folders.map((folder) => placesIn(resolve(folder))));
  const faults = found.flatMap((one) => ('fault' in one ? [one.fault] : []));
  const places = found.flatMap((one) => ('places' in one ? one.places : []));
  return { places: places.filter(({ name }) => !disabled.includes(name)), faults };
}

async function placesIn(folder: string): Promise<{ places: PluginPlace[] } | { fault: LoadFault }> {
  const itself = await placeAt(folder);
  if (itself) return { places: [itself] };
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return { fault: missing(folder) };
  const names = entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const places = await Promise.all(names.map((name) => placeAt(join(folder, name))));
  return { places: places.filter((place) => place !== undefined) };
}

async function placeAt(folder: string): Promise<PluginPlace | undefined> {
  for (const index of ['index.ts', 'index.js', 'index.mjs']) {
    const file = join(folder, index);
    const there = await stat(file).catch(() => undefined);
    if (!there?.isFile()) continue;
    // Where links lead: modules are known by their real path.
    const real = await realpath(folder);
    return { name: basename(folder), folder: real, file: join(real, index) };
  }
  return undefined;
}

const missing = (folder: string): LoadFault => ({
  plugin: basename(folder),
  file: folder,
  refusal: {
    code: 'plugin.folder_missing',
    say: t(`The plugin folder ${folder} cannot be read.`, `Le dossier de greffons ${folder} ne peut pas être lu.`),
    next: t('Make it, or correct “plugins.folders”.', 'Créez-le, ou corrigez « plugins.folders ».'),
  },
});
