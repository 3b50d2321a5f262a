import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { change, definePlugin, z } from '#kit';
import { type TestBot, type TestWorld, testBot } from '#testing';
import runs from '../../plugins/runs/index.ts';

const ada = 'memory:local:ada';
const ben = 'memory:local:ben';
const carol = 'memory:local:carol';
const rex = 'memory:local:rex';

const slow = definePlugin({
  name: 'slow',
  about: 'a change that takes a while',
  settings: z.object({}),
  commands: [
    change({
      name: 'slow',
      about: 'slow',
      permission: 'slow.run',
      risk: 'grave',
      needs: [],
      args: {},
      examples: ['slow'],
      plan: () => ({ do: 'play', title: 'Slow', playbook: 'slow.yml', vars: {} }),
      report: ({ card }) => ({ ...card, footer: 'slow says so' }),
    }),
  ],
});

const world: TestWorld = {
  people: { [ada]: ['operator'], [ben]: ['lead'], [carol]: ['lead'], [rex]: ['resumer'] },
  roles: {
    operator: { 'slow.run': ['all'], 'runs.*': ['all'] },
    lead: { '*': ['all'] },
    resumer: { 'runs.*': ['all'] },
  },
  hosts: { db: ['db-1'] },
  playbooks: {
    'slow.yml': `
- hosts: all
  tasks:
    - name: one
      shell: echo one >> {{ home }}/log; sleep 1
    - name: two
      shell: echo two >> {{ home }}/log
`,
  },
};

const rule = (approvals: number) => [
  { name: 'many', when: { permission: 'slow.run' }, require: { approvals }, within: '15m' } as never,
];

let bot: TestBot;
afterEach(() => bot?.stop());

const log = async () =>
  (await readFile(join(bot.folder, 'hosts/db-1/log'), 'utf8').catch(() => '')).split('\n').filter(Boolean);

/** Asks, has it approved, and stops the run after its first task; the run's number. */
async function cancelled(): Promise<number> {
  const order = await bot.order('slow', ada);
  await bot.order(`approve ${order.id}`, ben);
  await bot.until(order.id, (one) => one.state === 'running');
  await bot.order(`cancel ${order.id}`, ada);
  const ended = await bot.until(order.id, (one) => one.state === 'cancelled');
  return ended.runId ?? 0;
}

describe('stopping a run', () => {
  const running = async () => {
    bot = await testBot([slow, runs], { ...world, playbooks: { 'slow.yml': long } });
    const order = await bot.order('slow', ada);
    await bot.order(`approve ${order.id}`, ben);
    const { runId } = await bot.until(order.id, (one) => one.state === 'running');
    await vi.waitFor(async () => expect(await log()).toEqual(['one']), { timeout: 10_000 });
    return { order: order.id, run: runId ?? 0 };
  };
  const long = '- hosts: all\n  tasks:\n    - { name: one, shell: "echo one >> {{ home }}/log; sleep 30" }\n';

  it('a second time stops it at once, by its number or by its order’s', async () => {
    for (const words of ['runs cancel', 'cancel'] as const) {
      const { order, run } = await running();
      const line = words === 'cancel' ? `cancel ${order}` : `runs cancel ${run}`;
      const asked = performance.now();
      expect(inLanguage((await bot.say(line, ada)).title, 'en')).toBe(`Run ${run} stops after the task under way`);
      expect(inLanguage((await bot.say(line, ada)).title, 'en')).toBe(`Run ${run} is stopped at once`);
      const ended = await bot.until(order, (one) => one.state === 'cancelled');
      expect(performance.now() - asked).toBeLessThan(25_000);
      expect(inLanguage(ended.card?.title ?? '', 'en')).toContain('“one” on db-1 was killed and may be half done');
      // It would only be refused: what may be half done is never done twice.
      expect(ended.card?.actions?.map(({ id }) => id)).not.toContain('resume');
      expect(ended.card?.actions?.[0]).toMatchObject({ id: 'again', line: 'slow', style: 'primary' });
      const shown = await bot.say(`runs show ${run}`, ada);
      expect(shown.actions?.map((one) => one.line)).toEqual(['slow']);
      expect(inLanguage(shown.text ?? '', 'en')).toContain('never done twice: look there, then plan it again');
      await bot.stop();
    }
  });
});

describe('resuming a run', () => {
  it('goes on under the approval it has', async () => {
    bot = await testBot([slow, runs], world);
    const run = await cancelled();
    const order = await bot.order(`runs resume ${run}`, ada);
    expect((await bot.until(order.id, (one) => one.runId !== undefined)).state).not.toBe('approving');
    const ended = await bot.until(order.id, (one) => one.state === 'done');
    expect(ended.card?.title).toEqual({
      en: 'Slow, resumed: done, 2 changes',
      fr: 'Slow, suite : fait, 2 changements',
    });
    expect(ended.card?.footer).toBe('slow says so');
    // What a plugin cannot say of its report, the bot does.
    const { finishedAt } = (await bot.store.runs.get(ended.runId ?? 0)) ?? {};
    expect(ended.card).toMatchObject({ run: ended.runId, ended: finishedAt });
    const approved = { label: { en: 'Approved by', fr: 'Accord de' }, value: 'ben' };
    expect(ended.card?.fields).toContainEqual(approved);
    for (const one of [run, ended.runId])
      expect((await bot.say(`runs show ${one}`, ada)).fields).toContainEqual(approved);
    expect(await log()).toEqual(['one', 'two']);
  });

  it('is offered until it has happened', async () => {
    bot = await testBot([slow, runs], world);
    const run = await cancelled();
    const first = (await bot.store.runs.get(run))?.orderId ?? 0;
    const offered = async () => {
      const shown = bot.chat.messages().findLast(({ key }) => key === `order:${first}`);
      return shown?.card.actions?.map(({ line }) => line);
    };
    expect(await offered()).toContain(`runs resume ${run}`);
    const order = await bot.order(`runs resume ${run}`, ada);
    await bot.until(order.id, (one) => one.state === 'done');
    expect(await offered()).toEqual([`runs show ${run + 1}`]);
    const { actions } = await bot.say(`runs show ${run}`, ada);
    expect(actions?.map(({ line }) => line)).toEqual([`runs show ${run + 1}`]);
  });

  it('asks again when the rules have become stricter', async () => {
    bot = await testBot([slow, runs], world);
    const run = await cancelled();
    bot.configure({ rules: rule(2) });
    const order = await bot.order(`runs resume ${run}`, ada);
    expect(order.state).toBe('approving');
    await bot.order(`approve ${order.id}`, carol);
    await bot.until(order.id, (one) => one.state === 'done');
    expect(await log()).toEqual(['one', 'two']);
  });

  it('asks again when the approval has grown old', async () => {
    let now = Date.now();
    bot = await testBot([slow, runs], { ...world, clock: { now: () => now } });
    const run = await cancelled();
    now += 16 * 60_000;
    expect((await bot.order(`runs resume ${run}`, ada)).state).toBe('approving');
    expect(await log()).toEqual(['one']);
  });

  it('happens once, however many runs came since', async () => {
    bot = await testBot([slow, runs], world);
    const run = await cancelled();
    const both = await Promise.all([bot.order(`runs resume ${run}`, ada), bot.order(`runs resume ${run}`, ada)]);
    for (const one of both) await bot.until(one.id, (order) => ['done', 'refused', 'failed'].includes(order.state));
    expect(await bot.order(`runs resume ${run}`, ada)).toMatchObject({ refusal: { code: 'run.already_resumed' } });
    expect(await log()).toEqual(['one', 'two']);
    expect((await bot.store.runs.last(100)).filter((one) => one.resumes === run)).toHaveLength(1);
  });

  it('by who approved it needs another’s approval: nobody runs their own word', async () => {
    bot = await testBot([slow, runs], world);
    const run = await cancelled();
    expect((await bot.order(`runs resume ${run}`, ben)).state).toBe('approving');
  });

  it('takes the right of the command it began with, also when it was resumed before', async () => {
    bot = await testBot([slow, runs], world);
    const run = await cancelled();
    expect(await bot.order(`runs resume ${run}`, rex)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
    const again = await bot.order(`runs resume ${run}`, ada);
    const second = (await bot.until(again.id, (one) => one.state === 'done')).runId;
    expect(await bot.order(`runs resume ${second}`, rex)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
    expect(await bot.order(`runs cancel ${second}`, rex)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
  });
});

describe('an approval', () => {
  it('no longer counts when its giver may no longer approve', async () => {
    bot = await testBot([slow, runs], { ...world, rules: rule(2) });
    const order = await bot.order('slow', ada);
    await bot.order(`approve ${order.id}`, ben);
    bot.configure({ people: { ...world.people, [ben]: [] }, rules: rule(2) });
    await bot.order(`approve ${order.id}`, carol);
    expect((await bot.store.orders.get(order.id))?.state).toBe('approving');
    expect(await log()).toEqual([]);
  });

  it('meets the rules of now, not only those of then', async () => {
    bot = await testBot([slow, runs], world);
    const order = await bot.order('slow', ada);
    bot.configure({ rules: rule(2) });
    await bot.order(`approve ${order.id}`, ben);
    expect((await bot.store.orders.get(order.id))?.state).toBe('approving');
    await bot.order(`approve ${order.id}`, carol);
    await bot.until(order.id, (one) => one.state === 'done');
  });

  it('of a service does not count, nor does its no', async () => {
    const people = { ...world.people, 'service:ci': ['lead'] };
    bot = await testBot([slow, runs], { ...world, people });
    const order = await bot.order('slow', ada);
    expect(await bot.order(`approve ${order.id}`, 'service:ci')).toMatchObject({
      state: 'refused',
      refusal: { code: 'policy.not_a_person' },
    });
    expect((await bot.order(`deny ${order.id}`, 'service:ci')).refusal?.code).toBe('policy.not_a_person');
    expect((await bot.store.orders.get(order.id))?.state).toBe('approving');
    expect((await bot.core.approvers(order.id)).approve.map(({ id }) => id).sort()).toEqual([ben, carol]);
  });

  it('counts for every rule its giver may meet, and each rule wants its own people, also after a restart', async () => {
    const people = { ...world.people, [ben]: ['lead'], [carol]: ['dba'], 'memory:local:dan': ['lead', 'dba'] };
    const roles = { ...world.roles, dba: { approve: ['all'] } };
    const of = (name: string, by: string, approvals: number) =>
      ({ name, when: {}, require: { approvals, by: [by] }, within: '15m' }) as never;
    const folder = await mkdtemp(join(tmpdir(), 'quarterdeck-consent-'));
    const asked = { ...world, people, roles, rules: [of('a', 'dba', 1), of('b', 'lead', 2)], folder };
    try {
      bot = await testBot([slow, runs], asked);
      const order = await bot.order('slow', ada);
      expect(JSON.stringify(order.card)).toContain(
        '“a”, “b”: to approve: 1 of **carol**, **dan** (dba), 2 of **ben**, **dan** (lead).',
      );
      const first = await bot.order(`approve ${order.id}`, ben);
      expect(first.card?.footer).toMatchObject({ en: '0 of 1 dba · 1 of 2 lead' });
      await bot.order(`approve ${order.id}`, carol);
      const state = async () => (await bot.store.orders.get(order.id))?.state;
      expect(await state()).toBe('approving');
      await bot.stop();
      bot = await testBot([slow, runs], asked);
      expect(await state()).toBe('approving');
      const last = await bot.order(`approve ${order.id}`, 'memory:local:dan');
      expect(last.card?.footer).toMatchObject({ en: '1 of 1 dba · 2 of 2 lead' });
      await bot.until(order.id, (one) => one.state === 'done');
    } finally {
      await bot.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('of one person in both roles is enough for two rules', async () => {
    const people = { ...world.people, [ben]: ['lead', 'dba'] };
    const roles = { ...world.roles, dba: { approve: ['all'] } };
    const of = (by: string) => ({ name: by, when: {}, require: { approvals: 1, by: [by] }, within: '15m' }) as never;
    bot = await testBot([slow, runs], { ...world, people, roles, rules: [of('lead'), of('dba')] });
    const order = await bot.order('slow', ada);
    await bot.order(`approve ${order.id}`, ben);
    await bot.until(order.id, (one) => one.state === 'done');
  });

  it('is in nobody’s account but the giver’s', async () => {
    bot = await testBot([slow, runs], world);
    const asked = { kind: 'message', channel: 'ops', at: new Date().toISOString() } as const;
    await bot.core.pipeline.receive({ ...asked, chat: 'cli', eventId: 'asked', actor: ada, via: 'root', text: 'slow' });
    await bot.core.pipeline.idle();
    const order = await bot.store.orders.byEvent('asked');
    await bot.order(`approve ${order?.id}`, ben);
    const entry = (await bot.store.audit.last(50)).find((one) => one.action === 'order.approved');
    expect(entry).toMatchObject({ actor: ben });
    expect(entry?.via).toBeUndefined();
  });

  it('is refused to a stranger without a word about the order', async () => {
    bot = await testBot([slow, runs], world);
    const order = await bot.order('slow', ada);
    await bot.order(`cancel ${order.id}`, ada);
    expect(await bot.order(`approve ${order.id}`, rex)).toMatchObject({ refusal: { code: 'order.unknown' } });
  });
});

describe('the card that asks', () => {
  it('shows the line as it was typed, and nothing in it as markup', async () => {
    bot = await testBot([slow, runs], world);
    const order = await bot.order('slow', ada);
    expect(order.card?.fields).toContainEqual(expect.objectContaining({ value: 'slow' }));
  });
});

describe('a run that waits in the queue', () => {
  /** One run under way, and another of the same host that waits for it, both approved. */
  const waiting = async () => {
    const [first, second] = [await bot.order('slow', ada), await bot.order('slow', ada)];
    await bot.order(`approve ${first.id}`, ben);
    await bot.until(first.id, (one) => one.state === 'running');
    await bot.order(`approve ${second.id}`, ben);
    await bot.until(second.id, (one) => one.state === 'queued');
    return { first, second };
  };

  it('begins when all is as it was', async () => {
    bot = await testBot([slow, runs], world);
    const { second } = await waiting();
    await bot.until(second.id, (one) => one.state === 'done');
  });

  it('is said not to begin when it is cancelled before, and there is nothing to stop at once', async () => {
    bot = await testBot([slow, runs], world);
    const { second } = await waiting();
    const run = (await bot.store.orders.get(second.id))?.runId;
    const card = await bot.say(`cancel ${second.id}`, ada);
    expect(inLanguage(card.title, 'en')).toBe(`Run ${run} was waiting: it does not begin`);
    expect(card.actions ?? []).toEqual([]);
    expect(await bot.until(second.id, (one) => one.state === 'cancelled')).toMatchObject({ runId: run });
  });

  it('does not begin when its asker has lost the right meanwhile, and says why', async () => {
    bot = await testBot([slow, runs], world);
    const { first, second } = await waiting();
    bot.configure({ people: { [ada]: [], [ben]: ['lead'] } });
    const ended = await bot.until(second.id, (one) => one.state === 'cancelled');
    expect(ended).toMatchObject({ refusal: { code: 'run.right_lost' } });
    expect(JSON.stringify(ended.card)).toContain('may no longer do it on all its hosts; nothing was run.');
    await bot.until(first.id, (one) => one.state === 'done');
    expect(await log()).toEqual(['one', 'two']);
    const entries = await bot.store.audit.last(50);
    expect(entries.some(({ details }) => details.code === 'run.right_lost')).toBe(true);
  });

  it.each([
    ['the rules want more approvals', { rules: rule(2) }],
    ['who approved it may no longer approve', { people: { [ada]: ['operator'], [ben]: ['resumer'] } }],
  ])('does not begin when %s', async (_what, change) => {
    bot = await testBot([slow, runs], world);
    const { second } = await waiting();
    bot.configure(change);
    const ended = await bot.until(second.id, (one) => one.state === 'cancelled');
    expect(ended).toMatchObject({ refusal: { code: 'run.approvals_lost' } });
    expect((await log()).filter((line) => line === 'one')).toHaveLength(1);
  });
});
