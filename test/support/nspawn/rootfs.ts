import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Where everything of these tests lies; the root file system stays there for the next time. */
export const judgeFolder = (): string => process.env.QUARTERDECK_JUDGE_FOLDER ?? '/var/tmp/quarterdeck-judge';

/** The root file system, from the cache or made now (a minute, and Debian's mirror). */
export async function openRootFs(): Promise<RootFs> {
  const script = await readFile(provisioning, 'utf8');
  const recipe = createHash('sha256')
    .update(JSON.stringify([packages, script]))
    .digest('hex')
    .slice(0, 12);
  const folder = join(judgeFolder(), `debian-${recipe}`);
  if (!existsSync(folder)) await make(folder);
  return {
    root: join(folder, 'root'),
    key: join(folder, 'key'),
    hostKey: (await readFile(join(folder, 'root/etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')).trim(),
  };
}

/** Made beside, and moved there when it is whole: who finds it finds all of it. */
async function make(folder: string): Promise<void> {
  const making = `${folder}.${process.pid}`;
  const root = join(making, 'root');
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true, mode: 0o700 });
  try {
    await program('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, 'bookworm', root]);
    await copyFile(provisioning, join(root, 'provision.sh'));
    await program('chroot', [root, 'sh', '/provision.sh'], { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' });
    await rm(join(root, 'provision.sh'));
    const key = makeKey(making, 'key');
    await writeFile(join(root, 'root/.ssh/authorized_keys'), await readFile(`${key}.pub`), { mode: 0o600 });
    await rename(making, folder).catch((fault) => {
      if (!existsSync(folder)) throw fault; // another run was faster
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
