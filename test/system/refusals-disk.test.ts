import { readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { ada, program, quarterdeck, type RealBot, realBots, titleOf, until } from '#test/support/real-bot.ts';
import { hasSmallDisk, smallDisk } from '#test/support/small-disk.ts';

const bots = realBots();
afterEach(() => bots.end());

const plain = `harbour: false
plugins: { folders: ['${join(program, 'examples')}', '${join(program, 'plugins')}'] }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`;

async function start(data: string): Promise<RealBot> {
  const config = join(await bots.folder(), 'quarterdeck.yaml');
  await writeFile(config, plain);
  return bots.start(data, {}, ['--config', config]);
}

/** Fills a disk to the last byte. */
async function fill(path: string): Promise<void> {
  const ballast = (size: number) =>
    writeFile(join(path, 'ballast'), Buffer.alloc(size), { flag: 'a' }).then(
      () => true,
      () => false,
    );
  for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 4)) while (await ballast(size));
}

const long = (n: number) => `echo ${n} ${'x'.repeat(200)}`;

describe.skipIf(!(await hasSmallDisk()))('a full disk', () => {
  it('refuses orders clearly, loses none it took, and takes them again when there is room', async () => {
    await using disk = await smallDisk(16);
    const path = disk?.path ?? '';
    const bot = await start(path);
    expect(titleOf((await bot.say('echo before')).card)).toBe('before');
    await fill(path);
    const taken: string[] = [];
    let refused: { status: number; body: { code?: string; say?: string } } | undefined;
    for (let n = 0; n < 500 && refused === undefined; n += 1) {
      const posted = await bot.post({ text: long(n), key: `full-${n}`, as: ada });
      if (posted.status === 202) taken.push(posted.body.event);
      else refused = posted as never;
    }
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'store.full', say: expect.stringContaining('disk') },
    });
    const said = await quarterdeck(path, ['say', 'echo x'], { env: { QUARTERDECK_CONFIG: '' } });
    expect([said.code, said.error]).toEqual([1, expect.stringContaining('full')]);
    const ready = await bot.call('GET', '/readyz');
    expect([ready.status, JSON.stringify(ready.body.reasons)]).toEqual([503, expect.stringContaining('disk is full')]);

    await rm(join(path, 'ballast'));
    await until('orders are taken again', async () => (await bot.post({ text: 'help', as: ada })).status === 202);
    expect(titleOf((await bot.say('echo after')).card)).toBe('after');
    await until('it is ready again', async () => (await bot.call('GET', '/readyz')).status === 200);
    for (const event of taken) {
      await until(`${event} is answered`, async () => (await bot.order(`e:${event}`)).closed, 30_000);
      expect((await bot.order(`e:${event}`)).state).toBe('done');
    }
    const verified = await quarterdeck(path, ['audit', 'verify']);
    expect([verified.code, verified.error]).toEqual([0, '']);
    await bot.kill();
  });
});

describe.skipIf(!(await hasSmallDisk()))('a change of the configuration on a full disk', () => {
  it('that takes rights away is in force as soon as there is room', async () => {
    await using disk = await smallDisk(16);
    const path = disk?.path ?? '';
    const config = join(await bots.folder(), 'quarterdeck.yaml');
    await writeFile(config, plain);
    const bot = await bots.start(path, {}, ['--config', config]);
    expect(titleOf((await bot.say('echo before')).card)).toBe('before');
    await fill(path);
    let refused = 202;
    for (let n = 0; n < 500 && refused === 202; n += 1)
      refused = (await bot.post({ text: long(n), key: `full-${n}`, as: ada })).status;
    await writeFile(config, plain.replace('roles: [everything]', 'roles: []'));
    await until('it is told', () => bot.output().includes('was not put in force; the last good one stays'));
    await rm(join(path, 'ballast'));
    await until('it is in force', () => bot.output().includes('The configuration was read again'));
    expect((await bot.say('echo after')).state).toBe('refused');
    await bot.kill();
  });
});

describe('an audit that cannot be written', () => {
  it('lets nothing be done, says so, and what was taken is done once it can be written', async () => {
    const data = await bots.folder();
    const bot = await start(data);
    const sqlite = new DatabaseSync(join(data, 'quarterdeck.db'), { timeout: 10_000 });
    sqlite.exec("create trigger closed before insert on audit begin select raise(abort, 'closed'); end");
    const entries = (await bot.audit()).length;
    const posted = await bot.post({ text: 'echo must not be said', as: ada });
    const event = `e:${posted.body.event}`;
    await until('it is said that nothing was done', async () => (await bot.order(event))?.card !== undefined);
    const held = await bot.order(event);
    expect([held.closed, titleOf(held.card)]).toEqual([false, expect.not.stringContaining('must not be said')]);
    expect((await bot.audit()).length).toBe(entries);
    const ready = await bot.call('GET', '/readyz');
    expect([ready.status, ready.body.warnings]).toEqual([200, [expect.objectContaining({ code: 'order.held' })]]);
    const said = await quarterdeck(data, ['say', '--wait', '4', '--as', ada, 'echo nor this']);
    expect(said.error).toBe(
      '✗ I cannot write down what I do, so I do nothing.\n  I try again by myself until I can.\n',
    );
    sqlite.exec('drop trigger closed');
    sqlite.close();
    await until('it is answered', async () => (await bot.order(event)).closed, 30_000);
    expect(titleOf((await bot.order(event)).card)).toBe('must not be said');
    expect((await quarterdeck(data, ['audit', 'verify'])).code).toBe(0);
  });

  it('lets no run begin, and none of its effects be seen', async () => {
    const data = await bots.folder();
    const bot = await bots.start(data);
    const current = () => readlink(join(data, 'harbour', 'web-1', 'srv', 'shop', 'current'));
    const sqlite = new DatabaseSync(join(data, 'quarterdeck.db'), { timeout: 10_000 });
    sqlite.exec(
      "create trigger closed before insert on audit when new.action = 'run.started' begin select raise(abort, 'closed'); end",
    );
    const { body } = await bot.post({ text: 'deploy shop v2', yes: true, as: ada });
    const log = () => readFile(join(data, 'quarterdeck.log'), 'utf8');
    await until('the run was held back', async () => (await log()).includes('a queued run cannot begin now'));
    expect((await bot.order(`e:${body.event}`)).state).toBe('queued');
    expect(await current()).toBe('releases/v1');
    sqlite.exec('drop trigger closed');
    sqlite.close();
    expect((await bot.order(`e:${body.event}`, 60)).state).toBe('done');
    expect(await current()).toBe('releases/v2');
  });
});
