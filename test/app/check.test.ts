import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { check } from '#app/cli/check.ts';
import { inLanguage } from '#core/text.ts';
import { makeKey } from '#test/support/sshd.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What `quarterdeck check` prints of a configuration, by where it goes, without the folder's name. */
async function checked(text: string, ...more: string[]) {
  return checkedIn('en', text, { QUARTERDECK_DATA: folder }, ...more);
}

async function checkedIn(language: 'en' | 'fr', text: string, env: NodeJS.ProcessEnv, ...more: string[]) {
  await writeFile(join(folder, 'q.yaml'), text);
  const said = { out: [] as string[], error: [] as string[] };
  const hear = (where: 'out' | 'error') => (words: Parameters<typeof inLanguage>[0]) =>
    void said[where].push(...inLanguage(words, language).replaceAll(`${folder}/`, '').split('\n'));
  const terminal = {
    ...{ env, language, out: hear('out'), error: hear('error') },
  } as unknown as Parameters<typeof check.run>[1]; // what this command uses of a terminal
  const code = await check.run(['--config', join(folder, 'q.yaml'), ...more], terminal);
  return { code, ...said };
}

const every = (inventory: string, first = '') => `${first}harbour: false
server: { url: ftp://x }
inventory: [${inventory}]
roles:
  op: { allow: [{ permission: deploy.rnu, on: [wob] }, { permission: 5, on: [web] }] }
rules:
  - { name: careful, within: 10, when: { on: [dbb], permission: deploy.rnu }, require: { approvals: 1 } }
plugins:
  disable: [restrat, 7]
  settings: { restart: { services: 5 } }
ssh: { identityFiles: [./id_none] }
`;

const whatever = [
  expect.stringMatching(/^q\.yaml:2:16 server\.url must be an address/),
  expect.stringMatching(/^q\.yaml:5:31 No command asks for the permission "deploy\.rnu"/),
  expect.stringMatching(/^q\.yaml:5:70 roles\.op\.allow\[1\]\.permission must be a permission/),
  expect.stringMatching(/^q\.yaml:7:30 rules\[0\]\.within must be a time/),
  expect.stringMatching(/^q\.yaml:7:65 No command asks for the permission "deploy\.rnu"/),
  expect.stringMatching(/^q\.yaml:9:13 There is no plugin "restrat"/),
  expect.stringMatching(/^q\.yaml:9:22 plugins\.disable\[1\] must be text/),
  expect.stringMatching(/^q\.yaml:10:36 plugins\.settings\.restart\.services must be a map/),
  expect.stringMatching(/^q\.yaml:11:24 id_none: there is no such key\.$/),
];
const groups = [
  expect.stringMatching(/^q\.yaml:5:\d+ The inventory has no group or host "wob".* Did you mean "web"\?$/),
  expect.stringMatching(/^q\.yaml:7:\d+ The inventory has no group or host "dbb".* Did you mean "db"\?$/),
];
const inReadingOrder = (lines: readonly string[]) => {
  const at = (line: string) => line.split(/[: ]/).slice(1, 3).map(Number);
  return lines.every((line, index) => {
    const [[a = 0, b = 0], [c = 0, d = 0]] = [at(lines[index - 1] ?? line), at(line)];
    return a < c || (a === c && b <= d);
  });
};

it('tells faults of every kind together, each with its place, in reading order', async () => {
  await writeFile(join(folder, 'hosts.ini'), '[web]\nweb-1\n[db]\n');
  const { code, out, error } = await checked(every('./hosts.ini'));
  expect([code, out]).toEqual([1, []]);
  expect(error).toHaveLength(whatever.length + groups.length);
  expect(error).toEqual(expect.arrayContaining([...whatever, ...groups]));
  expect(inReadingOrder(error)).toBe(true);
});

it('of an inventory that is not there hides only what is about its groups', async () => {
  const { error } = await checked(every('./none.ini'));
  expect(error).toHaveLength(whatever.length + 1);
  const missing = expect.stringMatching(/^q\.yaml:3:13 none\.ini: there is no such inventory\.$/);
  expect(error).toEqual(expect.arrayContaining([...whatever, missing]));
});

it('of a broken inventory tells that too, and hides only what is about its groups', async () => {
  await writeFile(join(folder, 'hosts.ini'), '[web\n[db\n');
  const { error } = await checked(every('./hosts.ini, ./none.ini'));
  expect(error).toHaveLength(whatever.length + 3);
  expect(error).toEqual(
    expect.arrayContaining([
      ...whatever,
      expect.stringMatching(/^q\.yaml:3:26 none\.ini: there is no such inventory\.$/),
      expect.stringMatching(/hosts\.ini:1:\d+ .* Correct it, or “inventory” in the configuration\.$/),
      expect.stringMatching(/hosts\.ini:2:\d+ .* Correct it, or “inventory” in the configuration\.$/),
    ]),
  );
});

it('says in French, too, that an inventory is not there', async () => {
  const { error } = await checkedIn('fr', 'harbour: false\ninventory: [./none.ini]\n', {});
  expect(error).toEqual(['q.yaml:2:13 none.ini : il n’y a pas d’inventaire à cet endroit.']);
});

it('prints JSON of a broken inventory as well', async () => {
  await writeFile(join(folder, 'hosts.ini'), '[web\n');
  const { code, out, error } = await checked('harbour: false\ninventory: [./hosts.ini]\n', '--json');
  expect([code, error]).toEqual([1, []]);
  const { ok, faults } = JSON.parse(out.join('\n'));
  expect(ok).toBe(false);
  expect(faults).toEqual([
    expect.objectContaining({ line: 1, code: 'inventory.invalid', path: 'inventory', message: expect.anything() }),
  ]);
  expect(faults[0].file).toMatch(/hosts\.ini$/);
  expect(faults[0].column).toBeGreaterThan(0);
});

it.each([
  ['inventory: 5', /^q\.yaml:1:12 inventory must be a list/],
  ["inventory: ['${env:NOPE}/hosts.ini']", /^q\.yaml:1:13 The environment variable NOPE/],
  ['inventry: [./hosts.ini]', /^q\.yaml:1:1 There is no key "inventry"/],
  ["vault: { default: '${env:NOPE}' }\ninventory: [./hosts.ini]", /^q\.yaml:1:19 The environment variable NOPE/],
])('says nothing of groups when the inventory cannot be known: %s', async (line, said) => {
  await writeFile(join(folder, 'hosts.ini'), '[web]\nweb-1\n');
  const rest = '\nharbour: true\nroles: { some: { allow: [{ permission: approve, on: [wbe] }] } }\n';
  const { error } = await checked(line + rest);
  expect(error).toEqual([expect.stringMatching(said)]);
});

it.each([
  ['plugins: { folders: 5, disable: [mine] }', /^q\.yaml:1:21 plugins\.folders must be a list/],
  ['plugins: 5', /^q\.yaml:1:10 plugins must be a map/],
  ['plugins: { folder: [./mine], disable: [mine] }', /^q\.yaml:1:12 There is no key "folder"/],
  ['plugin: { folders: [./mine] }', /^q\.yaml:1:1 There is no key "plugin"/],
])('says nothing of permissions when the plugins cannot be known: %s', async (line, said) => {
  const rest = '\nharbour: false\nroles: { some: { allow: [{ permission: mine.use, on: [all] }] } }\n';
  const { error } = await checked(line + rest);
  expect(error).toEqual([expect.stringMatching(said)]);
});

it('names a key of the configuration that cannot be used', async () => {
  await writeFile(join(folder, 'words'), 'hello');
  makeKey(folder, 'good');
  makeKey(folder, 'locked', 'ed25519', 'secret');
  const { code, error } = await checked('ssh: { agent: false, identityFiles: [./words, ./good, ./locked] }\n');
  expect([code, error]).toEqual([
    1,
    [
      expect.stringMatching(/^q\.yaml:1:38 The key words cannot be used: it is not a private key.*ssh-keygen/),
      expect.stringMatching(/^q\.yaml:1:55 The key locked cannot be used: it is protected by a passphrase\. Load/),
    ],
  ]);
});

it('names folders of plugins that are not there', async () => {
  const { error } = await checked('plugins: { folders: [./nope] }\n');
  expect(error).toEqual([expect.stringMatching(/^q\.yaml:1:22 nope: there is no such folder\.$/)]);
});

it('names a data folder that the bot would not start with', async () => {
  const data = async (path: string) => checkedIn('en', `data: ${path}\n`, {});
  expect((await data('/etc/passwd')).error).toEqual([
    expect.stringMatching(/^q\.yaml:1:7 The data folder \/etc\/passwd cannot be used: a file is in its place\. Give/),
  ]);
  expect((await data('/etc')).error).toEqual([
    expect.stringMatching(
      /^q\.yaml:1:7 The data folder \/etc holds files that are not Quarterdeck’s.*QUARTERDECK_DATA/,
    ),
  ]);
  expect((await data('/etc/passwd/below')).error).toEqual([expect.stringContaining('a file is in its place')]);
  expect(await data('./later/on')).toMatchObject({ code: 0 });
  await expect(access(join(folder, 'later'))).rejects.toThrow();
  await writeFile(join(folder, 'file'), '');
  const { error } = await checkedIn('en', 'data: ./later\n', { QUARTERDECK_DATA: join(folder, 'file') });
  expect(error).toEqual([expect.stringMatching(/^QUARTERDECK_DATA The data folder file cannot be used/)]);
});

it('names hosts of the inventory that cannot be reached as it says, once for each place', async () => {
  await writeFile(
    join(folder, 'hosts.yml'),
    `all:
  vars: { ansible_user: ops }
  children:
    win: { vars: { ansible_connection: winrm }, hosts: { w1: , w2: } }
  hosts:
    one: { ansible_ssh_common_args: '-J [bad' }
    two: { ansible_port: abc }
    good: { ansible_ssh_common_args: '-J bastion.example:2222' }
    round: { ansible_ssh_common_args: '-J round' }
`,
  );
  const { code, error } = await checked('inventory: [./hosts.yml]\n');
  expect(code).toBe(1);
  expect(error).toEqual([
    expect.stringMatching(/\/hosts\.yml:6:\d+ one: “-J \[bad” in ansible_ssh_common_args is not understood/),
    expect.stringMatching(/\/hosts\.yml:7:\d+ two: “abc” is not a port/),
    expect.stringMatching(/^inventory The jump hosts of round lead in a circle\./),
    expect.stringMatching(/\/hosts\.yml:4:\d+ w1: ansible_connection=winrm is not supported/),
  ]);
});

it('names groups that a role or a rule is about where there is no inventory to have them', async () => {
  const { error } = await checked(
    'roles: { a: { allow: [{ permission: approve, on: [wbe, all] }] } }\nrules: [{ name: r, when: { on: [db] }, require: { confirmation: true } }]\n',
  );
  expect(error).toEqual([
    expect.stringMatching(/^q\.yaml:1:\d+ The inventory has no group or host "wbe"/),
    expect.stringMatching(/^q\.yaml:2:\d+ The inventory has no group or host "db"/),
  ]);
});
