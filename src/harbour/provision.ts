import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeWhole } from './files.ts';
import type { FleetHost } from './layout.ts';
import { shopSource } from './layout.ts';

/** One host as a freshly installed machine would be: its tools, its units, and the service it runs. */
export async function provisionHost(home: string, host: FleetHost, servicePort: number): Promise<void> {
  for (const folder of ['bin', 'etc/units', 'etc/enabled', 'var/log', 'var/lib', 'run', 'tmp'])
    await mkdir(join(home, folder), { recursive: true });
  await emptyFolder(join(home, 'run'));
  await installTools(home);
  if (host.group === 'web') await provisionShop(home, host.name, servicePort);
  else await provisionDatabase(home, servicePort);
}

/** What is under way belongs to one start of the harbour. */
async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

async function installTools(home: string): Promise<void> {
  const bin = join(home, 'bin');
  await writeWhole(join(bin, 'systemctl'), await readFile(join(import.meta.dirname, 'systemctl.sh')), 0o755);
  await rm(join(bin, 'node'), { force: true });
  await symlink(process.execPath, join(bin, 'node'));
  if (await hasWebClient()) await rm(join(bin, 'curl'), { force: true });
  else await writeWhole(join(bin, 'curl'), await readFile(join(import.meta.dirname, 'curl.mjs')), 0o755);
}

/** The folders of programs that every host has besides its own. */
export const systemPath = ['/usr/local/bin', '/usr/bin', '/bin'];

/** A machine may have neither; then the host gets a small one of ours. */
const hasWebClient = async (): Promise<boolean> => {
  const places = systemPath.flatMap((folder) => ['curl', 'wget'].map((name) => join(folder, name)));
  const found = await Promise.all(
    places.map((place) =>
      access(place, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
};

/** The first version of the shop, exactly as `playbooks/deploy.yml` would leave it. */
async function provisionShop(home: string, host: string, port: number): Promise<void> {
  const root = join(home, 'srv', 'shop');
  await unit(home, 'shop', 'Tiny web shop', 'node srv/shop/current/server.mjs');
  await settleShopPort(join(root, 'shared', 'shop.json'), host, port);
  if ((await readIfThere(join(root, 'current', 'server.mjs'))) !== undefined) return;
  const release = join(root, 'releases', 'v1');
  await cp(join(shopSource, 'v1'), release, { recursive: true });
  for (const name of await readdir(release)) await chmod(join(release, name), 0o644);
  for (const folder of [root, join(root, 'releases'), release, join(root, 'shared')]) await chmod(folder, 0o755);
  for (const link of ['healthy', 'current']) {
    await rm(join(root, link), { force: true });
    await symlink('releases/v1', join(root, link));
  }
}

/** Writes the shop's settings once; later only the port may have to change, when another program took it. */
async function settleShopPort(file: string, host: string, port: number): Promise<void> {
  const settings: unknown = JSON.parse((await readIfThere(file)) ?? 'null');
  if (settings !== null && typeof settings === 'object' && 'port' in settings && settings.port === port) return;
  await mkdir(join(file, '..'), { recursive: true });
  await writeWhole(file, `${JSON.stringify({ ...(settings ?? { host }), port }, null, 2)}\n`, 0o644);
}

async function provisionDatabase(home: string, port: number): Promise<void> {
  await unit(home, 'db', 'Tiny key-value store', `node srv/db/server.mjs ${port} var/lib/db.json`);
  await mkdir(join(home, 'srv', 'db'), { recursive: true });
  await writeWhole(join(home, 'srv', 'db', 'server.mjs'), await readFile(join(shopSource, 'db', 'server.mjs')), 0o644);
}

/** Installs a unit; enabled from the first, but a person who disables it is obeyed at later starts. */
async function unit(home: string, name: string, description: string, command: string): Promise<void> {
  const file = join(home, 'etc', 'units', `${name}.service`);
  const isNew = (await readIfThere(file)) === undefined;
  await writeWhole(file, `[Unit]\nDescription=${description}\n\n[Service]\nExecStart=${command}\n`, 0o644);
  if (isNew) await writeWhole(join(home, 'etc', 'enabled', name), '', 0o644);
}
