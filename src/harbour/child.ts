import { join } from 'node:path';
import { writeInventory } from './inventory.ts';
import { ensureKey } from './keys.ts';
import { fleet, type Layout, layoutIn, loginUser } from './layout.ts';
import { type Ports, settlePorts } from './ports.ts';
import { endMarked, keepGuardian, markOf } from './processes.ts';
import { provisionHost, systemPath } from './provision.ts';
import { serveHost } from './server.ts';
import { startUnits, type UnitTrouble } from './units.ts';

// The harbour's own process: the fleet's SSH servers. It lives exactly as long as the bot that started it, which it
// knows by the channel between them; its guardian lives on just long enough to end whatever is left.

/** The fleet, served. */
interface Open {
  /** Boots each host, with or without trouble. */
  boot(): Promise<readonly UnitTrouble[]>;
  stop(): Promise<void>;
}

/** Makes the fleet ready and serves it. */
async function open(layout: Layout): Promise<Open> {
  await endMarked(layout.mark);
  const guardian = keepGuardian(layout.mark);
  const keys = [layout.userKey, ...fleet.map((host) => layout.hostKey(host.name))];
  await Promise.all(keys.map((key) => ensureKey(layout.keys, key)));
  const names = fleet.map((host) => host.name);
  const ports = await settlePorts(layout.ports, names);
  await Promise.all(fleet.map((host) => provisionHost(layout.host(host.name), host, ports[host.name]?.service ?? 0)));
  const [servers] = await Promise.all([
    Promise.all(names.map((name) => serve(layout, ports, name))),
    writeInventory(layout, ports),
  ]);
  return {
    boot: async () => (await Promise.all(names.map((name) => boot(layout, ports, name)))).flat(),
    stop: async () => {
      for (const server of servers) server.stop();
      await endMarked(layout.mark);
      await guardian.stop();
    },
  };
}

const serve = (layout: Layout, ports: Ports, name: string) =>
  serveHost({
    home: layout.host(name),
    port: ports[name]?.ssh ?? 0,
    hostKey: layout.hostKey(name),
    userKey: `${layout.userKey}.pub`,
    environment: environmentOf(layout, name),
    mark: layout.mark,
  });

const boot = (layout: Layout, ports: Ports, name: string) =>
  startUnits({
    name,
    home: layout.host(name),
    servicePort: ports[name]?.service ?? 0,
    environment: environmentOf(layout, name),
    mark: layout.mark,
  });

/** What a login finds; nothing of the bot's own environment. */
const environmentOf = (layout: Layout, name: string): NodeJS.ProcessEnv => ({
  HOME: layout.host(name),
  USER: loginUser,
  LOGNAME: loginUser,
  SHELL: '/bin/sh',
  PATH: [join(layout.host(name), 'bin'), ...systemPath].join(':'),
  TMPDIR: join(layout.host(name), 'tmp'),
  ...markOf(layout.mark),
});

const folder = process.argv[2];
if (folder === undefined || !process.send) process.exit(2);
const opening = open(layoutIn(folder));
const tell = (word: object): void => {
  if (process.connected) process.send?.(word);
};
const failed = (problem: unknown): void => {
  tell({ problem: String(problem) });
  process.exitCode = 1;
  process.disconnect?.();
};
let leaving = false;
const leave = async (): Promise<void> => {
  if (leaving) return;
  leaving = true;
  const harbour = await opening.catch(() => undefined);
  await harbour?.stop();
  process.exit(0);
};
process.on('disconnect', leave);
process.on('message', (word) => {
  if (word === null || typeof word !== 'object' || !('boot' in word)) return leave();
  return opening.then(async (harbour) => tell({ troubles: await harbour.boot() })).catch(failed);
});
process.on('SIGTERM', leave);
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
opening.then(() => tell({ served: true }), failed);
