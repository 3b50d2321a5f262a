import type { CommandDescription } from '#commands/catalogue.ts';
import type { Known } from '#commands/values.ts';
import { ok, refused } from '#core/errors.ts';
import type { Fleet, Host } from '#core/hosts.ts';

const hosts: readonly Host[] = [
  { name: 'web-1', groups: ['web', 'production'], address: '10.0.0.1' },
  { name: 'web-2', groups: ['web', 'production'], address: '10.0.0.2' },
  { name: 'db-1', groups: ['db', 'production'], address: '10.0.0.3' },
];

/** Three hosts in two groups, matched by name, group or `all`. */
export const threeHosts: Fleet = {
  hosts: () => hosts,
  groups: () => ['web', 'db', 'production'],
  match: (pattern) => {
    const found = hosts.filter((host) => pattern === 'all' || host.name === pattern || host.groups.includes(pattern));
    return found.length > 0 ? ok(found) : refused({ code: 'inventory.no_match', say: `nothing matches ${pattern}` });
  },
};

const command = (
  name: string,
  kind: 'question' | 'change',
  args: CommandDescription['args'],
  aliases: readonly string[] = [],
): CommandDescription => ({
  plugin: 'test',
  name,
  aliases,
  kind,
  about: name,
  permission: `${name.replace(' ', '.')}.use`,
  args,
  examples: [],
  needs: [],
  reports: false,
});

const plain = { required: true, named: false, about: '' } as const;

/** The commands the tests of the grammar speak of. */
export const vocabulary: readonly CommandDescription[] = [
  command('deploy', 'change', [
    { ...plain, name: 'app', kind: 'word', suggestions: ['shop', 'blog'] },
    { ...plain, name: 'version', kind: 'word', suggestions: ['v2', 'v1'] },
    { ...plain, name: 'hosts', kind: 'hosts', required: false, after: 'to' },
  ]),
  command('status', 'question', [{ ...plain, name: 'hosts', kind: 'hosts', required: false }]),
  command('metrics', 'question', [
    { ...plain, name: 'host', kind: 'host' },
    { ...plain, name: 'metric', kind: 'choice', choices: ['cpu', 'memory'], required: false },
    { ...plain, name: 'since', kind: 'duration', required: false, named: true, default: 3_600_000 },
  ]),
  command('logs', 'question', [
    { ...plain, name: 'host', kind: 'host', required: false },
    { ...plain, name: 'words', kind: 'words', required: false },
    { ...plain, name: 'follow', kind: 'flag', required: false, named: true },
  ]),
  command('search', 'question', [
    { ...plain, name: 'words', kind: 'words', required: false },
    { ...plain, name: 'since', kind: 'duration', required: false, named: true, default: 1_800_000 },
  ]),
  command('mute', 'change', [
    { ...plain, name: 'alert', kind: 'word' },
    { ...plain, name: 'words', kind: 'words', required: false },
    { ...plain, name: 'since', kind: 'duration', required: false, named: true, default: 1_800_000 },
  ]),
  command('run', 'change', [
    { ...plain, name: 'playbook', kind: 'playbook' },
    { ...plain, name: 'hosts', kind: 'hosts', required: false, after: 'on' },
    { ...plain, name: 'vars', kind: 'vars', required: false },
  ]),
  command('runs', 'question', []),
  command('runs cancel', 'change', [{ ...plain, name: 'run', kind: 'number', min: 1 }]),
  command('echo', 'question', [{ ...plain, name: 'text', kind: 'text' }]),
];

/** What their values are checked against. */
export const known: Known = {
  fleet: threeHosts,
  playbooks: ['deploy', 'site'],
  secrets: ['db_password'],
  commands: vocabulary.map((one) => one.name),
  now: Date.UTC(2026, 0, 1),
};
