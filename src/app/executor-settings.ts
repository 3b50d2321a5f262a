import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '#settings/schema.ts';
import type { ExecutorSettings } from './executor-options.ts';
import { pathsIn } from './paths.ts';

/** Where host keys are looked up when the configuration names no file. */
export const knownHostsOf = (settings: Settings): readonly string[] =>
  settings.ssh.knownHosts.length > 0
    ? settings.ssh.knownHosts
    : [pathsIn(settings.data).knownHosts, join(homedir(), '.ssh', 'known_hosts')];

/** What plans and runs need of the settings. */
export const executorSettings = (
  settings: Settings,
  more: {
    readonly readable?: readonly string[];
    readonly secrets?: readonly string[];
    readonly digestKey?: string;
    readonly fleet?: string | undefined;
  } = {},
): ExecutorSettings => ({
  playbooks: settings.playbooks,
  readable: more.readable ?? [],
  secrets: more.secrets ?? [],
  ...(more.digestKey === undefined ? {} : { digestKey: more.digestKey }),
  inventory: settings.inventory,
  ...(more.fleet === undefined ? {} : { fleet: more.fleet }),
  vault: settings.vault,
  ansible: settings.ansible,
  ssh: {
    ...(settings.ssh.user === undefined ? {} : { user: settings.ssh.user }),
    identityFiles: settings.ssh.identityFiles,
    agent: settings.ssh.agent,
    knownHosts: knownHostsOf(settings),
    connectTimeoutMs: settings.ssh.connectSeconds * 1000,
    keepaliveMs: settings.ssh.keepaliveSeconds * 1000,
    keepaliveCount: settings.ssh.keepaliveCount,
  },
});
