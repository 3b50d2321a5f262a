import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ada,
  logIn,
  program,
  quarterdeck,
  type RealBot,
  realBots,
  type Session,
  until,
} from '#test/support/real-bot.ts';

/** A change of the configuration that cannot be put in force now is not forgotten: above all one that takes rights away. */
const bots = realBots();
const eve = 'console:local:eve';
const hosts = '[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=1\n';
const people = (roles: string) =>
  `people: [{ id: '${ada}', name: Ada, roles: [everything] }, { id: '${eve}', name: Eve, roles: [${roles}] }]\n`;
const rest = `harbour: false
inventory: [./hosts.ini]
plugins: { folders: ['${join(program, 'examples')}', '${join(program, 'plugins')}'] }
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`;
const good = people('everything') + rest;
const without = people('') + rest;

let bot: RealBot;
let config: string;

beforeEach(async () => {
  const own = await bots.folder();
  config = join(own, 'quarterdeck.yaml');
  await writeFile(join(own, 'hosts.ini'), hosts);
  await writeFile(config, good);
  bot = await bots.start(own, {}, ['--config', config]);
  expect((await bot.say('echo mine', { as: eve })).state).toBe('done');
});
afterAll(() => bots.end());

const says = (words: string) => until(`the terminal says: ${words}`, () => bot.output().includes(words), 40_000);
const stays = 'The changed configuration was not put in force; the last good one stays';
const inForce = 'The configuration was read again';
const warnings = async () =>
  (await bot.call('GET', '/readyz')).body.warnings.map(({ code }: { code: string }) => code) as readonly string[];

async function loggedIn(): Promise<Session> {
  const { out } = await quarterdeck(bot.data, ['login', ada, '--config', config]);
  return logIn(bot, out.trim().split(/\s+/).at(-1) ?? '', ada);
}

async function board(session: Session): Promise<readonly string[]> {
  const { messages } = await session.read('/console/api/messages?channel=ops');
  return messages
    .filter(({ key }: { key: string }) => key === 'settings')
    .map(({ card }: { card: { tone: string; title: { en: string } } }) => `${card.tone}: ${card.title.en}`);
}

/** The store of the bot, refusing some rows until the gate is opened. */
function gate(triggers: Readonly<Record<string, string>>): () => void {
  const sqlite = new DatabaseSync(join(bot.data, 'quarterdeck.db'), { timeout: 10_000 });
  for (const [name, when] of Object.entries(triggers))
    sqlite.exec(`create trigger ${name} before ${when} begin select raise(abort, 'closed'); end`);
  return () => {
    for (const name of Object.keys(triggers)) sqlite.exec(`drop trigger ${name}`);
    sqlite.close();
  };
}

describe('a configuration that takes rights away while the store fails', () => {
  it('is in force as soon as it can be written down, and the board is told as soon as it can be', async () => {
    const session = await loggedIn();
    const open = gate({ closed: 'insert on audit', mute: 'insert on outbox', mute_too: 'update on outbox' });
    await writeFile(config, without);
    await says(stays);
    expect(await warnings()).toContain('settings.not_in_force');
    const { out } = await quarterdeck(bot.data, ['doctor', '--config', config]);
    expect(out).toMatch(/^! configuration in force: .*not in force/m);
    open();
    await says(inForce);
    expect((await bot.say('echo mine', { as: eve })).state).toBe('refused');
    expect(await warnings()).toEqual([]);
    await until('the board says it is mended', async () => (await board(session)).join() === `good: ${inForce}.`);
  });

  it('comes before all else that is written down', async () => {
    const open = gate({ closed: "insert on audit when new.action = 'settings.reloaded'" });
    await writeFile(config, without);
    await says(stays);
    const { body } = await bot.post({ text: 'echo not any more', as: eve });
    await until('it is held', async () => (await warnings()).includes('order.held'));
    open();
    expect((await bot.order(`e:${body.event}`, 30)).state).toBe('refused');
  });

  it('is not given up for a broken one that comes after it', async () => {
    const open = gate({ closed: 'insert on audit' });
    await writeFile(config, without);
    await says(stays);
    await writeFile(config, `${without}peeple: []\n`);
    await says('There is no key "peeple"');
    open();
    await until(
      'Eve may not any more',
      async () => (await bot.say('echo mine', { as: eve })).state === 'refused',
      40_000,
    );
    expect(await warnings()).toEqual(['settings.not_in_force']);
    await writeFile(config, without);
    await until('all is well', async () => (await warnings()).length === 0, 40_000);
  });
});

describe('a configuration that names what the inventory does not have yet', () => {
  it('is in force as soon as the inventory has it', async () => {
    await writeFile(config, `${without}rules: [{ name: careful, when: { on: [cache] }, require: { approvals: 1 } }]\n`);
    await says('no group or host "cache"');
    expect(await warnings()).toEqual(['settings.not_in_force']);
    await writeFile(join(dirname(config), 'hosts.ini'), `${hosts}[cache]\nweb-1\n`);
    await says(inForce);
    expect((await bot.say('echo mine', { as: eve })).state).toBe('refused');
    expect(await warnings()).toEqual([]);
  });

  it('is given up for the next one', async () => {
    await writeFile(config, `${without}rules: [{ name: careful, when: { on: [cache] }, require: { approvals: 1 } }]\n`);
    await says('no group or host "cache"');
    await writeFile(config, `${good}language: fr\n`);
    await until('that one is in force', async () => (await warnings()).length === 0, 40_000);
    await writeFile(join(dirname(config), 'hosts.ini'), `${hosts}[cache]\nweb-1\n`);
    await says('L’inventaire a été relu');
    expect((await bot.say('echo mine', { as: eve })).state).toBe('done');
  });
});
