import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inLanguage, type Text } from '#core/text.ts';
import { type TestBot, type TestWorld, testBot } from '#testing';
import run from '../../plugins/run/index.ts';
import runs from '../../plugins/runs/index.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const head = '- hosts: web\n  gather_facts: false\n  tasks:\n';
const copy = (content: string, dest = 'state') => `    - copy: { content: ${content}, dest: ${dest} }\n`;
const slow = { timeout: 30_000, interval: 50 };

let bot: TestBot;
beforeEach(async () => {
  bot = await testBot([run, runs], {
    people: { 'memory:local:ada': ['everything'] },
    hosts: { web: ['web-1'] },
    playbooks: {
      'one.yml': `${head}    - shell: while [ ! -e go ]; do sleep 0.05; done\n${copy('one')}`,
      'zero.yml': head + copy('zero'),
      'other.yml': head + copy('other', 'elsewhere'),
    },
  });
  await mkdir(file('.'), { recursive: true });
  await writeFile(file('state'), 'zero');
});
afterEach(() => bot.stop());

const file = (name: string) => join(bot.folder, 'hosts/web-1', name);
const state = (id: number) => bot.store.orders.get(id).then((order) => order?.state);
const over = (id: number) =>
  vi.waitUntil(async () => !['queued', 'running', 'working'].includes((await state(id)) ?? ''), slow);

/** Starts the run that waits for a file, and gives its order. */
async function begin() {
  const first = await bot.order('run one');
  await bot.say(`confirm ${first.id}`);
  await vi.waitUntil(async () => (await bot.store.runs.inStates(['running'])).length === 1, slow);
  return first.id;
}

describe('a change that is asked for while a run changes the same hosts', () => {
  it('is not called done because there is nothing to do yet', async () => {
    const first = await begin();
    const order = await bot.order('run zero');
    expect([order.state, order.refusal?.code]).toEqual(['refused', 'order.amid_run']);
    expect(en(order.card?.title)).toContain('Run 1 (Run one) was changing the same hosts when I looked');
    await writeFile(file('go'), '');
    await over(first);
    expect((await bot.order('run zero')).state).toBe('confirming');
  });

  it('says so on its card, and is done afterwards when it is still right', async () => {
    const first = await begin();
    const order = await bot.order('run other');
    expect(en(order.card?.text)).toMatch(
      /^Run 1 \(Run one\) was changing the same hosts when I looked: this begins after it, and only if it is still right/,
    );
    await bot.say(`confirm ${order.id}`);
    await writeFile(file('go'), '');
    await over(first);
    await over(order.id);
    expect([await state(order.id), await readFile(file('elsewhere'), 'utf8')]).toEqual(['done', 'other']);
  });

  it('is only shown where only a plan is asked for', async () => {
    await begin();
    const order = await bot.order('plan run other');
    expect([order.state, en(order.card?.text)]).toEqual([
      'done',
      expect.stringMatching(
        /^Run 1 \(Run one\) was changing the same hosts when I looked: what there is to do may be another thing/,
      ),
    ]);
    await writeFile(file('go'), '');
  });

  it('is not begun afterwards when it would do something else', async () => {
    await writeFile(file('state'), 'old');
    const first = await begin();
    const order = await bot.order('run zero');
    expect(order.state).toBe('confirming');
    await bot.say(`confirm ${order.id}`);
    await writeFile(file('go'), '');
    await over(first);
    await over(order.id);
    const ended = await bot.store.orders.get(order.id);
    expect([ended?.state, ended?.refusal?.code]).toEqual(['failed', 'run.drifted']);
    expect(en(ended?.refusal?.say)).toContain('Run 1 changed the same hosts after this was planned');
    expect(await readFile(file('state'), 'utf8')).toBe('one');
  });
});

describe('a change that was planned in the middle of a run', () => {
  const twoSteps = (dest: string) => `${head}    - shell: echo stopped >> stopped\n${copy('two', dest)}`;

  it('is not begun where the bot was killed then: what was cut may still go on there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'amid-run-'));
    const [go, state] = [join(folder, 'go'), join(folder, 'state')];
    const world: TestWorld = {
      folder,
      people: { 'memory:local:ada': ['everything'] },
      hosts: { web: ['web-1'] },
      playbooks: {
        'one.yml': `${head}    - shell: while [ ! -e ${go} ]; do sleep 0.05; done; echo one > ${state}\n`,
        'two.yml': twoSteps(state),
      },
    };
    await bot.stop();
    bot = await testBot([run, runs], world);
    const first = await begin();
    const order = await bot.order('run two');
    expect(en(order.card?.text)).toContain('this begins after it, and only if it is still right');
    await bot.store.copyTo(join(folder, 'killed.db'));
    await writeFile(go, '');
    await over(first);
    await bot.stop();
    for (const end of ['-wal', '-shm']) await rm(join(folder, `quarterdeck.db${end}`), { force: true });
    await copyFile(join(folder, 'killed.db'), join(folder, 'quarterdeck.db'));
    bot = await testBot([run, runs], world);
    await vi.waitUntil(async () => (await bot.store.orders.get(first))?.state === 'interrupted', slow);
    await bot.say(`confirm ${order.id}`);
    await over(order.id);
    expect((await bot.store.orders.get(order.id))?.refusal?.code).toBe('run.cut_before');
    expect(existsSync(file('stopped'))).toBe(false);
    await bot.stop();
    await rm(folder, { recursive: true });
  });

  it('is looked at again when the clock was put back', async () => {
    let back = 0;
    await bot.stop();
    bot = await testBot([run, runs], {
      clock: { now: () => Date.now() - back },
      people: { 'memory:local:ada': ['everything'] },
      hosts: { web: ['web-1'] },
      playbooks: { 'one.yml': head + copy('one'), 'two.yml': twoSteps('state') },
    });
    const order = await bot.order('run two');
    back = 50_000;
    const other = await bot.order('run one');
    await bot.say(`confirm ${other.id}`);
    await over(other.id);
    await bot.say(`confirm ${order.id}`);
    await over(order.id);
    expect((await bot.store.orders.get(order.id))?.refusal?.code).toBe('run.drifted');
    expect(existsSync(file('stopped'))).toBe(false);
  });
});

describe('plan before a word about a run', () => {
  it('neither stops it nor goes on with it', async () => {
    const first = await begin();
    const stop = await bot.order('plan runs cancel 1');
    expect([stop.state, stop.refusal?.code]).toEqual(['refused', 'command.nothing_to_plan']);
    expect((await bot.store.runs.get(1))?.state).toBe('running');
    await bot.say('runs cancel 1');
    await writeFile(file('go'), '');
    await over(first);
    const resume = await bot.order('plan runs resume 1');
    expect([resume.state, en(resume.card?.footer)]).toEqual([
      'done',
      expect.stringContaining('a resumption does the rest'),
    ]);
    expect((await bot.store.runs.inStates(['queued', 'running'])).length).toBe(0);
    expect(existsSync(file('elsewhere'))).toBe(false);
  });
});

describe('a run for which there is no place', () => {
  it('says so on its card, which has the way to stop it', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `h-${index + 1}`);
    await bot.stop();
    bot = await testBot([run, runs], {
      people: { 'memory:local:ada': ['everything'] },
      hosts: { web: names },
      playbooks: { 'wait.yml': `${head}    - shell: while [ ! -e go ]; do sleep 0.2; done\n` },
    });
    const orders: number[] = [];
    for (const name of names) {
      const { id } = await bot.order(`run wait on ${name}`);
      await bot.say(`confirm ${id}`);
      orders.push(id);
    }
    const last = orders.at(-1) ?? 0;
    const order = await bot.until(last, ({ card }) => en(card?.text).includes('turn'));
    expect(order.state).toBe('queued');
    expect(en(order.card?.text)).toContain('It waits for its turn: 7 runs of the same person go on already');
    expect(order.card?.actions).toMatchObject([{ id: 'stop', line: `cancel ${last}` }]);
    await bot.say(`cancel ${last}`);
    expect(await state(last)).toBe('cancelled');
    for (const id of orders.slice(0, -1)) await bot.say(`cancel ${id} --now`);
  }, 60_000);
});
