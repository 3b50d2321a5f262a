import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '#core/json.ts';
import type { Quote } from '#core/ssh.ts';
import { callbackSource } from './callback.ts';
import { programPath } from './program.ts';

/** The folder of one run of Ansible: nobody else's, and gone after it. */
export interface Workspace {
  readonly folder: string;
  /** The copy of the playbooks. */
  readonly playbooks: string;
  /** Stands for `ssh`. */
  readonly ssh: string;
  /** Is made by our callback plugin, once it hears all: before, no host is entered. */
  readonly ready: string;
  /** Is made to have Ansible stop before its next task. */
  readonly stop: string;
  path(name: string): string;
  write(name: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

/** Short: sockets of `ssh` lie in it, whose paths have little room. */
const prefix = 'qd-ansible-';

/** Those of this process: they go with it however it ends by itself. */
const open = new Set<string>();
process.on('exit', () => {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
});

/** Another machine's processes, or a container's, may share the folder: of those nobody here knows which are alive. */
const forgottenMs = 86_400_000;

/** Makes one. What was left where even the watch was killed goes after a day. */
export async function openWorkspace(): Promise<Workspace> {
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  open.add(folder);
  const path = (name: string): string => join(folder, name);
  for (const name of ['playbooks', 'plugins', 'bin', 'tmp', 'c']) await mkdir(path(name), { mode: 0o700 });
  return {
    folder,
    playbooks: path('playbooks'),
    ssh: path('bin/ssh'),
    stop: path('stop'),
    ready: path('ready'),
    path,
    async write(name, text) {
      await writeFile(path(name), text, { mode: 0o600, flag: 'wx' });
      return path(name);
    },
    async remove() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      open.delete(folder);
    },
  };
}

async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : 0;
    if (!(pid > 0) || isAlive(pid)) continue;
    const path = join(tmpdir(), name);
    const found = await stat(path).catch(() => undefined);
    const isForgotten = found !== undefined && Date.now() - found.mtimeMs > forgottenMs;
    if (isForgotten && found.uid === process.getuid?.())
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
};

/** Options of `ssh` that nothing in a playbook outweighs: of two, `ssh` takes the first. */
const strict = (known: string): readonly string[] => [
  'IgnoreUnknown=KnownHostsCommand',
  'StrictHostKeyChecking=yes',
  `UserKnownHostsFile=${known}`,
  'GlobalKnownHostsFile=/dev/null',
  'KnownHostsCommand=none',
  'VerifyHostKeyDNS=no',
  'UpdateHostKeys=no',
  'NoHostAuthenticationForLocalhost=no',
  'BatchMode=yes',
  'ForwardAgent=no',
];

/**
 * Puts `ssh` before the real one on Ansible's path: whatever Ansible or a task starts as `ssh` checks host keys, against
 * the lines given alone.
 */
export async function writeSsh(
  { path, write, ssh, ready }: Workspace,
  {
    hostKeys,
    hops,
    agent,
    quote,
  }: { hostKeys: readonly string[]; hops: readonly string[]; agent?: string | undefined; quote: Quote },
): Promise<void> {
  const known = await write('known_hosts', hostKeys.map((line) => `${line}\n`).join(''));
  const config = [
    ...hops,
    'Host *',
    ...(agent === undefined ? ['  IdentityAgent none'] : [`  IdentityAgent "${agent}"`]),
  ];
  await write('ssh_config', `${config.join('\n')}\n`);
  const options = strict(known).map((option) => `-o ${quote(option)}`);
  const lines = [
    '#!/bin/sh',
    `[ -e ${quote(ready)} ] || exit 255`,
    `PATH=${quote(programPath())}`,
    `exec ssh -F ${quote(path('ssh_config'))} ${options.join(' ')} "$@"`,
  ];
  await writeFile(ssh, `${lines.join('\n')}\n`, { mode: 0o700 });
}

/** Puts our callback plugin where Ansible finds it. */
export async function writeCallback({ write }: Workspace): Promise<void> {
  await write('plugins/quarterdeck.py', callbackSource);
}

/** A file of data, for Ansible alone. */
export const writeData = ({ write }: Workspace, name: string, data: JsonObject): Promise<string> =>
  write(name, JSON.stringify(data));
