import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, type RealBot, realBots, until } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

/** Another version can be named. */
const ansible = process.env.QUARTERDECK_TEST_ANSIBLE ?? '/usr/bin/ansible-playbook';
const hasAnsible = existsSync(ansible);
const bots = realBots();
let sshd: Sshd;
let bot: RealBot;
let own: string;

const put = (name: string, text: string) => writeFile(join(own, 'playbooks', name), text);
const onHost = (name: string) => readFile(join(sshd.home, name), 'utf8').catch(() => undefined);
const left = async () => (await readdir(own)).filter((name) => name.startsWith('qd-ansible-'));
const isOver = ({ state, closed }: { state: string; closed: boolean }) => closed || state === 'confirming';
const ended = async (id: number) => {
  await until('it is over, or waits for a yes', async () => isOver(await bot.order(id)), 120_000);
  return bot.order(id);
};
const run = async (words: string, yes = true) => ended((await bot.say(`run ${words}`, { yes, wait: 0 })).id);
const confirm = async (id: number) => {
  await bot.say(`confirm ${id}`);
  await until('it is over', async () => (await bot.order(id)).closed, 120_000);
  return bot.order(id);
};
const start = () =>
  bots.start(own, { env: { BOT_SECRET: 'seen', TMPDIR: own } }, ['--config', join(own, 'quarterdeck.yaml')]);

const head = (hosts = 'web') => `- hosts: ${hosts}\n  engine: ansible\n  gather_facts: false\n`;
const greet = () => `${head()}  vars_prompt: [{ name: version, private: false, default: v0 }]
  tasks:
    - name: Write
      template: { src: greeting.j2, dest: '${sshd.home}/greeting' }
`;

/** Processes of Ansible that were started for this bot's playbooks. */
const ansibles = async () => {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (words.includes('ansible-playbook') && words.includes(own)) found.push(pid);
  }
  return found;
};

describe.skipIf(!hasSshd || !hasAnsible)('a playbook with engine: ansible, ordered in chat', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    own = await bots.folder();
    const { identityFiles, knownHosts, user } = sshd.target();
    await mkdir(join(own, 'playbooks/templates'), { recursive: true });
    const at = `ansible_host=127.0.0.1 ansible_port=${sshd.port}`;
    await writeFile(
      join(own, 'hosts.ini'),
      `[web]\nweb-1 ${at}\nweb-2 ${at}\nweb-4 ${at}\nweb-3 ansible_host=localhost ansible_port=${sshd.port}\n[db]\ndb-1 ${at}\n[away]\naway-1 ansible_host=127.0.0.1 ansible_port=1\n`,
    );
    await writeFile(
      join(own, 'quarterdeck.yaml'),
      `harbour: false
inventory: [./hosts.ini]
playbooks: ./playbooks
ansible: { program: ${ansible}, playbooks: [greet.yml, soft.yml, slow.yml, bad.yml, here.yml, here-2.yml, here-3.yml, here-4.yml, away.yml, guard.yml] }
secrets: { token: hush-hush-123 }
ssh: { user: ${user}, agent: false, identityFiles: ${JSON.stringify(identityFiles)}, knownHosts: ${JSON.stringify(knownHosts)} }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [web, away] }] } }
`,
    );
    await put('greet.yml', greet());
    await put('templates/greeting.j2', 'hello {{ version }}\n');
    await put('other.yml', greet());
    await put(
      'slow.yml',
      `${head()}  tasks:\n    - { name: One, shell: 'echo one > ${sshd.home}/one' }\n    - { name: Slow, shell: 'sleep 30; echo slow > ${sshd.home}/slow' }\n`,
    );
    await put(
      'soft.yml',
      `${head()}  tasks:
    - { name: Slow, shell: 'sleep 4; echo soft > ${sshd.home}/soft' }
    - { name: After, shell: 'echo after > ${sshd.home}/after' }
`,
    );
    await put(
      'bad.yml',
      `${head()}  tasks:\n    - { name: First, copy: { content: x, dest: '${sshd.home}/first' } }\n    - { name: Break, shell: 'echo hush-hush-123 >&2; false' }\n`,
    );
    const here = (way: string) => `${head()}  tasks:\n    - { name: Here, shell: 'id > ${own}/here', ${way} }\n`;
    await put('here.yml', here('delegate_to: localhost'));
    await put('here-2.yml', here('connection: local'));
    await put('here-3.yml', here('connection: ansible.builtin.local'));
    await put('here-4.yml', here('vars: { ansible_connection: local }'));
    await put(
      'guard.yml',
      `${head()}  vars: { ansible_ssh_extra_args: '-o StrictHostKeyChecking=no', ansible_host_key_checking: false }
  tasks:
    - { name: Always, shell: 'echo x > ${sshd.home}/always', check_mode: false }
    - { name: Environment, copy: { dest: '${sshd.home}/env', content: "[{{ lookup('env', 'BOT_SECRET') }}]" } }
    - { name: Hidden, copy: { dest: '${sshd.home}/hidden', content: 'pass-{{ 40 + 2 }}' }, no_log: true }
`,
    );
    await put('away.yml', `${head('away')}  tasks:\n    - { name: Knock, ping: {} }\n`);
    bot = await start();
  });
  afterAll(async () => {
    await sshd.stop();
    await bots.end();
  });

  it('is refused until the bot’s owner names it', async () => {
    const order = await run('other on web-1');
    expect([order.state, order.refusal?.code]).toEqual(['failed', 'ansible.not_named']);
  });

  it('is planned and played, answers what it asks for, and has nothing left to change', async () => {
    const done = await run('greet on web-1 version=v7');
    expect([done.state, done.refusal]).toEqual(['done', undefined]);
    expect(await onHost('greeting')).toBe('hello v7\n');
    const { run: row, steps } = await bot.run(done.runId ?? 0);
    expect([row.request.engine, row.recap['web-1'], steps.map(({ state }) => state)]).toMatchObject([
      'ansible',
      { ok: 1, changed: 1 },
      ['changed'],
    ]);
    expect(JSON.stringify(done.card)).not.toContain('qd-ansible-');
    const again = await run('greet on web-1 version=v7');
    expect([again.state, JSON.stringify(again.card)]).toEqual(['done', expect.stringMatching(/nothing to change/i)]);
    expect(await left()).toEqual([]);
  });

  it.each([
    ['greet on web-1 version=../../etc', 'run.variable_text'],
    ['greet on web-1 version="{{ 7 }}"', 'run.variable_text'],
    ['greet on web-1 dest=v7', 'run.variable_set'],
  ])('takes no more than a plain word, where it asks for one: %s', async (words, code) => {
    const order = await run(words);
    expect([order.state, order.refusal?.code]).toEqual(['failed', code]);
  });

  it('keeps to the hosts there is a right for, and to others than the bot’s own machine', async () => {
    const beyond = await run('greet on db-1');
    expect(beyond.state).toMatch(/refused|failed/);
    for (const name of ['here', 'here-2', 'here-3', 'here-4']) {
      const order = await run(`${name} on web-1`);
      expect([name, order.state, order.refusal?.code]).toEqual([name, 'failed', 'ssh.not_here']);
    }
    expect(existsSync(join(own, 'here'))).toBe(false);
  });

  it('stops where a file changed after the yes, before anything is done', async () => {
    await rm(join(sshd.home, 'greeting'), { force: true });
    const asked = await run('greet on web-1', false);
    expect(asked.state).toBe('confirming');
    await put('templates/greeting.j2', 'changed {{ version }}\n');
    const order = await confirm(asked.id);
    const { run: row } = await bot.run(order.runId ?? 0);
    expect([row.state, row.refusal?.code, JSON.stringify(row.refusal?.say)]).toEqual([
      'drifted',
      'run.drifted',
      expect.stringContaining('templates/greeting.j2'),
    ]);
    expect(await onHost('greeting')).toBeUndefined();
    await put('templates/greeting.j2', 'hello {{ version }}\n');
  });

  it('stops where a host is another one than it was planned for, before anything is done', async () => {
    const asked = await run('greet on web-1 version=v8', false);
    await writeFile(join(sshd.home, 'greeting'), 'somebody else was here\n');
    const order = await confirm(asked.id);
    const { run: row, steps } = await bot.run(order.runId ?? 0);
    expect([row.state, row.refusal?.code, steps]).toEqual(['drifted', 'run.drifted', []]);
    expect(await onHost('greeting')).toBe('somebody else was here\n');
  });

  it('tells a failure with what the host said, without secrets', async () => {
    const order = await run('bad on web-1');
    const { run: row, steps } = await bot.run(order.runId ?? 0);
    expect([row.state, row.recap['web-1']]).toMatchObject(['failed', { ok: 1, changed: 1, failed: 1 }]);
    expect(steps.map(({ task, state }) => [task, state])).toEqual([
      ['First', 'changed'],
      ['Break', 'failed'],
    ]);
    expect(JSON.stringify([order, row, steps])).not.toContain('hush-hush-123');
  });

  it('does nothing while it plans, hides what no_log hides, and knows nothing of the bot’s environment', async () => {
    const asked = await run('guard on web-1', false);
    expect([asked.state, await onHost('always'), await onHost('env')]).toEqual(['confirming', undefined, undefined]);
    const order = await confirm(asked.id);
    const seen = await bot.run(order.runId ?? 0);
    expect([order.state, await onHost('always'), await onHost('env'), await onHost('hidden')]).toEqual([
      'done',
      'x\n',
      '[]',
      'pass-42',
    ]);
    expect(JSON.stringify([order, seen])).not.toContain('pass-42');
  });

  it('checks host keys, whatever the playbook says of that', async () => {
    const order = await run('guard on web-3');
    expect([order.state, order.refusal?.code]).toEqual(['failed', 'ssh.host_key_unknown']);
  });

  it('starts nothing where a host cannot be reached', async () => {
    const order = await run('away on away-1');
    expect([order.state, JSON.stringify(order.card)]).toEqual(['failed', expect.stringContaining('unreachable')]);
  });

  it('stops before the next task', async () => {
    const asked = await bot.say('run soft on web-1', { yes: true, wait: 0 });
    await until('its task began', async () => {
      const { runId } = await bot.order(asked.id);
      return runId !== undefined && (await bot.run(runId)).steps.length > 0;
    });
    const runId = (await bot.order(asked.id)).runId ?? 0;
    await bot.say(`runs cancel ${runId}`);
    await until('it is over', async () => (await bot.order(asked.id)).closed, 30_000);
    const { run: row, steps } = await bot.run(runId);
    expect([row.state, row.recap['web-1'], steps.map(({ task, state }) => [task, state])]).toMatchObject([
      'cancelled',
      { ok: 1, changed: 1 },
      [['Slow', 'changed']],
    ]);
    expect([await onHost('soft'), await onHost('after')]).toEqual(['soft\n', undefined]);
  });

  it('stops at the end of a task, and at once when told twice, and tells what nobody saw the end of', async () => {
    const asked = await bot.say('run slow on web-1', { yes: true, wait: 0 });
    await until('its first task is done', async () => (await onHost('one')) !== undefined);
    const runId = (await bot.order(asked.id)).runId ?? 0;
    await until('the second began', async () => (await bot.run(runId)).steps.some(({ task }) => task === 'Slow'));
    await bot.say(`runs cancel ${runId}`);
    await bot.say(`runs cancel ${runId}`);
    await until('it is over', async () => (await bot.order(asked.id)).closed, 30_000);
    const { run: row, steps } = await bot.run(runId);
    expect([row.state, steps.find(({ task }) => task === 'Slow')?.state]).toEqual(['cancelled', 'unknown']);
    expect(await ansibles()).toEqual([]);
    expect(await onHost('slow')).toBeUndefined();
  });

  it('ends with the process that plays, whatever that died of', async () => {
    await rm(join(sshd.home, 'one'), { force: true });
    const asked = await bot.say('run slow on web-4', { yes: true, wait: 0 });
    await until('its first task is done', async () => (await onHost('one')) !== undefined);
    await until('Ansible plays', async () => (await ansibles()).length > 0);
    const children = await readFile(`/proc/${bot.pid}/task/${bot.pid}/children`, 'utf8');
    for (const pid of children.trim().split(' ')) {
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (words.includes('executor-entry')) process.kill(Number(pid), 'SIGKILL');
    }
    await until('Ansible is gone', async () => (await ansibles()).length === 0, 30_000);
    await until('it is over', async () => (await bot.order(asked.id)).closed);
    const { run: row } = await bot.run((await bot.order(asked.id)).runId ?? 0);
    expect([row.state, JSON.stringify(row.refusal?.next)]).toEqual([
      'interrupted',
      expect.stringContaining('as a whole'),
    ]);
    await until('its folder is gone', async () => (await left()).length === 0, 30_000);
  });

  it('is told interrupted after a crash of the bot, ends with it, and is never run again by itself', async () => {
    await rm(join(sshd.home, 'one'), { force: true });
    const asked = await bot.say('run slow on web-2', { yes: true, wait: 0 });
    await until('its first task is done', async () => (await onHost('one')) !== undefined);
    const runId = (await bot.order(asked.id)).runId ?? 0;
    await until('the second began', async () => (await bot.run(runId)).steps.some(({ task }) => task === 'Slow'));
    await bot.kill();
    await until('Ansible is gone', async () => (await ansibles()).length === 0, 20_000);
    bot = await start();
    const { run: row, steps } = await bot.run(runId);
    expect([row.state, row.refusal?.code, steps.find(({ task }) => task === 'Slow')?.state]).toEqual([
      'interrupted',
      'run.bot_died',
      'unknown',
    ]);
    expect(JSON.stringify(row.refusal?.next)).toContain('as a whole');
    const resumed = await bot.say(`runs resume ${runId}`);
    expect([resumed.state, resumed.refusal?.code]).toEqual(['refused', 'ansible.whole']);
    expect(await ansibles()).toEqual([]);
  });
});
