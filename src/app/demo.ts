import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Log } from '#core/log.ts';
import { type Harbour, startHarbour } from '#harbour/open.ts';
import { everyId } from '#settings/people.ts';
import { type Settings, settingsSchema } from '#settings/schema.ts';
import { pathKey } from '#settings/tree.ts';
import type { Loaded } from './edges.ts';
import { localActor } from './local-access.ts';
import { pathsIn } from './paths.ts';

/** The demo fleet, and how its settings go with those of the configuration. */
export interface Demo {
  readonly harbour: Harbour;
  /** What the configuration says, over what the demo brings. */
  settings(loaded: Loaded): Settings;
}

/** Whoever started the demo may use its command line as an operator. */
export const ownAccount = () => {
  const { username } = userInfo();
  return { id: localActor(username), name: username, roles: ['operator'] };
};

/** Opens the demo fleet. */
export async function openDemo(data: string, log: Log): Promise<Demo> {
  const harbour = await startHarbour({ folder: pathsIn(data).harbour, log });
  const { plugins: _plugins, people, rules, ...rest } = harbour.settings;
  const brought = settingsSchema.parse({ ...rest, people: [...people, ownAccount()], rules });
  return { harbour, settings: (loaded) => over(loaded, harbour, brought) };
}

type People = Settings['people'];

/** Whether the configuration names them: by an id or by their name, which is one person's. */
export const isNamed = ({ id, name }: Pick<People[number], 'id' | 'name'>, people: People): boolean =>
  everyId(people).some((one) => one.id === id || one.name.toLowerCase() === name.toLowerCase());

/** A section that the configuration names is its own; the demo brings the rest, its hosts and the key to them. */
function over({ settings, spots }: Loaded, harbour: Harbour, brought: Settings): Settings {
  const said = (...path: readonly string[]) => spots.has(pathKey(path));
  const own = (section: keyof Settings) => (said(section) ? settings : brought);
  const { ssh } = settings;
  return {
    ...settings,
    playbooks: own('playbooks').playbooks,
    rules: own('rules').rules,
    console: own('console').console,
    people: [...settings.people, ...brought.people.filter((person) => !isNamed(person, settings.people))],
    roles: { ...brought.roles, ...settings.roles },
    inventory: [harbour.inventory, ...settings.inventory],
    plugins: { ...settings.plugins, settings: { ...harbour.settings.plugins.settings, ...settings.plugins.settings } },
    ssh: {
      ...ssh,
      identityFiles: [harbour.identityFile, ...ssh.identityFiles],
      agent: said('ssh', 'agent') && ssh.agent,
      knownHosts: knownBeside(harbour.knownHosts, settings),
    },
  };
}

/** The demo's host keys, and those of the configuration's own hosts: where `quarterdeck trust` notes them, the bot looks. */
export const knownBeside = (harbour: string, settings: Pick<Settings, 'data' | 'ssh'>): readonly string[] => {
  const { knownHosts } = settings.ssh;
  return [harbour, ...(knownHosts.length > 0 ? knownHosts : [pathsIn(settings.data).knownHosts])];
};

/** Whether the demo fleet is wanted: when asked for, or when there is no configuration at all. */
export const wantsDemo = (settings: Settings, configured: boolean): boolean =>
  settings.harbour === true || (settings.harbour === 'auto' && !configured);

/** The example plugin belongs to the demo. */
export const demoPlugins = (program: string): readonly string[] => [join(program, 'examples', 'echo')];
