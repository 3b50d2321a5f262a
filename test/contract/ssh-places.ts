import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { silentLog } from '#core/log.ts';
import type { Ssh, SshTarget } from '#core/ssh.ts';
import { startHarbour } from '#harbour/open.ts';
import { createMemorySsh } from '#ssh/memory/open.ts';
import { createSsh } from '#ssh/real/open.ts';
import { hasSshd, signal, startSshd } from '#test/support/sshd.ts';

/** One way to have an `Ssh` and a host to talk to. */
export interface Place {
  readonly ssh: Ssh;
  readonly target: SshTarget;
  /** A folder of the host, seen from here. */
  readonly home: string;
  /** Breaks the connections to the host, as a cable would. */
  cut(): void;
  close(): Promise<void>;
}

async function memory(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'ssh-memory-'));
  const ssh = createMemorySsh({ folder, hosts: ['web-1'] });
  const target: SshTarget = {
    name: 'web-1',
    address: 'web-1',
    port: 22,
    user: 'deploy',
    identityFiles: [],
    agent: false,
    via: [],
    knownHosts: [],
    connectTimeoutMs: 5000,
  };
  const close = async () => {
    await ssh.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ssh, target, home: join(folder, 'web-1'), cut: () => ssh.lose('web-1'), close };
}

const server = (subsystem: boolean) => async (): Promise<Place> => {
  const sshd = await startSshd({ subsystem });
  const ssh = createSsh({ log: silentLog });
  return {
    ssh,
    target: sshd.target(),
    home: sshd.home,
    cut: () => {
      for (const pid of sshd.sessions()) signal(pid, 'SIGKILL');
    },
    close: async () => {
      await ssh.stop();
      await sshd.stop();
    },
  };
};

async function harbour(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'ssh-harbour-'));
  const fleet = await startHarbour({ folder, log: silentLog });
  await fleet.boot();
  const inventory = parse(await readFile(fleet.inventory, 'utf8'));
  const port: number = inventory.all.children.production.children.web.hosts['web-1'].ansible_port;
  const ssh = createSsh({ log: silentLog });
  const target: SshTarget = {
    name: 'web-1',
    address: '127.0.0.1',
    port,
    user: 'deploy',
    identityFiles: [fleet.identityFile],
    agent: false,
    via: [],
    knownHosts: [fleet.knownHosts],
    connectTimeoutMs: 10_000,
  };
  let stopped = false;
  const stop = async () => {
    if (!stopped) await fleet.stop();
    stopped = true;
  };
  const close = async () => {
    await ssh.stop();
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ssh, target, home: join(folder, 'web-1'), cut: () => void stop(), close };
}

/** A place the contract holds at, where it can be had. */
export interface Somewhere {
  readonly name: string;
  readonly able: boolean;
  open(): Promise<Place>;
}

/** Every place the contract holds at; each has a test file of its own, so that they wait side by side. */
export const places = {
  memory: { name: 'in memory', able: true, open: memory },
  openssh: { name: 'OpenSSH', able: hasSshd, open: server(true) },
  opensshWithoutSftp: { name: 'OpenSSH without SFTP', able: hasSshd, open: server(false) },
  harbour: { name: 'the harbour', able: true, open: harbour },
} as const satisfies Record<string, Somewhere>;
