import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { canonical, type Json } from '#core/json.ts';
import { planHash } from '#core/plan.ts';
import { inLanguage } from '#core/text.ts';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const ask = '    - { shell: echo a, register: r }\n';
const play = (tasks: string): string => `- hosts: a\n  gather_facts: false\n  tasks:\n${ask}${tasks}`;
const everything = play(`    - { template: { src: "t.{{ r.stdout }}", dest: out } }
    - { copy: { src: d/, dest: . }, when: r.stdout == "a" }
    - { copy: { src: large, dest: large }, when: r.stdout == "a" }
    - { include_vars: { dir: v }, when: r.stdout == "a" }
    - { include_role: { name: "{{ r.stdout }}" } }
    - { include_tasks: "now/{{ r.stdout }}.yml" }
    - { shell: "echo {{ item | basename }} >>globbed", with_fileglob: ["g/*.x"], when: r.stdout == "a" }
    - { shell: "echo {{ lookup('first_found', ['none', 'large']) | basename }} >>globbed", when: r.stdout == "a" }
`);

async function laid(): Promise<void> {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na\n[db]\nb\n' });
  const files = {
    'group_vars/web.yml': 'x: one\nunused: 1\n',
    'playbooks/templates/t.a': '{{ x }} {{ hostvars.b.inventory_hostname }} {{ groups.db | join }}\n',
    'playbooks/files/d/in/deep': 'deep',
    'playbooks/files/large': 'x'.repeat(100_000),
    'playbooks/v/1.yml': 'y: 1\n',
    'playbooks/roles/a/tasks/main.yml': '- template: { src: role.j2, dest: role }\n',
    'playbooks/roles/a/templates/role.j2': '{{ x }}{{ y }}',
    'playbooks/releases/1/a.yml': '- copy: { src: released, dest: released }\n',
    'playbooks/releases/1/released': 'released',
    'playbooks/g/one.x': '',
    'playbooks/README.md': 'read me',
    'playbooks/.git/HEAD': 'one',
  };
  for (const [path, text] of Object.entries(files)) await lab.file(path, text);
  await symlink('releases/1', join(lab.folder, 'playbooks/now'));
  await mkdir(join(lab.folder, 'playbooks/empty'));
  await lab.playbook(everything);
}

async function goesOn(then: () => Promise<unknown>): Promise<void> {
  const plan = await lab.plan();
  await then();
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
  expect(await lab.read('a', 'out')).toBe('one b b\n');
  expect(await lab.read('a', 'role')).toBe('one1');
  expect(await lab.read('a', 'released')).toBe('released');
  expect(await lab.read('a', 'globbed')).toBe('one.x\nlarge\n');
  expect(await lab.read('a', 'in/deep')).toBe('deep');
}

test('a plan that nobody can foresee runs where nothing changed', async () => {
  await laid();
  await goesOn(async () => undefined);
});

test('what it does not use may change: files, variables, hosts and what keeps versions', async () => {
  await laid();
  await goesOn(async () => {
    await lab.file('playbooks/README.md', 'another');
    await lab.file('playbooks/other.yml', '[]');
    await lab.file('playbooks/g/.one.x.swp', '');
    await lab.file('playbooks/.git/HEAD', 'two');
    await lab.file('group_vars/web.yml', 'x: one\nunused: 2\nmore: 3\n');
    await lab.file('inventory.ini', '[web]\na\n[db]\nb\n[new]\nc\n');
    await rm(join(lab.folder, 'playbooks/empty'), { recursive: true });
  });
});

test('the same is written again, and the whole folder put down anew', async () => {
  await laid();
  await goesOn(async () => {
    const [now, old] = [join(lab.folder, 'playbooks'), join(lab.folder, 'playbooks-1')];
    await rename(now, old);
    await symlink('playbooks-1', now);
    await writeFile(join(old, 'releases/1/released'), 'released');
  });
});

test('a file of a host that the run brings is another one than when it was planned', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('hosts/a/key', 'one');
  await lab.playbook(
    play(`    - { fetch: { src: key, dest: fetched/, flat: true } }
    - { shell: "echo {{ lookup('file', 'fetched/key') }} >out", when: r.stdout == "a" }
    - { copy: { src: fetched/, dest: copied }, when: r.stdout == "a" }
`),
  );
  expect((await lab.run()).outcome.state).toBe('done');
  await lab.file('hosts/a/key', 'two');
  const { outcome } = await lab.run();
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
  expect(await lab.read('a', 'out')).toBe('two\n');
});

test('a resumption reads the file of a host that the interrupted run has brought', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('hosts/a/key', 'one');
  await lab.playbook(
    play(`    - { fetch: { src: key, dest: fetched/, flat: true } }
    - { shell: "test -e ready" }
    - { shell: "echo {{ lookup('file', 'fetched/key') }} >out", when: r.stdout == "a" }
`),
  );
  const plan = await lab.plan();
  const first = await lab.apply({ plan, request: plan.request });
  expect(first.outcome.state).toBe('failed');
  await lab.file('hosts/a/ready', '');
  const done = first.events.flatMap((event) =>
    event.kind === 'step' && ['ok', 'changed'].includes(event.step.state) ? [event.step] : [],
  );
  const { outcome } = await lab.apply({ plan, request: plan.request, done, begun: [] });
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
  expect(await lab.read('a', 'out')).toBe('one\n');
});

test('a resumption uses what was approved, too', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/s.sh', '#!/bin/sh\necho old >out\n');
  await lab.playbook(play('    - { shell: "test -e ready" }\n    - { script: s.sh, when: r.stdout == "a" }\n'));
  const plan = await lab.plan();
  const first = await lab.apply({ plan, request: plan.request });
  await lab.file('hosts/a/ready', '');
  await lab.file('playbooks/s.sh', '#!/bin/sh\necho new >out\n');
  const done = first.events.flatMap((event) =>
    event.kind === 'step' && ['ok', 'changed'].includes(event.step.state) ? [event.step] : [],
  );
  const { outcome } = await lab.apply({ plan, request: plan.request, done, begun: [] });
  expect(outcome.state).toBe('drifted');
  expect(await lab.read('a', 'out')).toBeUndefined();
});

test('an inventory that a program prints with a time stamp runs, unless the stamp itself is used', async () => {
  lab = await openLab({ hosts: ['a'] });
  const script = `#!/bin/sh
echo '{"web":{"hosts":["a"],"vars":{"asked":"'"$(date +%N)"'"}},"_meta":{"hostvars":{"a":{"x":"x","up":"'"$(date +%N)"'"}}}}'
`;
  await lab.file('inventory.ini', script);
  await chmod(join(lab.folder, 'inventory.ini'), 0o755);
  await lab.playbook(play('    - { shell: "echo {{ x }} >out", when: r.stdout == "a" }\n'));
  expect((await lab.run()).outcome.state).toBe('done');
  await lab.playbook(play('    - { shell: "echo {{ up }} >out2", when: r.stdout == "a" }\n'));
  expect((await lab.run()).outcome.state).toBe('drifted');
  expect(await lab.read('a', 'out2')).toBeUndefined();
});

test('a variable of a host that is not in the plan runs, whatever else of that host is another one', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  const script = `#!/bin/sh
echo '{"web":{"hosts":["a"]},"db":{"hosts":["b"],"vars":{"asked":"'"$(date +%N)"'"}},"_meta":{"hostvars":{"b":{"x":"x","up":"'"$(date +%N)"'"}}}}'
`;
  await lab.file('inventory.ini', script);
  await chmod(join(lab.folder, 'inventory.ini'), 0o755);
  await lab.playbook(play('    - { shell: "echo {{ hostvars.b.x }} >out", when: r.stdout == "a" }\n'));
  expect((await lab.run()).outcome).toMatchObject({ state: 'done' });
  for (const name of ['up', 'asked']) {
    await lab.playbook(play(`    - { shell: "echo {{ hostvars.b.${name} }} >out2", when: r.stdout == "a" }\n`));
    const { outcome } = await lab.run();
    expect([outcome.state, inLanguage(outcome.refusal?.say ?? '', 'en')]).toEqual([
      'drifted',
      `b: ${name} changed since the plan was made; the run stopped there.`,
    ]);
  }
  expect(await lab.read('a', 'out2')).toBeUndefined();
});

test.each(['a', 'b'])('a variable of a group that one of host %s outweighs may change', async (host) => {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na\n[db]\nb\n[both:children]\nweb\ndb\n' });
  await lab.file('group_vars/both.yml', 'x: 1\n');
  await lab.file('group_vars/db.yml', 'x: 2\n');
  await lab.file('host_vars/a.yml', 'x: 3\n');
  await lab.playbook(play(`    - { shell: "echo {{ hostvars.${host}.x }} >out", when: r.stdout == "a" }\n`));
  const plan = await lab.plan();
  await lab.file('group_vars/both.yml', 'x: 4\n');
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
});

test('a variable of a group that the run brings a host into is what it was', async () => {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na\n[db]\nb\n' });
  await lab.file('group_vars/db.yml', 'x: 1\n');
  await lab.playbook(
    play(`    - { group_by: { key: db } }\n    - { shell: "echo {{ x }} >out", when: r.stdout == "a" }\n`),
  );
  const plan = await lab.plan();
  await lab.file('group_vars/db.yml', 'x: 2\n');
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('drifted');
  expect(await lab.read('a', 'out')).toBeUndefined();
});

test('groups that a run makes have their variables', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('group_vars/made.yml', 'x: made\n');
  await lab.file('group_vars/later.yml', 'y: later\n');
  await lab.playbook(
    play(`    - { group_by: { key: made } }
    - { group_by: { key: later }, when: r.stdout == "a" }
    - { shell: "echo {{ x }} {{ y }} {{ group_names | join(' ') }} >out", when: r.stdout == "a" }
`),
  );
  const { outcome } = await lab.run();
  expect([outcome.state, outcome.refusal]).toEqual(['done', undefined]);
  expect(await lab.read('a', 'out')).toBe('made later later made web\n');
});

test('a plan that foresees every step holds nothing more; one that does not holds no secret', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('group_vars/web.yml', 'password: hunter2hunter2\n');
  await lab.playbook('- hosts: a\n  gather_facts: false\n  tasks:\n    - { copy: { content: x, dest: out } }\n');
  expect((await lab.plan()).mayUse).toBeUndefined();
  await lab.playbook(play('    - { shell: "echo {{ r.stdout }}" }\n'));
  const plan = await lab.plan();
  expect(Object.keys(plan.mayUse?.inventory['group web'] ?? {})).toEqual(['', 'password']);
  expect(canonical(plan as unknown as Json)).not.toContain('hunter2');
});

test('a plan of an earlier version does not run where it cannot tell', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('    - { shell: "echo {{ r.stdout }} >out" }\n'));
  const { mayUse: _, hash: __, ...rest } = await lab.plan();
  const plan = { ...rest, hash: planHash(rest) };
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('drifted');
});
