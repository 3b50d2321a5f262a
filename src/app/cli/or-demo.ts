import { existsSync } from 'node:fs';
import { layoutIn } from '#harbour/layout.ts';
import type { Settings } from '#settings/schema.ts';
import { pathsIn } from '../paths.ts';

/** The demo fleet's inventory, keys and known hosts, when there is no other and the bot has opened it. */
export function orDemo(settings: Settings): Settings {
  const layout = layoutIn(pathsIn(settings.data).harbour);
  if (settings.inventory.length > 0 || !existsSync(layout.inventory)) return settings;
  return {
    ...settings,
    inventory: [layout.inventory],
    ssh: {
      ...settings.ssh,
      identityFiles: [layout.userKey],
      agent: false,
      knownHosts: [layout.knownHosts],
    },
  };
}
