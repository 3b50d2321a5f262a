import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
