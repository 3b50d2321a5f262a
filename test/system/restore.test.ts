import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ada, program, quarterdeck, type RealBot, realBots, titleOf, until } from '#test/support/real-bot.ts';

const bots = realBots();
afterAll(() => bots.end());

const plain = `harbour: false
plugins: { folders: ['${join(program, 'examples')}'] }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`;

let folder: string;
let data: string;
let copy: string;
const words = (line: string) => [...line.split(' '), '--config', join(folder, 'quarterdeck.yaml')];
const command = (line: string) => quarterdeck(folder, words(line), { env: { QUARTERDECK_DATA: data } });
const start = (): Promise<RealBot> => bots.start(data, {}, ['--config', join(folder, 'quarterdeck.yaml')]);
const verify = async () => JSON.parse((await command('audit verify --json')).out);

beforeEach(async () => {
  folder = await bots.folder();
  data = join(folder, 'data');
  copy = join(folder, 'copy.db');
  await mkdir(data);
  await writeFile(join(folder, 'quarterdeck.yaml'), plain);
});

/** A bot that worked, was copied, worked on and was killed; with the number of entries its audit had. */
async function killedAfterCopy(): Promise<number> {
  const bot = await start();
  await bot.say('echo one');
  expect((await command(`backup ${copy}`)).code).toBe(0);
  await bot.say('echo two');
  const { entries } = await verify();
  const noted = async () => JSON.parse(await readFile(join(data, 'audit.head'), 'utf8')).seq;
  await until('the newest entry is noted', async () => (await noted()) === entries);
  await bot.kill();
  return entries;
}

const boardOf = async (bot: RealBot): Promise<string> => {
  const sqlite = new DatabaseSync(join(bot.data, 'quarterdeck.db'), { readOnly: true });
  try {
    return JSON.stringify(sqlite.prepare('select card from outbox').all());
  } finally {
    sqlite.close();
  }
};

describe('a copy of the store', () => {
  it('begins nothing by itself, and nothing of it can be gone on with or approved: it may be over since', async () => {
    const bot = await start();
    const asked = await bot.say('echo one');
    await bot.kill('SIGTERM');
    const at = new Date().toISOString();
    const waiting = ['received', 'working', 'asking', 'confirming', 'approving'] as const;
    const runs = ['queued', 'running', 'interrupted', 'cancelled', 'done'] as const;
    const sqlite = new DatabaseSync(join(data, 'quarterdeck.db'));
    const order = sqlite.prepare(`insert into orders
      (id, event_id, kind, chat, channel, actor, text, confirmed, state, run_id, card, expires_at, created_at)
      values (?, ?, 'message', ?, 'ops', '${ada}', 'echo again', 1, ?, ?, ?, '2999-01-01T00:00:00.000Z', '${at}')`);
    const card = JSON.stringify({
      tone: 'info',
      title: 'Again?',
      actions: [{ id: 'yes', label: 'Yes', line: 'approve' }],
    });
    for (const [index, state] of waiting.entries()) order.run(101 + index, state, 'console', state, null, card);
    order.run(110, 'of the API', 'api', 'approving', null, card);
    sqlite.exec(`insert into outbox (key, chat, channel, card, revision, settled)
      values ('order:110', 'console', 'ops', '${card}', 1, 1)`);
    const run =
      sqlite.prepare(`insert into runs (id, order_id, actor, state, request, plan_hash, recap, queued_at, started_at)
      values (?, ?, '${ada}', ?, '{"playbook":"a.yml","vars":{},"locks":[]}', 'h', '{}', '${at}', '${at}')`);
    for (const [index, state] of runs.entries()) {
      order.run(201 + index, `run ${state}`, 'console', state, 1 + index, card);
      run.run(1 + index, 201 + index, state);
    }
    for (const id of [203, 204]) {
      const line = `runs resume ${id - 200}`;
      const ended = {
        tone: 'warn',
        title: 'Again: interrupted',
        text: 'Resume it.',
        actions: [
          { id: 'resume', label: 'Resume', line },
          { id: 'again', label: 'Plan it again', line: 'echo again' },
        ],
      };
      sqlite.prepare('update orders set card = ? where id = ?').run(JSON.stringify(ended), id);
      sqlite
        .prepare(
          "insert into outbox (key, chat, channel, card, revision, settled) values (?, 'console', 'ops', ?, 1, 1)",
        )
        .run(`order:${id}`, JSON.stringify(ended));
    }
    sqlite.exec(`insert into locks (name, run_id, since) values ('host:a', 2, '${at}')`);
    sqlite.exec(`insert into steps (run_id, host, id, task, module, state, started_at, differences, result)
      values (2, 'a', '1.1', 'x', 'shell', 'running', '${at}', '[]', '{}')`);
    sqlite.close();
    expect((await command(`backup ${copy}`)).code).toBe(0);
    expect((await command(`restore ${copy}`)).code).toBe(0);

    const again = await start();
    for (const id of [101, 102, 103, 104, 105, 110]) {
      const { state, refusal, card } = await again.order(id);
      expect([id, state, refusal?.code, card?.actions]).toEqual([id, 'cancelled', 'order.of_a_copy', undefined]);
    }
    for (const id of [1, 2, 3, 4]) {
      const state = id === 4 ? 'cancelled' : 'failed';
      expect(await again.run(id)).toMatchObject({ run: { state, refusal: { code: 'run.of_a_copy' } } });
    }
    expect((await again.run(5)).run.state).toBe('done');
    expect((await again.run(2)).steps[0]?.state).toBe('unknown');
    for (const id of [201, 202])
      await until('the order is over', async () => (await again.order(id)).state === 'failed');
    expect((await again.order(202)).card?.actions?.map(({ id }) => id)).not.toContain('resume');
    expect((await again.order(asked.id)).state).toBe('done');
    for (const id of [203, 204]) {
      const { card } = await again.order(id);
      expect(card?.actions?.map((action) => action.line)).toEqual(['echo again']);
      expect(titleOf(card)).toBe('Again: interrupted');
      expect(JSON.stringify(card?.text)).toMatch(/It could be gone on with when the copy was made.*Look at its hosts/);
    }
    expect(await boardOf(again)).not.toContain('runs resume');
    const board = await boardOf(again);
    for (const id of [101, 102, 103, 104, 105, 110])
      expect(board).toContain(`Order ${id} was open when the copy was made`);
    const written = (await again.audit(200)).filter(({ action }) => action === 'order.cancelled');
    expect(written.map(({ orderId }) => orderId).sort()).toEqual([101, 102, 103, 104, 105, 110]);
    await again.kill('SIGTERM');
    const left = new DatabaseSync(join(data, 'quarterdeck.db'), { readOnly: true });
    expect(left.prepare('select * from locks').all()).toEqual([]);
    left.close();
    expect((await verify()).intact).toBe(true);
  });

  it('is put back in the place of a damaged one, and that is in the audit and on the board', async () => {
    const known = await killedAfterCopy();
    for (const name of ['quarterdeck.db', 'quarterdeck.db-wal']) await writeFile(join(data, name), 'no store any more');
    const refused = await command('start');
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('quarterdeck restore FILE')]);

    // Something of the lost store stays behind, which must not be played over the copy.
    await writeFile(join(data, 'quarterdeck.db-wal'), 'of another store');
    const restored = await command(`restore ${copy}`);
    expect([restored.code, restored.error]).toEqual([0, '']);
    expect(restored.out).toContain(`${known}`);
    const names = (await readdir(data)).filter((name) => name.includes('.before-restore-'));
    expect(names.map((name) => name.replace(/\.before-restore-[\dTZ.-]*?(?=-wal|-shm|$)/, '…')).sort()).toEqual(
      expect.arrayContaining(['audit.head…', 'quarterdeck.db…', 'quarterdeck.db…-wal']),
    );

    expect(await verify()).toMatchObject({ intact: true, noted: true });
    const bot = await start();
    const [entry, ...more] = (await bot.audit()).filter(({ action }) => action === 'store.restored');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ details: { file: copy, account: expect.any(String), known } });
    await until('the board says so', async () => (await boardOf(bot)).includes('The store was restored'));
    expect(await boardOf(bot)).toContain(`entry ${known}`);
    expect(titleOf((await bot.say('echo three')).card)).toBe('three');
    // Told once.
    const before = (await boardOf(bot)).split('The store was restored').length;
    await bot.kill('SIGTERM');
    const again = await start();
    expect((await boardOf(again)).split('The store was restored').length).toBe(before);
    await again.kill('SIGTERM');
  });

  it('that was put back by hand is refused, each time alike, until it is restored', async () => {
    const known = await killedAfterCopy();
    for (const end of ['', '-wal', '-shm']) await rm(join(data, `quarterdeck.db${end}`), { force: true });
    await copyFile(copy, join(data, 'quarterdeck.db'));
    const { entries } = await verify();
    for (const _ of [1, 2]) {
      const refused = await command('start');
      expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('quarterdeck restore FILE')]);
      expect((await verify()).entries).toBe(entries);
    }
    expect((await command(`restore ${copy}`)).code).toBe(0);
    // A second one does not make the first forgotten: what was known before both is in the audit.
    expect((await command(`restore ${copy}`)).code).toBe(0);
    const bot = await start();
    const [entry] = (await bot.audit()).filter(({ action }) => action === 'store.restored');
    expect(entry).toMatchObject({ details: { known } });
    await bot.kill('SIGTERM');
  });

  it('is put back where the whole data folder was lost', async () => {
    await killedAfterCopy();
    await rm(data, { recursive: true });
    const { code, out, error } = await command(`restore ${copy} --json`);
    expect([code, error]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ file: copy, aside: [] });
    expect(await verify()).toMatchObject({ intact: true, noted: true });
  });
});

describe('nothing is changed', () => {
  it('while the bot runs', async () => {
    const bot = await start();
    expect((await command(`backup ${copy}`)).code).toBe(0);
    const { code, error } = await command(`restore ${copy}`);
    expect([code, error]).toEqual([1, expect.stringContaining(`is used by process ${bot.pid}`)]);
    expect(titleOf((await bot.say('echo one')).card)).toBe('one');
    await bot.kill('SIGTERM');
  });

  it('by what is no whole copy of a store', async () => {
    await killedAfterCopy();
    const names = await readdir(data);
    const sqlite = (path: string, sql: string) => {
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
    };
    const other = join(folder, 'other.db');
    sqlite(other, 'create table other (x)');
    const edited = join(folder, 'edited.db');
    await copyFile(copy, edited);
    sqlite(edited, "drop trigger audit_no_update; update audit set actor = 'service:x' where seq = 1");
    const cut = join(folder, 'cut.db');
    await writeFile(cut, (await readFile(copy)).subarray(0, 40_000));
    const journal = join(folder, 'journal.db');
    await copyFile(copy, journal);
    await writeFile(`${journal}-wal`, 'x');
    for (const [file, said] of [
      ['nowhere.db', /There is no file .*nowhere\.db/],
      [join(folder, 'quarterdeck.yaml'), /is no whole copy of a store/],
      [other, /is no whole copy of a store/],
      [cut, /is no whole copy of a store/],
      [edited, /audit .* is broken at entry 1/],
      [journal, /journal\.db-wal/],
    ] as const) {
      const { code, error } = await command(`restore ${file}`);
      expect([file, code, error]).toEqual([file, 1, expect.stringMatching(said)]);
    }
    expect((await readdir(data)).filter((name) => !/^(?:lock|quarterdeck\.log)/.test(name)).sort()).toEqual(
      names.filter((name) => !/^(?:lock|quarterdeck\.log)/.test(name)).sort(),
    );
  });
});
