import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import type { ExecutionEvent } from '#runs/executor.ts';
import { type Lab, openLab, outcomesOf, resultOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n${body}`;
const never = () => new AbortController().signal;

test('facts come from every host that answers, in the order asked, and the reason from the others', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  lab.ssh.unreachable('b');
  const facts = await lab.executor.facts(['b', 'a', 'nobody'], never());
  expect(facts.map((one) => [one.host, one.reachable])).toEqual([
    ['b', false],
    ['a', true],
    ['nobody', false],
  ]);
  expect(facts[0]?.reason).toBeDefined();
  expect(facts[1]?.cpus).toBeGreaterThan(0);
  expect(facts[1]?.memory?.totalBytes).toBeGreaterThan(0);
});

test('a host that answers too slowly does not hold the others up', async () => {
  lab = await openLab({ hosts: ['a', 'b'], limits: { factsMs: 5_000 } });
  lab.ssh.slow('b', 15_000);
  const facts = await lab.executor.facts(['a', 'b'], never());
  expect(facts.map((one) => one.reachable)).toEqual([true, false]);
});

test('a host that was never reached has no facts to count', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  lab.ssh.unreachable('a');
  await lab.playbook(play('  tasks:\n    - shell: touch f\n'));
  const { outcome } = await lab.apply({});
  expect(outcome.recap).toMatchObject({ a: { ok: 0, unreachable: 1 }, b: { ok: 2, unreachable: 0 } });
});

test('facts are gathered once per host, and only when something uses one', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('  tasks:\n    - debug: { msg: "{{ inventory_hostname }} {{ ansible_check_mode }}" }\n'));
  expect((await lab.run()).steps).toEqual(['a 1.1: ok']);
  await lab.playbook(
    play('  tasks:\n    - debug: { msg: "{{ ansible_hostname }}" }\n') +
      play('  tasks:\n    - debug: { msg: "{{ ansible_facts.hostname }} {{ ansible_facts[\'system\'] }}" }\n'),
  );
  const ran = await lab.run();
  expect(ran.steps).toEqual(['a 1.0: ok', 'a 1.1: ok', 'a 2.1: ok']);
  expect(resultOf(ran, 'a', '1.1').msg).toBe(hostname().split('.')[0]);
  expect(ran.outcome.recap.a?.ok).toBe(4);
});

test('facts that only a template file or the inventory uses are there too', async () => {
  lab = await openLab({ hosts: ['a'], inventory: '[web]\na mine="{{ ansible_system }}!"\n' });
  await lab.file('playbooks/templates/t.j2', '{{ ansible_system }}\n');
  await lab.playbook(play('  tasks:\n    - template: { src: t.j2, dest: t }\n'));
  await lab.run();
  expect(await lab.read('a', 't')).toBe('Linux\n');
  await lab.playbook(play('  tasks:\n    - debug: { msg: "{{ mine }}" }\n'));
  expect(resultOf(await lab.run(), 'a', '1.1').msg).toBe('Linux!');
});

test('a host that does not give its facts leaves before anything is done to it', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  lab.ssh.unreachable('a');
  await lab.playbook(play('  tasks:\n    - shell: "echo {{ ansible_system }}"\n'));
  expect(outcomesOf(await lab.plan())).toEqual(['a 1.0: unreachable', 'b 1.0: ok', 'b 1.1: change']);
});

test('hosts see the variables, facts and results of each other', async () => {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na port=1\nb port=2\n' });
  await lab.playbook(`- hosts: all
  gather_facts: false
  tasks:
    - set_fact: { mine: "{{ inventory_hostname }}-{{ port }}" }
    - debug: { msg: "{{ groups['web'] | map('extract', hostvars, 'mine') | join(',') }} {{ hostvars['b'].port }} {{ hostvars.a.group_names }}" }
`);
  const ran = await lab.run();
  expect(resultOf(ran, 'a', '1.2').msg).toBe("a-1,b-2 2 ['web']");
  expect(resultOf(ran, 'b', '1.2').msg).toBe("a-1,b-2 2 ['web']");
});

test('any bytes arrive whole, small ones inside the script and large ones by transfer', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  const contents = {
    text: Buffer.from("it's “here”\n\\ $(x) `y` %s %d\n\n"),
    empty: Buffer.alloc(0),
    binary: Buffer.concat([Buffer.from([0, 1, 255, 37, 92, 10]), randomBytes(5_000)]),
    large: randomBytes(300_000),
  };
  for (const [name, content] of Object.entries(contents)) await lab.file(`playbooks/files/${name}`, content);
  await lab.playbook(`- hosts: all
  gather_facts: false
  tasks:
    - { copy: { src: "{{ item }}", dest: "{{ item }}" }, loop: [text, empty, binary, large] }
`);
  const ran = await lab.run();
  expect(ran.outcome.state).toBe('done');
  for (const [name, content] of Object.entries(contents)) {
    for (const host of ['a', 'b']) expect((await readFile(lab.path(host, name))).equals(content), name).toBe(true);
  }
  expect(outcomesOf(await lab.plan()).every((line) => line.endsWith(': ok'))).toBe(true);
});

test('the environment of the bot is not open to playbooks', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play("  tasks:\n    - debug: { msg: \"{{ lookup('env', 'PATH') }}\" }\n"));
  const plan = await lab.plan();
  expect(plan.steps[0]).toMatchObject({ outcome: 'failed', refusal: { code: 'template.environment' } });
});

test('an argument given as omit is as if not written', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    `- hosts: all\n  gather_facts: false\n  tasks:\n    - file: { path: d, state: directory, mode: "{{ wanted | default(omit) }}" }\n`,
  );
  expect((await lab.run()).outcome.state).toBe('done');
  expect((await lab.run({ vars: { wanted: '0700' } })).steps).toEqual(['a 1.1: changed']);
});

test('two names of one machine each have their commands run: neither takes the other’s for its own', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await rm(lab.path('b', ''), { recursive: true, force: true });
  await mkdir(lab.path('a', ''), { recursive: true });
  await symlink(lab.path('a', ''), lab.path('b', '').replace(/\/$/, ''));
  await lab.playbook(
    '- hosts: all\n  gather_facts: false\n  tasks:\n    - shell: echo {{ inventory_hostname }} >> log\n',
  );
  expect((await lab.run()).outcome.state).toBe('done');
  expect((await lab.read('a', 'log'))?.trim().split('\n').sort()).toEqual(['a', 'b']);
});

test('a host that is lost is not dialled once more when the run is over', async () => {
  const journal = (host: string) => lab.path(host, '.quarterdeck');
  const tasks =
    '    - shell: touch f\n    - shell: "sleep 30 #{{ inventory_hostname }}"\n      when: inventory_hostname == "a"\n';
  const onEvent = (event: ExecutionEvent): void => {
    if (event.kind !== 'step' || event.step.host !== 'a' || event.step.id !== '1.2') return;
    // Back before the end: nothing but the run itself keeps it from asking there again.
    const lost = event.step.state === 'running';
    lab.ssh.unreachable('a', lost);
    if (lost) setTimeout(() => lab.ssh.lose('a'), 300);
  };
  lab = await openLab({ hosts: ['a', 'b'], onEvent });
  await lab.playbook(play(`  gather_facts: false\n  tasks:\n${tasks}`));
  const { outcome } = await lab.apply({ key: 'lost' }, { conclude: async () => true });
  expect(outcome.recap.a).toMatchObject({ unreachable: 1 });
  expect(existsSync(journal('a'))).toBe(true);
  expect(existsSync(journal('b'))).toBe(false);
});
