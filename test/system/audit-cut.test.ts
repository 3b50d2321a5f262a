import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { ada, logIn, program, quarterdeck, type RealBot, realBots, titleOf, until } from '#test/support/real-bot.ts';

/** An audit that somebody shortens while the bot runs: it gets no entry more, so nothing more is done. */
const bots = realBots();
afterEach(() => bots.end());

const plain = `harbour: false
plugins: { folders: ['${join(program, 'examples')}', '${join(program, 'plugins')}'] }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`;

async function start(): Promise<{ bot: RealBot; config: string }> {
  const data = await bots.folder();
  const config = join(data, 'quarterdeck.yaml');
  await writeFile(config, plain);
  return { bot: await bots.start(data, {}, ['--config', config]), config };
}

/** Cuts off the newest entries, as somebody does who can write to the file. */
function cut(data: string, entries: number): void {
  const sqlite = new DatabaseSync(join(data, 'quarterdeck.db'), { timeout: 10_000 });
  sqlite.exec('drop trigger audit_no_delete');
  sqlite.exec(`delete from audit where seq > (select max(seq) - ${entries} from audit)`);
  sqlite.close();
}

const said = 'was cut off or written anew';

it('the first order after it is not carried out, and everybody is told', async () => {
  const { bot, config } = await start();
  const { out } = await quarterdeck(bot.data, ['login', ada, '--config', config]);
  const session = await logIn(bot, out.trim().split(/\s+/).at(-1) ?? '', ada);
  expect(titleOf((await bot.say('echo before')).card)).toBe('before');
  cut(bot.data, 2);
  const entries = await bot.audit();
  const { body } = await bot.post({ text: 'echo must not be said', as: ada });
  const event = `e:${body.event}`;
  await until('it is said that nothing was done', async () => (await bot.order(event))?.card !== undefined);
  const held = await bot.order(event);
  expect([held.closed, titleOf(held.card)]).toEqual([false, expect.stringContaining(said)]);
  expect(await bot.audit()).toEqual(entries);

  const ready = await bot.call('GET', '/readyz');
  expect([ready.status, ready.body.reasons]).toEqual([
    503,
    [expect.objectContaining({ check: 'audit', code: 'audit.cut' })],
  ]);
  expect(bot.output()).toContain(said);
  const board = async (): Promise<string> =>
    JSON.stringify((await session.read('/console/api/messages?channel=ops')).messages);
  await until('the board says it', async () => (await board()).includes(said));
  const doctor = await quarterdeck(bot.data, ['doctor', '--config', config]);
  expect([doctor.code, doctor.out]).toEqual([1, expect.stringMatching(new RegExp(`^✗ bot: .*${said}`, 'm'))]);

  await bot.kill('SIGTERM');
  const again = await quarterdeck(bot.data, ['start', '--config', config]);
  expect([again.code, again.error]).toEqual([1, expect.stringContaining(said)]);
});

it('one that is cut while nobody orders anything is found by itself, and the command line adds nothing either', async () => {
  const { bot, config } = await start();
  await bot.say('echo before');
  const noted = async () => JSON.parse(await readFile(join(bot.data, 'audit.head'), 'utf8')).seq;
  const [newest] = await bot.audit(1);
  await until('the newest entry is noted', async () => (await noted()) === newest?.seq);
  cut(bot.data, 2);
  await until('it is told', async () => (await bot.call('GET', '/readyz')).status === 503);
  expect(bot.output()).toContain(said);
  const entries = await bot.audit();
  const token = await quarterdeck(bot.data, ['token', 'create', '--actor', ada, '--config', config]);
  expect([token.code, token.out, token.error]).toEqual([1, '', expect.stringContaining(said)]);
  expect(await bot.audit()).toEqual(entries);
});

it('what was written down and not noted yet is missed at the next start, too', async () => {
  const { bot, config } = await start();
  await bot.say('echo before');
  cut(bot.data, 1);
  await bot.post({ text: 'help', as: ada });
  await until('it is told', async () => (await bot.call('GET', '/readyz')).status === 503);
  await bot.kill();
  const again = await quarterdeck(bot.data, ['start', '--config', config]);
  expect([again.code, again.error]).toEqual([1, expect.stringContaining(said)]);
  await rm(config);
});
