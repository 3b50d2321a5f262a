import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ada,
  logIn,
  quarterdeck,
  type RealBot,
  realBots,
  type Session,
  titleOf,
  until,
} from '#test/support/real-bot.ts';

const bots = realBots();
let bot: RealBot;
let config: string;
let session: Session;

const hosts = '[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=1\n';
const good = `harbour: false
inventory: [./hosts.ini]
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`;

beforeAll(async () => {
  const own = await bots.folder();
  config = join(own, 'quarterdeck.yaml');
  await writeFile(join(own, 'hosts.ini'), hosts);
  await writeFile(config, good);
  bot = await bots.start(own, {}, ['--config', config]);
  const { out } = await quarterdeck(own, ['login', ada, '--config', config]);
  session = await logIn(bot, out.trim().split(/\s+/).at(-1) ?? '', ada);
});
afterAll(() => bots.end());

/** What the board says of the configuration, or of the inventory: tone and title, once for each message. */
async function board(about = 'settings'): Promise<readonly string[]> {
  const { messages } = await session.read('/console/api/messages?channel=ops');
  return messages
    .filter((message: { key: string }) => message.key === about)
    .map(({ card }: { card: { tone: string; title: { en: string }; text?: { en: string } } }) =>
      [`${card.tone}: ${card.title.en}`, ...(card.text ? [card.text.en] : [])].join('\n'),
    );
}

it('a broken change of the configuration is on the board until it is mended, in one message', async () => {
  expect(await board()).toEqual([]);
  await writeFile(config, `${good}peeple: []\n`);
  await until('the board says it', async () => (await board()).length > 0, 8000);
  expect(await board()).toEqual([
    expect.stringMatching(/^warn: .*last good one stays in force.*\n.*:5:1 There is no key "peeple"/),
  ]);
  await writeFile(config, `${good}language: fr\n`);
  await until('the board says that it is mended', async () => (await board())[0]?.startsWith('good: ') === true, 8000);
  expect(await board()).toEqual([expect.stringMatching(/^good: The configuration was read again/)]);
});

it('a good change after a good one needs no words on the board', async () => {
  const before = bot.output().length;
  await writeFile(config, good);
  await until('it is in force', () => bot.output().slice(before).includes('was read again'));
  expect(await board()).toHaveLength(1);
});

it('a change about groups, hosts or roles there are not is told with its lines, and with the command that tells all', async () => {
  const rule = (group: number) =>
    `  - { name: rule ${group}, when: { on: [wbe${group}] }, require: { approvals: 1 } }\n`;
  await writeFile(config, `${good}rules:\n${[1, 2, 3, 4, 5, 6, 7].map(rule).join('')}`);
  const command = `QUARTERDECK_DATA=${bot.data} bin/quarterdeck check --config ${config}`;
  const said = [
    /last good one stays in force\. All that is wrong with it: (.*)$/,
    /^\S*quarterdeck\.yaml:6:\d+ The inventory has no group or host "wbe1"/,
    /^\S*quarterdeck\.yaml:7:\d+ .*"wbe2"/,
    /"wbe3"/,
    /"wbe4"/,
    /"wbe5"/,
    /^and 2 more$/,
  ];
  const tells = (lines: readonly string[]) =>
    said.every((one, at) => one.test(lines[at] ?? '')) && said[0]?.exec(lines[0] ?? '')?.[1] === command;
  await until('the board says it', async () => tells((await board())[0]?.split('\n') ?? []), 8000);
  const printed = bot.output().split('\n');
  expect(printed.some((_line, at) => tells(printed.slice(at)))).toBe(true);
  await writeFile(config, `${good}peeple: []\n`);
  await until('the board says the next', async () => (await board())[0]?.includes('peeple') === true, 8000);
  expect((await board())[0]).toContain(`: ${command}\n`);
  const before = bot.output().length;
  await writeFile(config, good);
  await until('it is mended', () => bot.output().slice(before).includes('was read again.'));
});

it('a file that became empty is not put in force, and it is said', async () => {
  await writeFile(config, '');
  const said = 'The configuration file has become empty. The last good one stays in force.';
  await until('the terminal says it', () => bot.output().includes(said));
  await until('the board says it', async () => (await board())[0] === `warn: ${said}`);
  expect((await bot.say('help')).state).toBe('done');
  await writeFile(config, good);
  await until('the board says that it is mended', async () => (await board())[0]?.startsWith('good: ') === true);
});

it('a change that names permissions and plugins there are not is told loudly, with lines, and doctor goes on telling', async () => {
  const slips = `rules: [{ name: careful, when: { permission: deplyo.run }, require: { approvals: 1 } }]
plugins: { disable: [restrat] }
`;
  await writeFile(config, good + slips.replace(/plugins.*\n/, ''));
  const said = 'quarterdeck.yaml:5:46 No command asks for the permission "deplyo.run"';
  await until('the board says it', async () => (await board())[0]?.includes(said) === true, 8000);
  await writeFile(config, good + slips.replace(/rules.*\n/, ''));
  const other = 'quarterdeck.yaml:5:22 There is no plugin "restrat". Did you mean "restart"?';
  await until('the board says the other', async () => (await board())[0]?.includes(other) === true, 8000);
  await writeFile(config, `${good}plugins: { settings: { restart: { services: 5 } } }\n`);
  const wrong = 'quarterdeck.yaml:5:45 plugins.settings.restart.services must be a map of keys, not 5.';
  const ready = async () => JSON.stringify(await (await fetch(new URL('/readyz', bot.url))).json());
  await until('the bot says it', async () => (await ready()).includes(wrong), 8000);
  const { out } = await quarterdeck(bot.data, ['doctor', '--config', config]);
  expect(out).toMatch(
    /^✗ configuration: .*:5:45 plugins\.settings\.restart\.services must be a map of keys, not 5\.$/m,
  );
  const before = bot.output().length;
  await writeFile(config, good);
  await until('all is well', async () => !(await ready()).includes(wrong), 8000);
  await until('the terminal says so', () => bot.output().slice(before).includes('was read again.'));
});

it('what a good change no longer names is told loudly, by name, and written down', async () => {
  const more = good
    .replace('}]\nroles: {', "}, { id: 'service:ci', name: CI }]\nroles: { idle: {},")
    .concat('rules: [{ name: careful, require: { confirmation: true } }]\nsecrets: { ours: hidden-words }\n');
  let before = bot.output().length;
  const later = () => bot.output().slice(before);
  await writeFile(config, more);
  await until('more is in force', () => later().includes('was read again.'));
  before = bot.output().length;
  await writeFile(config, good);
  const lost = 'people (1): service:ci\nroles (1): idle\nrules (1): careful\nsecrets (1): ours';
  await until('the terminal says it', () => later().includes(`no longer names all it did\n${lost}\n`));
  await until(
    'the board says it',
    async () => (await board())[0]?.endsWith(`no longer names all it did\n${lost}`) === true,
  );
  const [entry] = (await bot.audit()).filter(({ action }) => action === 'settings.reloaded');
  expect(entry?.details).toEqual({
    gone: { people: ['service:ci'], roles: ['idle'], rules: ['careful'], secrets: ['ours'] },
  });
});

it('what only a restart puts in force is named, in the terminal, on the board and in the audit, until it is taken back', async () => {
  const more = `server: { host: 0.0.0.0 }\nplugins: { seconds: 7 }\nharbour: true\n`;
  await writeFile(config, good.replace('harbour: false\n', '') + more);
  const said =
    'The configuration was read again, and needs a restart in part\nOnly after a restart: server.host, plugins.seconds, harbour';
  await until('the terminal says it', () => bot.output().includes(`${said}\n`), 8000);
  await until('the board says it', async () => (await board())[0] === `warn: ${said}`);
  const [entry] = (await bot.audit()).filter(({ action }) => action === 'settings.reloaded');
  expect(entry?.details).toEqual({ afterRestart: ['server.host', 'plugins.seconds', 'harbour'] });
  await writeFile(config, good);
  await until('it is taken back', async () => (await board())[0]?.startsWith('good: ') === true, 8000);
});

it('a change that cannot be written down is not put in force, and it is said', async () => {
  const sqlite = new DatabaseSync(join(bot.data, 'quarterdeck.db'), { timeout: 10_000 });
  sqlite.exec("create trigger closed before insert on audit begin select raise(abort, 'closed'); end");
  const entries = (await bot.audit()).length;
  const said = 'The changed configuration was not put in force; the last good one stays';
  const zoe = { text: 'help', as: 'console:local:zoe' };
  await writeFile(config, good.replace('}]\nroles: {', "}, { id: 'console:local:zoe', name: Zoe }]\nroles: {"));
  await until('the terminal says it', () => bot.output().includes(said));
  expect((await bot.post(zoe)).status).toBe(400);
  expect((await bot.audit()).length).toBe(entries);
  sqlite.exec('drop trigger closed');
  sqlite.close();
  await until('the board says it', async () => (await board())[0]?.startsWith(`warn: ${said}\n`) === true);
  await writeFile(config, good);
  await until('it is mended', async () => (await board())[0]?.startsWith('good: ') === true);
});

it('a broken inventory is on the board until it is mended, and what was good goes on', async () => {
  const file = join(dirname(config), 'hosts.ini');
  const said = async () => titleOf((await bot.say('status web-1')).card);
  const before = await said();
  await writeFile(file, `${hosts}[db\n`);
  await until('the board says it', async () => (await board('inventory')).length > 0, 8000);
  expect(await board('inventory')).toEqual([
    expect.stringMatching(/^warn: The changed inventory is broken; the last good one stays in force\n.*hosts\.ini:3:1/),
  ]);
  expect(await said()).toBe(before);
  await writeFile(file, hosts);
  await until(
    'it is mended',
    async () => (await board('inventory'))[0] === 'good: The inventory was read again.',
    8000,
  );
});

it('what a process before said of the configuration, the inventory or a plugin is over once the next finds all good', async () => {
  const own = await bots.folder();
  const file = join(own, 'quarterdeck.yaml');
  const plugin = join(own, 'mine/greet/index.ts');
  await mkdir(dirname(plugin), { recursive: true });
  await writeFile(join(own, 'hosts.ini'), hosts);
  const whole = `${good}plugins: { folders: [./mine] }\n`;
  const sound =
    "import { definePlugin, z } from '#kit';\nexport default definePlugin({ name: 'greet', about: 'x', settings: z.object({}), commands: [] });\n";
  await writeFile(file, whole);
  await writeFile(plugin, sound);
  const first = await bots.start(own, {}, ['--config', file]);
  const shown = (): readonly string[] => {
    const sqlite = new DatabaseSync(join(own, 'quarterdeck.db'), { readOnly: true, timeout: 10_000 });
    const cards = sqlite.prepare("select key, card from outbox where key not like 'order:%' order by key").all();
    sqlite.close();
    return cards.map(({ key, card }) => `${String(key)} ${JSON.parse(String(card)).tone}`);
  };
  const all = ['inventory', 'plugin:greet', 'settings'];
  const saidAll = (tone: string) => async () =>
    JSON.stringify(shown()) === JSON.stringify(all.map((key) => `${key} ${tone}`));
  await writeFile(plugin, 'export default {{{');
  await writeFile(join(own, 'hosts.ini'), `${hosts}[db\n`);
  await writeFile(file, `${whole}peeple: []\n`);
  await until('all three are told', saidAll('warn'), 10_000);
  await first.kill();
  await writeFile(plugin, sound);
  await writeFile(join(own, 'hosts.ini'), hosts);
  await writeFile(file, whole);
  const second = await bots.start(own, {}, ['--config', file]);
  await until('all three are over', saidAll('good'), 10_000);
  await second.kill('SIGTERM');
});
