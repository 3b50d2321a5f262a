import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyAudit } from '#audit/verify.ts';
import type { Order } from '#core/order.ts';
import { inLanguage } from '#core/text.ts';
import { arg, change, definePlugin, question, z } from '#kit';
import { type TestBot, type TestWorld, testBot } from '#testing';

const shop = definePlugin({
  name: 'shop',
  about: 'a plugin for these tests',
  settings: z.object({}),
  commands: [
    question({
      name: 'greet',
      about: 'greets',
      permission: 'greet.use',
      needs: [],
      args: { name: arg.word({ about: 'whom' }) },
      examples: ['greet ada'],
      answer: ({ args }) => ({ tone: 'good', title: `Hello ${args.name}` }),
    }),
    question({
      name: 'break',
      about: 'throws',
      permission: 'greet.use',
      needs: [],
      args: {},
      examples: ['break'],
      answer: () => {
        throw new Error('secret stack with hunter2-hunter2');
      },
    }),
    change({
      name: 'write',
      about: 'writes a file',
      permission: 'write.run',
      risk: 'ordinary',
      needs: [],
      args: { text: arg.word({ about: 'what' }), hosts: arg.hosts({ about: 'where', optional: true, after: 'to' }) },
      examples: ['write hello to web'],
      plan: ({ args }) => ({
        do: 'play',
        title: `Write ${args.text}`,
        playbook: 'write.yml',
        limit: (args.hosts ?? ['web-1']).join(','),
        vars: { text: args.text },
      }),
    }),
    change({
      name: 'wipe',
      about: 'grave',
      permission: 'write.run',
      risk: 'grave',
      needs: [],
      args: {},
      examples: ['wipe'],
      plan: () => ({ do: 'play', title: 'Wipe', playbook: 'write.yml', limit: 'web-1', vars: { text: 'wiped' } }),
    }),
    change({
      name: 'fill',
      about: 'fills the databases',
      permission: 'write.run',
      risk: 'ordinary',
      needs: [],
      args: {},
      examples: ['fill'],
      plan: () => ({ do: 'play', title: 'Fill', playbook: 'write.yml', limit: 'db', vars: { text: 'full' } }),
    }),
  ],
});

const echo = definePlugin({
  name: 'echo',
  about: 'says again what was said',
  settings: z.object({}),
  commands: [
    question({
      name: 'echo',
      about: 'says it again',
      permission: 'greet.use',
      needs: [],
      args: { what: arg.words({ about: 'what' }), loud: arg.flag({ about: 'loudly' }) },
      examples: ['echo hello'],
      answer: ({ args }) => ({ tone: 'good', title: args.what.join(' ') }),
    }),
  ],
});

const playbook = `
- hosts: all
  tasks:
    - name: the file
      copy:
        dest: "{{ home }}/said"
        content: "{{ text }}\\n"
    - name: count
      shell: echo ran >> count
      args:
        chdir: "{{ home }}"
`;

const ada = 'memory:local:ada';
const ben = 'memory:local:ben';
const eve = 'memory:local:eve';
const carol = 'memory:local:carol';

const world: TestWorld = {
  people: { [ada]: ['operator'], [ben]: ['lead'], [eve]: ['guest'] },
  roles: {
    operator: { 'greet.use': ['all'], 'write.run': ['web'] },
    lead: { '*': ['all'] },
    guest: { 'greet.use': ['all'] },
  },
  hosts: { web: ['web-1', 'web-2'], db: ['db-1'] },
  playbooks: { 'write.yml': playbook },
};

let bot: TestBot;
const open = async (more: TestWorld = {}) => {
  bot = await testBot([shop], { ...world, ...more });
  return bot;
};
const title = (card: { title: Parameters<typeof inLanguage>[0] } | undefined) =>
  card ? inLanguage(card.title, 'en') : '';
const said = (host: string) => readFile(join(bot.folder, 'hosts', host, 'said'), 'utf8').catch(() => 'nothing');
const count = async (host: string) =>
  (await readFile(join(bot.folder, 'hosts', host, 'count'), 'utf8').catch(() => '')).split('\n').filter(Boolean).length;

afterEach(() => bot?.stop());

describe('a question', () => {
  it('is answered in the chat it came from, and written down', async () => {
    await open();
    const order = await bot.order('Greet ada.');
    expect(order).toMatchObject({ state: 'done', command: 'greet', args: { name: 'ada' } });
    const shown = await bot.chat.until((card) => title(card) === 'Hello ada');
    expect(shown.key).toBe(`order:${order.id}`);
    const entries = await bot.store.audit.last(10);
    expect(entries.map((entry) => entry.action)).toEqual(['order.finished', 'order.accepted']);
    expect(await verifyAudit(bot.store.audit)).toMatchObject({ intact: true, entries: 2 });
  });

  it('is refused without the right, and the refusal is written down', async () => {
    await open({ people: { [eve]: [] } });
    const order = await bot.order('greet ada', eve);
    expect(order).toMatchObject({ state: 'refused', refusal: { code: 'policy.not_allowed' } });
    expect((await bot.store.audit.last(1))[0]).toMatchObject({ action: 'order.refused', actor: eve });
  });

  it('is refused to a stranger', async () => {
    await open();
    expect(await bot.order('greet ada', 'memory:local:nobody')).toMatchObject({ refusal: { code: 'actor.unknown' } });
  });

  it('asks for what is missing with a form whose line completes it', async () => {
    await open();
    const order = await bot.order('greet');
    expect(order.state).toBe('asking');
    expect(order.card?.form).toMatchObject({ line: 'greet', fields: [{ name: 'name', required: true }] });
    expect(bot.core.pipeline.filled('greet', { name: 'ada' })).toBe('greet ada');
  });

  it('says nothing of what a plugin threw', async () => {
    await open({ secrets: { password: 'hunter2-hunter2' } });
    const order = await bot.order('break');
    expect(order).toMatchObject({ state: 'failed', refusal: { code: 'plugin.failed' } });
    expect(JSON.stringify(order)).not.toMatch(/hunter2|at .*\.ts/);
  });

  it('takes the same event once, whatever its text became', async () => {
    await open();
    const first = await bot.order('greet ada', ada, 'event-1');
    const again = await bot.chat.say({ actor: ada, text: 'greet ben', id: 'event-1' });
    expect(again).toEqual({ status: 'duplicate', eventId: again.eventId, order: first.id, differs: true });
    const same = await bot.chat.say({ actor: ada, text: 'greet ada', id: 'event-1' });
    expect(same).toEqual({ status: 'duplicate', eventId: same.eventId, order: first.id });
    expect(await bot.store.orders.last(10)).toHaveLength(1);
    expect(first.args).toEqual({ name: 'ada' });
  });

  it('never lets a secret into what is kept or said', async () => {
    await open({ secrets: { password: 'hunter2-hunter2' } });
    const order = await bot.order('greet hunter2-hunter2');
    expect(JSON.stringify([order, await bot.store.audit.last(10)])).not.toContain('hunter2');
  });
});

describe('a guess at a secret', () => {
  const guess = 'echo correct --loud horse battery';
  beforeEach(async () => {
    bot = await testBot([shop, echo], { ...world, secrets: { password: 'correct horse battery' } });
  });

  it.each([
    ['with a flag between its words', guess],
    [
      'with a word in it that nobody knows, which would be left out of the line that is offered',
      'echo correct --zzzzzz horse battery',
    ],
  ])('is refused and recorded %s', async (_name, line) => {
    const order = await bot.order(line);
    expect(order).toMatchObject({ state: 'refused', refusal: { code: 'secret.in_message' } });
    expect(JSON.stringify(order)).not.toContain('[redacted]');
    expect(await bot.store.audit.last(9)).toMatchObject([
      { action: 'order.refused' },
      { action: 'message.held_secret' },
    ]);
  });

  it('says no more after three, whether it is right or not', async () => {
    for (let time = 0; time < 3; time += 1) await bot.order(guess);
    for (const line of [guess, 'echo wrong --loud horse'])
      expect(await bot.order(line)).toMatchObject({ state: 'refused', refusal: { code: 'secret.too_often' } });
  });
});

describe('an ordinary change', () => {
  it('shows its plan, runs once it is confirmed, and only once', async () => {
    await open();
    const order = await bot.order('write hello');
    expect(order.state).toBe('confirming');
    expect(await said('web-1')).toBe('nothing');
    await bot.tap(order, 'confirm');
    await bot.chat.tap(`order:${order.id}`, 'confirm', ada).catch(() => undefined);
    expect(await bot.order(`confirm ${order.id}`)).toMatchObject({
      state: 'done',
      command: 'confirm',
      args: { order: order.id },
    });
    const done = await bot.until(order.id, (one) => one.state === 'done');
    expect(await said('web-1')).toBe('hello\n');
    expect(await count('web-1')).toBe(1);
    expect(await said('web-2')).toBe('nothing');
    expect(done.runId).toBeDefined();
    expect((await bot.store.runs.last(10)).length).toBe(1);
  });

  it('is confirmed by its asker only', async () => {
    await open();
    const order = await bot.order('write hello');
    expect(await bot.order(`confirm ${order.id}`, ben)).toMatchObject({ refusal: { code: 'order.not_yours' } });
    expect((await bot.store.orders.get(order.id))?.state).toBe('confirming');
  });

  it('is refused on hosts the actor has no right on, before anything is asked of them', async () => {
    await open();
    expect(await bot.order('write hello to db')).toMatchObject({
      state: 'refused',
      refusal: { code: 'policy.not_allowed' },
    });
  });

  it('can be cancelled, and then no longer confirmed', async () => {
    await open();
    const order = await bot.order('write hello');
    await bot.tap(order, 'cancel');
    expect((await bot.until(order.id, (one) => one.state === 'cancelled')).state).toBe('cancelled');
    expect(await bot.order(`confirm ${order.id}`)).toMatchObject({ refusal: { code: 'order.not_waiting' } });
    expect(await said('web-1')).toBe('nothing');
  });

  it('expires when nobody confirms it in time', async () => {
    let now = Date.now();
    await open({ clock: { now: () => now } });
    const order = await bot.order('write hello');
    now += 16 * 60_000;
    expect(await bot.order(`confirm ${order.id}`)).toMatchObject({
      state: 'refused',
      refusal: { code: 'order.expired' },
    });
    await bot.until(order.id, (one) => one.state === 'expired');
  });

  it('is only shown after the word plan', async () => {
    await open();
    const order = await bot.order('plan write hello');
    expect(order).toMatchObject({ state: 'done' });
    expect(order.card?.actions ?? []).toEqual([]);
    expect(await said('web-1')).toBe('nothing');
  });

  it('fails without a change when a host does not answer', async () => {
    await open();
    bot.ssh.unreachable('web-1');
    const order = await bot.order('write hello');
    expect(order.state).toBe('failed');
    expect(await said('web-1')).toBe('nothing');
  });

  it('stops when the host is no longer as the plan saw it', async () => {
    await open();
    const order = await bot.order('write hello');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(bot.folder, 'hosts', 'web-1', 'said'), 'somebody was here\n');
    await bot.tap(order, 'confirm');
    const failed = await bot.until(order.id, (one) => one.state === 'failed');
    expect(failed.refusal?.code).toMatch(/drift/);
    expect(await said('web-1')).toBe('somebody was here\n');
    expect(await count('web-1')).toBe(0);
  });
});

describe('a grave change', () => {
  it('needs somebody else, who may', async () => {
    await open();
    const order = await bot.order('wipe');
    expect(order.state).toBe('approving');
    expect(await bot.order(`approve ${order.id}`, ada)).toMatchObject({ state: 'refused' });
    expect(await bot.order(`approve ${order.id}`, eve)).toMatchObject({ state: 'refused' });
    expect(await bot.order(`confirm ${order.id}`, ada)).toMatchObject({ refusal: { code: 'order.needs_another' } });
    expect(await said('web-1')).toBe('nothing');
    await bot.tap(order, 'approve', ben);
    await bot.until(order.id, (one) => one.state === 'done');
    expect(await said('web-1')).toBe('wiped\n');
    const actions = (await bot.store.audit.last(50)).map((entry) => `${entry.action} ${entry.actor}`);
    expect(actions).toContain(`order.approved ${ben}`);
  });

  it('says in its title that it waits, and in its text why and for whom, by name', async () => {
    await open({
      rules: [
        {
          name: 'The web takes two people',
          when: { permission: 'write.run', on: ['web'] },
          require: { approvals: 1, by: ['lead'] },
          within: '15m',
        },
      ],
    });
    const order = await bot.order('write x');
    expect(order.state).toBe('approving');
    const said = (language: 'en' | 'fr') =>
      [order.card?.title ?? '', order.card?.text ?? ''].map((text) => inLanguage(text, language));
    const [en, enText] = said('en');
    expect(en).toBe('Write x waits for an approval');
    expect(enText?.split('\n\n')[0]).toBe(
      `Asked by **ada**. “The web takes two people”: **ben** may approve.\n2 changes on web-1`,
    );
    const [fr, frText] = said('fr');
    expect(fr).toBe('Write x attend un accord');
    expect(frText?.split('\n\n')[0]).toBe(
      `Demandé par **ada**. « The web takes two people » : **ben** peut approuver.\n2 changements sur web-1`,
    );
    const own = await bot.order(`approve ${order.id}`, ada);
    expect(own.refusal?.say).toEqual({
      en: 'You asked for this yourself: ben may approve it.',
      fr: 'C’est votre demande : ben peut l’approuver.',
    });
    expect(own.refusal?.next).toBeUndefined();
    const confirmed = await bot.order(`confirm ${order.id}`, ada);
    expect(inLanguage(confirmed.refusal?.say ?? '', 'en')).toBe(
      `Order ${order.id} waits for somebody else: ben may approve it.`,
    );
  });

  it('a rule that asks for a confirmation is named on the card', async () => {
    const name = 'The web is looked at twice';
    await open({ rules: [{ name, when: { on: ['web'] }, require: { confirmation: true }, within: '15m' }] });
    const order = await bot.order('write x');
    expect(order.state).toBe('confirming');
    expect(order.card?.fields?.[1]).toEqual({ label: { en: 'Rule', fr: 'Règle' }, value: name });
  });

  it('shows which approvals are there and which are still wanted', async () => {
    const rule = { name: 'Two look', when: { on: ['web'] }, require: { approvals: 2 }, within: '15m' } as const;
    await open({
      rules: [rule],
      people: { [ada]: ['operator'], [ben]: ['lead', 'operator'], [carol]: ['lead', 'operator'], [eve]: ['guest'] },
    });
    const shown = async (id: number, language: 'en' | 'fr' = 'en') => {
      const { title = '', text = '' } = (await bot.store.orders.get(id))?.card ?? {};
      return [inLanguage(title, language), inLanguage(text, language).split('\n')[0]];
    };
    const { id } = await bot.order('write x');
    expect(await shown(id)).toEqual([
      'Write x waits for 2 approvals',
      'Asked by **ada**. “Two look”: 2 of **ben**, **carol** have to approve.',
    ]);
    await bot.order(`approve ${id}`, ben);
    expect(await shown(id)).toEqual([
      'Write x waits for one more approval',
      'Asked by **ada**. Approved by **ben**. “Two look”: **carol** may approve.',
    ]);
    expect(await shown(id, 'fr')).toEqual([
      'Write x attend encore un accord',
      'Demandé par **ada**. Accord de **ben**. « Two look » : **carol** peut approuver.',
    ]);
    await bot.order(`deny ${id}`, carol);
    const [title, text] = await shown(id);
    expect([title, text?.includes('may approve')]).toEqual([`Order ${id} denied by carol`, false]);
  });

  it('that nobody can approve says so', async () => {
    await open({ people: { [ada]: ['operator'], [eve]: ['guest'] } });
    const order = await bot.order('wipe');
    expect(inLanguage(order.card?.text ?? '', 'en')).toContain('It is a grave change: nobody may approve it now.');
  });

  it('tells a tapper who may not, and nobody else', async () => {
    await open();
    const order = await bot.order('wipe');
    await bot.tap(order, 'approve', eve);
    const whisper = await bot.chat.until((_card, message) => message.to === eve);
    expect(whisper.to).toBe(eve);
    expect(bot.chat.seenBy(ada).some((message) => message.key === whisper.key)).toBe(false);
  });

  it('can be denied, and then never runs', async () => {
    await open();
    const order = await bot.order('wipe');
    await bot.tap(order, 'deny', ben);
    await bot.until(order.id, (one) => one.state === 'cancelled');
    expect(await bot.order(`approve ${order.id}`, ben)).toMatchObject({ state: 'refused' });
    expect(await said('web-1')).toBe('nothing');
  });

  it('still waits after a restart, bound to the same plan', async () => {
    await open({ folder: join('/tmp', `quarterdeck-restart-${process.pid}`) });
    const { folder } = bot;
    try {
      const order = await bot.order('wipe');
      await bot.stop();
      await open({ folder });
      const waiting = await bot.store.orders.get(order.id);
      expect(waiting).toMatchObject({ state: 'approving', planHash: order.planHash });
      await bot.order(`approve ${order.id}`, ben);
      await bot.until(order.id, (one) => one.state === 'done');
      expect(await said('web-1')).toBe('wiped\n');
    } finally {
      await bot.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a fault in the line', () => {
  it('is answered with the nearest command as a button that works', async () => {
    await open();
    const order = await bot.order('gret ada');
    expect(order.card?.actions).toMatchObject([{ line: 'greet ada' }, { line: 'help' }]);
    await bot.tap(order, 'line-0');
    expect(title((await bot.chat.until((card) => title(card) === 'Hello ada')).card)).toBe('Hello ada');
  });

  it('is answered with no command that one may not use', async () => {
    await open();
    expect((await bot.order('writ ada', ada)).card?.actions).toMatchObject([{ line: 'write ada' }, { line: 'help' }]);
    const { refusal, card } = await bot.order('writ ada', eve);
    expect([refusal?.next, card?.actions?.map(({ line }) => line)]).toEqual([
      { en: 'Type “help” for what I can do.', fr: 'Tapez « help » pour ce que je sais faire.' },
      ['help'],
    ]);
  });

  it('help names as an example a command that one may use', async () => {
    await open();
    const words = async (actor: string) => inLanguage((await bot.say('help', actor)).text ?? '', 'en');
    expect(await words(ada)).toContain('More of one: `help write`. Everything: `help all`.');
    expect(await words(eve)).toContain('More of one: `help greet`. Everything: `help all`.');
    bot.configure({ people: { [eve]: [] } });
    expect(await words(eve)).toBe('Everything: `help all`.');
  });

  it('help is short, and all of it is what the actor may use and nothing else', async () => {
    await open();
    const first = await bot.say('help', ada);
    expect(inLanguage(first.text ?? '', 'en')).toMatch(
      /^\*\*Ask\*\* `greet` `break`\n\*\*Change\*\* `write` `wipe` `fill`\n/,
    );
    expect(first.actions?.map(({ line }) => line)).toEqual(['greet', 'break']);
    expect(JSON.stringify(await bot.say('help', eve))).not.toContain('write');
    expect(JSON.stringify(await bot.say('help all', ada))).toContain('write TEXT');
    expect(JSON.stringify(await bot.say('help all', eve))).not.toContain('write TEXT');
    expect(JSON.stringify(await bot.say('help write', ada))).toContain('write TEXT [to HOSTS]');
  });

  it('what is missing is asked for in words, in both languages', async () => {
    await open();
    const { card } = await bot.order('write', ada);
    expect(card?.title).toEqual({ en: 'write: what?', fr: 'write : what ?' });
    expect(card?.text).toBeUndefined();
  });

  it('help may be asked for with a mark at its end', async () => {
    await open();
    for (const line of ['Help write?', 'help write.', 'help write ?', 'help “write”!'])
      expect((await bot.order(line, ada)).card?.title, line).toMatchObject({ en: expect.stringMatching(/^write: /) });
  });

  it('help for a word it does not know offers the nearest', async () => {
    await open();
    const order = await bot.order('help writ', ada);
    expect(order).toMatchObject({ state: 'refused', refusal: { code: 'help.unknown' } });
    expect(order.card?.actions?.map(({ line }) => line)).toEqual(['help write', 'help']);
  });
});

describe('when the audit cannot be written', () => {
  it('nothing runs', async () => {
    await open();
    const order = await bot.order('write hello');
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(bot.folder, 'quarterdeck.db'));
    database.exec(`create trigger refuse_audit before insert on audit begin select raise(abort, 'no'); end`);
    database.close();
    await bot.chat.say({ actor: ada, text: `confirm ${order.id}` });
    await bot.chat.say({ actor: ada, text: 'greet ada' });
    await bot.core.pipeline.idle();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await said('web-1')).toBe('nothing');
    expect(await bot.store.runs.last(10)).toEqual([]);
    expect(bot.chat.messages().some((message) => title(message.card) === 'Hello ada')).toBe(false);
  });
});

describe('a word without a number', () => {
  it.each([
    ['yes', 'Nothing is waiting for a yes here.'],
    ['approve', 'Nothing is waiting for an approval here.'],
    ['deny', 'Nothing is waiting for a no here.'],
    ['no', 'Nothing here can be cancelled.'],
  ])('%s with nothing waiting says so', async (word, sentence) => {
    await open();
    const { state, card } = await bot.order(word);
    expect([state, inLanguage(card?.title ?? '', 'en')]).toEqual(['refused', sentence]);
  });

  it('is about the one order it can be about, and asks when there are several', async () => {
    await open();
    const order = await bot.order('write hello');
    expect(await bot.order('yes')).toMatchObject({ state: 'done' });
    await bot.until(order.id, (one) => one.state === 'done');
    await bot.order('write one');
    await bot.order('write two');
    const asked = await bot.order('yes');
    expect(asked).toMatchObject({ state: 'refused', refusal: { code: 'order.which' } });
    expect(asked.card?.actions?.map(({ line }) => line)).toEqual(['confirm 4', 'confirm 3']);
    expect(await said('web-1')).toBe('hello\n');
  });

  it.each([
    ['yes', 'confirm'],
    ['no', 'cancel'],
  ])('%s is not about a plan that other lines have come after: it asks', async (word, meant) => {
    await open();
    const order = await bot.order('write hello');
    await bot.order('greet ada');
    const asked = await bot.order(word);
    expect(asked).toMatchObject({ state: 'refused', refusal: { code: 'order.which' } });
    expect(asked.card?.actions?.map(({ line }) => line)).toEqual([`${meant} ${order.id}`]);
    expect(await bot.store.orders.get(order.id)).toMatchObject({ state: 'confirming' });
    await bot.order(`${meant} ${order.id}`);
    const end = await bot.until(order.id, ({ state }) => state === 'done' || state === 'cancelled');
    expect(end.state).toBe(word === 'yes' ? 'done' : 'cancelled');
  });

  it('is about the last plan here, whatever others or the asker say elsewhere', async () => {
    await open();
    const order = await bot.order('write hello');
    await bot.order('greet ben', ben);
    await bot.chat.say({ actor: ada, text: 'greet ada', thread: 'order:99' });
    await bot.chat.say({ actor: ada, text: 'greet ada', channel: 'elsewhere' });
    await bot.order('yes');
    expect(await bot.until(order.id, ({ state }) => state === 'done')).toBeDefined();
  });

  it('stops what runs after its yes, also when one has looked at it since', async () => {
    await open({ playbooks: { 'write.yml': '- hosts: all\n  tasks:\n    - shell: sleep 1\n    - shell: sleep 1\n' } });
    const order = await bot.order('write hello');
    await bot.order('yes');
    await bot.until(order.id, ({ state }) => state === 'running');
    await bot.order('greet ada');
    await bot.order('stop');
    await bot.until(order.id, ({ state }) => state === 'cancelled');
    const second = await bot.order('write again');
    await bot.order('yes');
    await bot.until(second.id, ({ state }) => state === 'running');
    await bot.order('stop');
    await bot.until(second.id, ({ state }) => state === 'cancelled');
  });

  it('is about the order of its thread', async () => {
    await open();
    const first = await bot.order('write one');
    await bot.order('write two');
    await bot.chat.say({ actor: ada, text: 'Yes.', thread: `order:${first.id}` });
    await bot.until(first.id, (one) => one.state === 'done');
    expect(await said('web-1')).toBe('one\n');
  });

  describe('in the thread of an order that is over', () => {
    const saidThere = async (text: string, thread: number, actor = ada) => {
      const { order } = await bot.chat.say({ actor, text, thread: `order:${thread}` });
      await bot.core.pipeline.idle();
      return (await bot.store.orders.get(order ?? 0)) as Order;
    };

    it('is about what waits in that thread', async () => {
      await open();
      const over = await bot.order('greet ada');
      const order = await saidThere('write one', over.id);
      expect(order.state).toBe('confirming');
      await saidThere('yes', over.id);
      await bot.until(order.id, ({ state }) => state === 'done');
      const second = await saidThere('write two', over.id);
      await bot.order('write elsewhere');
      await saidThere('cancel', over.id);
      await bot.until(second.id, ({ state }) => state === 'cancelled');
    });

    it('of somebody else is asked about, unless that is the order of the thread', async () => {
      await open({ people: { [ada]: ['lead'], [ben]: ['lead'] } });
      const first = await bot.order('wipe');
      await bot.order(`approve ${first.id}`, ben);
      await bot.until(first.id, ({ finishedAt }) => finishedAt !== undefined);
      const second = await saidThere('wipe', first.id);
      const asked = await saidThere('approve', first.id, ben);
      expect(asked.refusal?.code).toBe('order.which');
      expect(asked.card?.actions?.map(({ line }) => line)).toEqual([`approve ${second.id}`]);
      expect(await bot.store.orders.get(second.id)).toMatchObject({ state: 'approving' });
    });

    it('is about none of those elsewhere', async () => {
      await open();
      const over = await bot.order('greet ada');
      const order = await bot.order('write one');
      expect((await saidThere('yes', over.id)).refusal?.code).toBe('order.not_waiting');
      expect(await bot.store.orders.get(order.id)).toMatchObject({ state: 'confirming' });
    });

    it('asks which where several wait there, and where something else was said since', async () => {
      await open();
      const over = await bot.order('greet ada');
      const one = await saidThere('write one', over.id);
      await saidThere('greet ben', over.id);
      const asked = await saidThere('yes', over.id);
      expect(asked.card?.actions?.map(({ line }) => line)).toEqual([`confirm ${one.id}`]);
      const two = await saidThere('write two', over.id);
      const again = await saidThere('yes', over.id);
      expect(again.refusal?.code).toBe('order.which');
      expect(again.card?.actions?.map(({ line }) => line).sort()).toEqual(
        [`confirm ${one.id}`, `confirm ${two.id}`].sort(),
      );
    });
  });
});

describe('a host that only the changed inventory has', () => {
  it('is not touched before the rules for it are in force', async () => {
    await open({
      people: { [ada]: ['lead'] },
      rules: [{ name: 'db', when: { on: ['db'] }, require: { approvals: 1 }, within: '1m' }],
    });
    const file = join(bot.folder, 'inventory.yml');
    const more = (await readFile(file, 'utf8')).replace(/^( *)db-1:/m, '$1db-2: {}\n$&');
    await writeFile(file, more);
    const order = await bot.order('fill');
    expect(order).toMatchObject({ state: 'refused', refusal: { code: 'order.unknown_hosts' } });
  });
});

describe('an approval in another’s name', () => {
  it('is no approval', async () => {
    await open();
    const order = await bot.order('wipe');
    const incoming = { kind: 'message', channel: 'ops', chat: 'cli', at: new Date().toISOString() } as const;
    await bot.core.pipeline.receive({
      ...incoming,
      eventId: 'proxy',
      actor: ben,
      via: 'root',
      text: `approve ${order.id}`,
    });
    await bot.core.pipeline.idle();
    expect(await bot.store.orders.byEvent('proxy')).toMatchObject({ refusal: { code: 'order.approval_by_proxy' } });
    expect((await bot.store.orders.get(order.id))?.state).toBe('approving');
  });
});

describe('an order from outside any chat', () => {
  it.each([
    ['cli', 'ada, from the terminal', 'ada, depuis le terminal'],
    ['api', 'ada, from the API', 'ada, par l’API'],
  ])('by %s says on the board who asked, and from where', async (chat, en, fr) => {
    await open();
    const at = new Date().toISOString();
    const said = { kind: 'message', channel: 'api', chat, at, actor: ada, eventId: chat } as const;
    await bot.core.pipeline.receive({ ...said, text: 'write x' });
    await bot.core.pipeline.idle();
    const [message] = await bot.store.outbox.due('console', new Date().toISOString(), 10);
    expect(message?.card.by).toEqual({ en, fr });
    expect((await bot.order('write y')).card?.by).toBeUndefined();
  });

  it('that was asked for more, and never answered, is nothing to the board', async () => {
    let now = Date.now();
    await open({ clock: { now: () => now } });
    const said = { kind: 'message', channel: 'api', chat: 'cli', actor: ada, eventId: 'x', via: 'root' } as const;
    await bot.core.pipeline.receive({ ...said, at: new Date(now).toISOString(), text: 'greet' });
    await bot.core.pipeline.idle();
    const asked = await bot.store.orders.byEvent('x');
    expect(asked?.state).toBe('asking');
    now += 16 * 60_000;
    await bot.until(asked?.id ?? 0, ({ state }) => state === 'expired');
    expect(await bot.store.outbox.due('console', new Date(now + 60_000).toISOString(), 10)).toEqual([]);
  });

  it('that was confirmed in advance has its confirmation in the audit, with the plan it was of', async () => {
    await open();
    const at = new Date().toISOString();
    const said = { kind: 'message', channel: 'api', chat: 'cli', at, actor: ada, eventId: 'x', via: 'root' } as const;
    await bot.core.pipeline.receive({ ...said, text: 'write x', confirmed: true });
    await bot.core.pipeline.idle();
    const { id = 0, planHash } = (await bot.store.orders.byEvent('x')) ?? {};
    const entries = (await bot.store.audit.last(20)).filter(({ orderId }) => orderId === id).reverse();
    expect(entries.slice(0, 2).map(({ action }) => action)).toEqual(['order.accepted', 'order.confirmed']);
    expect(entries[1]).toMatchObject({ actor: ada, via: 'root', details: { planHash, inAdvance: true } });
  });

  it('said in another’s name says on whose account', async () => {
    await open();
    const at = new Date().toISOString();
    const said = { kind: 'message', channel: 'api', chat: 'cli', at, actor: ada, eventId: 'x', via: 'root' } as const;
    await bot.core.pipeline.receive({ ...said, text: 'write x' });
    await bot.core.pipeline.idle();
    const [message] = await bot.store.outbox.due('console', new Date().toISOString(), 10);
    expect(inLanguage(message?.card.by ?? '', 'en')).toBe('ada, from the terminal of root');
  });
});

describe('a run under way', () => {
  const slow = `
- hosts: all
  tasks:
    - name: first
      shell: echo first >> {{ home }}/count; sleep 1
    - name: second
      shell: echo second >> {{ home }}/count
`;

  it('shows how it goes, and stops at the end of a task when it is cancelled', async () => {
    await open({ playbooks: { 'write.yml': slow } });
    const order = await bot.order('write x');
    await bot.tap(order, 'confirm');
    await bot.chat.until((card, message) => message.key === `order:${order.id}` && card.actions?.[0]?.id === 'stop');
    await bot.tap(order, 'stop');
    await bot.chat.until(
      (card, message) => message.key === `order:${order.id}` && card.actions?.[0]?.id === 'stop-now',
    );
    const cancelled = await bot.until(order.id, (one) => one.state === 'cancelled');
    expect(await count('web-1')).toBe(1);
    expect(cancelled.card?.actions).toMatchObject([{ line: `runs resume ${cancelled.runId}` }, { line: 'write x' }]);
  });

  it('makes the next on its host wait, which says for what', async () => {
    await open({ playbooks: { 'write.yml': slow } });
    const first = await bot.order('write x');
    const second = await bot.order('write y');
    await bot.tap(first, 'confirm');
    const { runId } = await bot.until(first.id, (one) => one.state === 'running');
    await bot.tap(second, 'confirm');
    const waits = await bot.chat.until(
      (card, message) => message.key === `order:${second.id}` && JSON.stringify(card).includes('It waits for'),
    );
    expect(inLanguage(waits.card?.text ?? '', 'en')).toContain(`It waits for run ${runId}, which holds web-1.`);
    await bot.until(second.id, (one) => one.state !== 'queued' && one.state !== 'running');
  });

  const sayings = async (before: number) => {
    await open({ playbooks: { 'write.yml': slow } });
    const order = await bot.order('write x');
    await bot.order(`confirm ${order.id}`);
    for (let n = 0; n < before; n += 1) await bot.say(`greet n${n}`);
    const { runId } = await bot.until(order.id, (one) => one.state === 'done');
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { order, runId, end: bot.chat.seenBy(ada).find(({ key }) => key === `end:${order.id}`) };
  };

  it('is told again in one line, with the way to the run, when its own card is far above', async () => {
    const { order, runId, end } = await sayings(3);
    expect(end?.card).toEqual({
      tone: 'good',
      title: {
        en: `Order ${order.id}, Write x: done, 2 changes`,
        fr: `Ordre ${order.id}, Write x : fait, 2 changements`,
      },
      brief: { run: runId },
    });
  });

  it('is told once while its own card is among the last few messages', async () => {
    const { end } = await sayings(1);
    expect(end).toBeUndefined();
  });

  it('is killed when it is stopped now', async () => {
    await open({ playbooks: { 'write.yml': slow.replace('sleep 1', 'sleep 60') } });
    const order = await bot.order('write x');
    await bot.tap(order, 'confirm');
    await bot.chat.until((card, message) => message.key === `order:${order.id}` && card.actions?.[0]?.id === 'stop');
    await vi.waitFor(async () => expect(await count('web-1')).toBe(1), { timeout: 15_000 });
    await bot.order(`cancel ${order.id} --now`);
    await bot.until(order.id, (one) => one.state === 'cancelled');
    expect(await count('web-1')).toBe(1);
  });

  it('is nobody’s to stop who has no right on its hosts', async () => {
    await open({ playbooks: { 'write.yml': slow } });
    const order = await bot.order('write x');
    await bot.tap(order, 'confirm');
    await bot.until(order.id, (one) => one.state === 'running');
    expect(await bot.order(`cancel ${order.id}`, eve)).toMatchObject({ refusal: { code: 'run.not_allowed' } });
    await bot.until(order.id, (one) => one.state === 'done');
    expect(await count('web-1')).toBe(2);
  });
});
