import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { check } from '#app/cli/check.ts';
import { inLanguage } from '#core/text.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugin-check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What `quarterdeck check` says of a configuration, without the file's name. */
async function checked(text: string, language: 'en' | 'fr' = 'en') {
  const path = join(folder, 'q.yaml');
  await writeFile(path, text);
  const lines: string[] = [];
  const hear = (words: Parameters<typeof inLanguage>[0]) => void lines.push(inLanguage(words, language));
  const terminal = { env: { QUARTERDECK_DATA: folder }, language, out: hear, error: hear } as unknown as Parameters<
    typeof check.run
  >[1]; // what this command uses of a terminal
  const code = await check.run(['--config', path], terminal);
  return { code, lines: lines.join('\n').replaceAll(`${path}:`, '').split('\n') };
}

const good = { code: 0, lines: ['The configuration is good.'] };

it('finds permissions that no command asks for, in roles and rules, with the nearest', async () => {
  const { code, lines } = await checked(`harbour: false
roles:
  some: { allow: [{ permission: deplyo.run, on: [all] }, { permission: 'runs.*', on: [all] }, { permission: approve, on: [all] }] }
rules:
  - { name: One, when: { permission: deploy }, require: { approvals: 1 } }
  - { name: Two, when: { permission: 'deplyo.*' }, require: { approvals: 1 } }
  - { name: Three, when: { permission: rollback.run }, require: { approvals: 1 } }
`);
  expect(code).toBe(1);
  expect(lines).toEqual([
    '3:33 No command asks for the permission "deplyo.run": this would never apply. Did you mean "deploy.run"?',
    expect.stringMatching(/^5:38 No command asks for the permission "deploy": .* Did you mean "deploy\.\*"\?$/),
    '6:38 No command asks for the permission "deplyo.*": this would never apply. Did you mean "deploy.*"?',
  ]);
});

it('knows the permissions of plugins that are not loaded, and of the demo', async () => {
  const rule = 'rules: [{ name: One, when: { permission: rollback.run }, require: { approvals: 1 } }]';
  expect(await checked(`harbour: false\nplugins: { disable: [deploy] }\n${rule}\n`)).toEqual(good);
  const role = 'roles: { some: { allow: [{ permission: echo.use, on: [all] }] } }';
  expect(await checked(`harbour: true\n${role}\n`)).toEqual(good);
  expect((await checked(`harbour: false\n${role}\n`)).code).toBe(1);
});

it('finds wrong settings of plugins, each with its place', async () => {
  const { code, lines } = await checked(`harbour: false
plugins:
  settings:
    restart:
      services: 5
      playbok: restart.yml
    deploy: { applications: { shop: { playbook: deploy.yml } } }
`);
  expect(code).toBe(1);
  expect(lines).toEqual(
    expect.arrayContaining([
      '5:17 plugins.settings.restart.services must be a map of keys, not 5.',
      '6:7 There is no key "playbok" in plugins.settings.restart. Did you mean "playbook"?',
      expect.stringMatching(/^7:\d+ plugins\.settings\.deploy\.applications\.shop\.hosts is missing/),
    ]),
  );
});

const wrongPlaybooks = `harbour: false
plugins:
  settings:
    restart: { playbook: a b.yml, services: { x: { hosts: web, unit: 'a b' } } }
    deploy: { applications: { shop: { hosts: web, playbook: deploy, rollback: a/../b.yml, versions: ['?'] } } }
`;

it.each([
  [
    'en',
    [
      '4:26 plugins.settings.restart.playbook must be a playbook of the playbooks folder, such as restart.yml, not this text.',
      '4:70 plugins.settings.restart.services.x.unit must be the name of a unit, such as nginx.service, not this text.',
      '5:61 plugins.settings.deploy.applications.shop.playbook must be a playbook of the playbooks folder, such as deploy.yml, not this text.',
      '5:79 plugins.settings.deploy.applications.shop.rollback must be a playbook of the playbooks folder, such as deploy.yml, not this text.',
      '5:102 plugins.settings.deploy.applications.shop.versions[0] must be a version: letters, digits, “.”, “-”, “_” and “+”, 100 at most, not this text.',
    ],
  ],
  [
    'fr',
    expect.arrayContaining([
      '5:61 plugins.settings.deploy.applications.shop.playbook doit être un playbook du dossier des playbooks, comme deploy.yml, pas ce texte.',
    ]),
  ],
] as const)('says what the settings of the bundled plugins should have been: %s', async (language, said) => {
  expect((await checked(wrongPlaybooks, language)).lines).toEqual(said);
});

it.each([
  [
    'en',
    'plugins.settings.mine.port: Ports below 1024 are taken.',
    'plugins.settings.mine.odd must be of another form, not 4.',
  ],
  [
    'fr',
    'plugins.settings.mine.port : Ports below 1024 are taken.',
    'plugins.settings.mine.odd doit être d’une autre forme, pas 4.',
  ],
] as const)('tells a plugin author’s own message as a sentence of its own: %s', async (language, own, none) => {
  await mkdir(join(folder, 'own/mine'), { recursive: true });
  const plugin = `import { definePlugin, z } from '#kit';
export default definePlugin({ name: 'mine', about: 'Mine', commands: [], settings: z.strictObject({
  port: z.number().min(1024, 'Ports below 1024 are taken').max(9999),
  odd: z.number().refine((one) => one % 2 === 1),
  name: z.string().regex(/^a$/),
}) });`;
  await writeFile(join(folder, 'own/mine/index.ts'), plugin);
  const mine = '{ port: 80, odd: 4, name: b }';
  const { lines } = await checked(`plugins: { folders: [${folder}/own], settings: { mine: ${mine} } }\n`, language);
  expect(lines).toEqual([
    expect.stringContaining(own),
    expect.stringContaining(none),
    expect.stringContaining('/^a$/'),
  ]);
});

it('finds a key that a plain z.object of a plugin would pass over, with the nearest', async () => {
  await mkdir(join(folder, 'own/greet'), { recursive: true });
  const plugin = `import { definePlugin, z } from '#kit';
const word = z.object({ word: z.string().optional() });
export default definePlugin({ name: 'greet', about: 'Greets', commands: [], settings: z.object({
  word: z.string().default('hello'),
  each: z.record(z.string(), word).optional(),
  all: z.array(word).default([]),
  made: word.transform(({ word }) => word).optional(),
  any: z.looseObject({}).optional(),
  either: z.union([word, z.object({ other: z.string() })]).optional(),
}) });`;
  await writeFile(join(folder, 'own/greet/index.ts'), plugin);
  const greet =
    '{ wrod: Salut, each: { a: { wrd: x } }, all: [{ word: b }, { wodr: c }], made: { worde: d }, any: { x: 1 }, either: { other: y } }';
  const { code, lines } = await checked(`plugins: { folders: [${folder}/own], settings: { greet: ${greet} } }\n`);
  expect(code).toBe(1);
  expect(lines.map((line) => line.replace(/^\S+ /, ''))).toEqual([
    'There is no key "wrod" in plugins.settings.greet. Did you mean "word"?',
    'There is no key "wrd" in plugins.settings.greet.each.a. Did you mean "word"?',
    'There is no key "wodr" in plugins.settings.greet.all[1]. Did you mean "word"?',
    'There is no key "worde" in plugins.settings.greet.made. Did you mean "word"?',
  ]);
  const good = await checked(`plugins: { folders: [${folder}/own], settings: { greet: { word: Salut } } }\n`);
  expect(good.code).toBe(0);
});

it('shows no text of a plugin’s settings, which may be a secret', async () => {
  const { lines } = await checked('harbour: false\nplugins: { settings: { restart: { services: hush } } }\n', 'fr');
  expect(lines).toEqual(['2:45 plugins.settings.restart.services doit être un dictionnaire de clés, pas ce texte.']);
});

it('finds names that no plugin has', async () => {
  const { code, lines } = await checked(`harbour: false
plugins:
  disable: [deplyo, echo]
  settings: { restrat: {} }
`);
  expect(code).toBe(1);
  expect(lines).toEqual([
    '3:13 There is no plugin "deplyo". Did you mean "deploy"?',
    '4:15 There is no plugin "restrat". Did you mean "restart"?',
  ]);
});

it('looks at roles beside the demo too: its own are known', async () => {
  const people = (role: string) =>
    `harbour: true\npeople: [{ id: 'console:local:eve', name: Eve, roles: [${role}] }]\n`;
  expect(await checked(people('operator'))).toEqual(good);
  const { code, lines } = await checked(people('operater'));
  expect(code).toBe(1);
  expect(lines).toEqual(['2:56 There is no role "operater". Did you mean "operator"?']);
});
