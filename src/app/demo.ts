import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Log } from '#core/log.ts';
import { type Harbour, startHarbour } from '#harbour/open.ts';
import { type Settings, settingsSchema } from '#settings/schema.ts';
import { localActor } from './local-access.ts';
import { pathsIn } from './paths.ts';

/** The demo fleet with the settings that go with it. */
export interface Demo {
  readonly harbour: Harbour;
  readonly settings: Settings;
}

/** Whoever started the demo may use its command line as an operator. */
const ownAccount = () => {
  const { username } = userInfo();
  return { id: localActor(username), name: username, roles: ['operator'] };
};

/** Opens the demo fleet and lays its people, rules and applications over the defaults. */
export async function openDemo(settings: Settings, log: Log): Promise<Demo> {
  const harbour = await startHarbour({ folder: pathsIn(settings.data).harbour, log });
  const { plugins, people, rules, ...rest } = harbour.settings;
  const brought = settingsSchema.parse({ ...rest, people: [...people, ownAccount()], rules });
  return {
    harbour,
    settings: {
      ...settings,
      playbooks: brought.playbooks,
      people: brought.people,
      roles: brought.roles,
      rules: brought.rules,
      console: brought.console,
      inventory: [harbour.inventory],
      plugins: { ...settings.plugins, settings: { ...settings.plugins.settings, ...plugins.settings } },
      ssh: { ...settings.ssh, identityFiles: [harbour.identityFile], agent: false, knownHosts: [harbour.knownHosts] },
    },
  };
}

/** Whether the demo fleet is wanted: when asked for, or when there is no configuration at all. */
export const wantsDemo = (settings: Settings, configured: boolean): boolean =>
  settings.harbour === true || (settings.harbour === 'auto' && !configured);

/** The example plugin belongs to the demo. */
export const demoPlugins = (program: string): readonly string[] => [join(program, 'examples', 'echo')];
