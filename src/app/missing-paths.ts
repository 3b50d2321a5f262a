import { access } from 'node:fs/promises';
import { t } from '#core/text.ts';
import { inReadingOrder, type Path, type SettingsFault, showPath } from '#settings/faults.ts';
import { pathKey } from '#settings/tree.ts';
import type { Judged } from './judged.ts';

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

type Named = readonly [path: Path, file: string, what: readonly [string, string]];

const folder = ['folder', 'de dossier'] as const;
const inventory = ['inventory', 'd’inventaire'] as const;
const key = ['key', 'de clé'] as const;

/** Files and folders that the configuration itself names and that are not there: without them orders can only fail. */
export async function missingPaths({ settings, spots }: Judged): Promise<readonly SettingsFault[]> {
  const named: readonly Named[] = [
    [['playbooks'], settings.playbooks, folder],
    ...settings.plugins.folders.map((path, index): Named => [['plugins', 'folders', index], path, folder]),
    ...settings.inventory.map((path, index): Named => [['inventory', index], path, inventory]),
    ...settings.ssh.identityFiles.map((path, index): Named => [['ssh', 'identityFiles', index], path, key]),
  ];
  const faults = await Promise.all(
    named.map(async ([path, file, [en, fr]]): Promise<readonly SettingsFault[]> => {
      const spot = spots.get(pathKey(path));
      // What is not of the file is a default, or the demo's.
      if (spot === undefined || (await isThere(file))) return [];
      const message = t(`${file}: there is no such ${en}.`, `${file} : il n’y a pas ${fr} à cet endroit.`);
      return [{ ...spot.value, code: 'settings.no_path', path: showPath(path), message }];
    }),
  );
  return inReadingOrder(faults.flat());
}
