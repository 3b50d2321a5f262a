import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeKey } from '../sshd.ts';
import { program } from './programs.ts';

/** A Debian root file system, made once and never started itself: hosts are overlays of it. */
export interface RootFs {
  readonly root: string;
  /** The private key that its root account lets in. */
  readonly key: string;
  /** Its own public key, as a line of `known_hosts` without the name. */
  readonly hostKey: string;
}

const packages = [
  ...['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'apt', 'iproute2', 'procps', 'ca-certificates', 'sudo'],
  // Ansible's side.
  ...['python3', 'python3-apt', 'python3-debian'],
  // What modules work with.
  ...[
    'acl',
    'bzip2',
    'cron',
    'curl',
    'debconf-utils',
    'git',
    'gnupg',
    'iptables',
    'locales',
    'patch',
    'python3-pip',
    'rsync',
    'supervisor',
  ],
  ...['tzdata', 'ufw', 'unzip', 'wget', 'xz-utils', 'zip', 'zstd'],
];

const provisioning = join(import.meta.dirname, 'provision.sh');
const offering = join(import.meta.dirname, 'offer.sh');

/** Where everything of these tests lies; the root file system stays there for the next time. */
export const judgeFolder = (): string => process.env.QUARTERDECK_JUDGE_FOLDER ?? '/var/tmp/quarterdeck-judge';

/**
 * The root file system, from the cache or made now (a minute, and Debian's mirror). With names of packages its own
 * repository offers these as well.
 */
export async function openRootFs(offered: readonly string[] = []): Promise<RootFs> {
  const script = await readFile(provisioning, 'utf8');
  const folder = folderOf([packages, script]);
  if (!existsSync(folder)) await madeWhole(folder, make);
  if (offered.length === 0) return rootFsIn(folder);
  const wider = folderOf([packages, script, await readFile(offering, 'utf8'), offered]);
  if (!existsSync(wider)) await madeWhole(wider, (making) => copyAndOffer(folder, making, offered));
  return rootFsIn(wider);
}

const folderOf = (recipe: readonly unknown[]): string => {
  const sum = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  return join(judgeFolder(), `debian-${sum}`);
};

const rootFsIn = async (folder: string): Promise<RootFs> => ({
  root: join(folder, 'root'),
  key: join(folder, 'key'),
  hostKey: (await readFile(join(folder, 'root/etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')).trim(),
});

/** Made beside, and moved there when it is whole: who finds it finds all of it. */
async function madeWhole(folder: string, make: (making: string) => Promise<void>): Promise<void> {
  const making = `${folder}.${process.pid}`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true, mode: 0o700 });
  try {
    await make(making);
    await rename(making, folder).catch((fault) => {
      if (!existsSync(folder)) throw fault; // another run was faster
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function make(making: string): Promise<void> {
  const root = join(making, 'root');
  await program('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, 'bookworm', root]);
  await inside(root, provisioning);
  const key = makeKey(making, 'key');
  await writeFile(join(root, 'root/.ssh/authorized_keys'), await readFile(`${key}.pub`), { mode: 0o600 });
}

async function copyAndOffer(from: string, making: string, offered: readonly string[]): Promise<void> {
  await program('cp', ['-a', `${from}/.`, making]);
  await inside(join(making, 'root'), offering, offered);
}

/** Runs a script of ours in a root file system. */
async function inside(root: string, script: string, args: readonly string[] = []): Promise<void> {
  const name = basename(script);
  await copyFile(script, join(root, name));
  await program('chroot', [root, 'sh', `/${name}`, ...args], { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' });
  await rm(join(root, name));
}
