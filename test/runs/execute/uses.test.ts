import { chmod, mkdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const ask = '    - { shell: echo a, register: r }\n';
const play = (tasks: string, more = ''): string => `- hosts: a\n  gather_facts: false\n${more}  tasks:\n${ask}${tasks}`;

interface Case {
  readonly tasks: string;
  readonly more?: string;
  readonly inventory?: string;
  /** Whole playbook, where the usual one does not do. */
  readonly playbook?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  /** What happens between the card and the yes. */
  meanwhile(at: (path: string) => string): Promise<unknown>;
}

const write =
  (path: string, text: string): Case['meanwhile'] =>
  (at) =>
    writeFile(at(path), text);

const big = (text: string): string => text.padEnd(100_000, '.');

async function ran({ tasks, more, inventory, playbook, files = {}, links = {}, meanwhile }: Case) {
  lab = await openLab({ hosts: ['a', 'b'], inventory: inventory ?? '[web]\na\nb\n' });
  for (const [path, text] of Object.entries(files)) await lab.file(path, text);
  for (const [path, target] of Object.entries(links)) await symlink(target, join(lab.folder, path));
  await lab.playbook(playbook ?? play(tasks, more));
  const plan = await lab.plan();
  expect(plan.steps.some(({ outcome }) => outcome === 'unknown')).toBe(true);
  await meanwhile((path) => join(lab.folder, path));
  const { outcome } = await lab.apply({ plan, request: plan.request });
  const said = outcome.refusal ? inLanguage(outcome.refusal.say, 'en') : '';
  return { state: outcome.state, code: outcome.refusal?.code, said, out: await lab.read('a', 'out') };
}

const when = ', when: r.stdout == "a" }\n';

describe('what an undecided step uses is what it was when the plan was made', () => {
  const cases: Record<string, Case> = {
    'a script': {
      tasks: `    - { script: s.sh${when}`,
      files: { 'playbooks/s.sh': '#!/bin/sh\necho old >out\n' },
      meanwhile: write('playbooks/s.sh', '#!/bin/sh\necho new >out\n'),
    },
    'a template': {
      tasks: `    - { template: { src: t.j2, dest: out }${when}`,
      files: { 'playbooks/t.j2': 'old' },
      meanwhile: write('playbooks/t.j2', 'new'),
    },
    'a file that is copied': {
      tasks: `    - { copy: { src: t, dest: out }${when}`,
      files: { 'playbooks/files/t': 'old' },
      meanwhile: write('playbooks/files/t', 'new'),
    },
    'its mode': {
      tasks: `    - { copy: { src: t, dest: out, mode: preserve }${when}`,
      files: { 'playbooks/files/t': 'old' },
      meanwhile: (at) => chmod(at('playbooks/files/t'), 0o4755),
    },
    'a file whose name is a result': {
      tasks: '    - { copy: { src: "t.{{ r.stdout }}", dest: out } }\n',
      files: { 'playbooks/t.a': 'old' },
      meanwhile: write('playbooks/t.a', 'new'),
    },
    'a file that was not there': {
      tasks: '    - { copy: { src: "t.{{ r.stdout }}", dest: out } }\n',
      meanwhile: write('playbooks/t.a', 'new'),
    },
    'a file that stands in front of another': {
      tasks: `    - { copy: { src: t, dest: out }${when}`,
      files: { 'playbooks/t': 'old' },
      meanwhile: async (at) => {
        await mkdir(at('playbooks/files'));
        await writeFile(at('playbooks/files/t'), 'new');
      },
    },
    'a file that no longer stands in front of another': {
      tasks: `    - { copy: { src: t, dest: out }${when}`,
      files: { 'playbooks/files/t': 'old', 'playbooks/t': 'new' },
      meanwhile: (at) => rm(at('playbooks/files/t')),
    },
    'a folder that no longer stands in front of another': {
      tasks: '    - { copy: { src: "x/t", dest: out, mode: preserve }, when: r.stdout == "a" }\n',
      files: { 'playbooks/x/t': 'old', 'playbooks/files/x/t': 'first' },
      meanwhile: (at) => rm(at('playbooks/files'), { recursive: true }),
    },
    'a large file of the same size and times': {
      tasks: `    - { copy: { src: t, dest: out }${when}`,
      files: { 'playbooks/files/t': big('old'), 'playbooks/files/u': big('new') },
      async meanwhile(at) {
        const old = new Date(2020, 1, 1);
        await utimes(at('playbooks/files/u'), old, old);
        await rename(at('playbooks/files/u'), at('playbooks/files/t'));
      },
    },
    'a file of variables': {
      tasks: `    - { include_vars: v.yml${when}    - { shell: "echo {{ y }} >out"${when}`,
      files: { 'playbooks/v.yml': 'y: old\n' },
      meanwhile: write('playbooks/v.yml', 'y: new\n'),
    },
    'a folder of variables': {
      tasks: `    - { include_vars: { dir: v }${when}    - { shell: "echo {{ y }} >out"${when}`,
      files: { 'playbooks/v/1.yml': 'y: old\n' },
      meanwhile: write('playbooks/v/2.yml', 'y: new\n'),
    },
    'a folder of variables with less in it': {
      tasks: `    - { include_vars: { dir: v }${when}    - { shell: "echo {{ y }} >out"${when}`,
      files: { 'playbooks/v/1.yml': 'y: new\n', 'playbooks/v/2.yml': 'y: old\n' },
      meanwhile: (at) => rm(at('playbooks/v/2.yml')),
    },
    'a lookup of a file': {
      tasks: `    - { shell: "echo {{ lookup('file', 'v') }} >out"${when}`,
      files: { 'playbooks/v': 'old' },
      meanwhile: write('playbooks/v', 'new'),
    },
    'a lookup of a template': {
      tasks: `    - { shell: "echo {{ lookup('template', 'v') }} >out"${when}`,
      files: { 'playbooks/v': 'old' },
      meanwhile: write('playbooks/v', 'new'),
    },
    'a lookup of names': {
      tasks: `    - { shell: "echo {{ lookup('fileglob', 'v/*.x') | basename }} >out"${when}`,
      files: { 'playbooks/v/old.x': '' },
      meanwhile: write('playbooks/v/new.x', ''),
    },
    'the first file of several': {
      tasks: `    - { shell: "echo {{ lookup('first_found', ['v/new', 'v/old']) | basename }} >out"${when}`,
      files: { 'playbooks/v/old': '' },
      meanwhile: write('playbooks/v/new', ''),
    },
    'a folder that is copied': {
      tasks: `    - { copy: { src: d/, dest: . }${when}`,
      files: { 'playbooks/files/d/other': 'x', 'playbooks/files/d/out': 'old' },
      meanwhile: write('playbooks/files/d/out', 'new'),
    },
    'a folder that is copied with less in it': {
      tasks: `    - { copy: { src: d/, dest: . }${when}`,
      files: { 'playbooks/files/d/other': 'x', 'playbooks/files/d/out': 'old' },
      meanwhile: (at) => rm(at('playbooks/files/d/other')),
    },
    'a folder that is synchronized': {
      tasks: `    - { synchronize: { src: d/, dest: . }${when}`,
      files: { 'playbooks/files/d/other': 'x', 'playbooks/files/d/out': 'old' },
      meanwhile: write('playbooks/files/d/out', 'new'),
    },
    'a folder that is synchronized with less in it': {
      tasks: `    - { synchronize: { src: d/, dest: . }${when}`,
      files: { 'playbooks/files/d/other': 'x', 'playbooks/files/d/out': 'old' },
      meanwhile: (at) => rm(at('playbooks/files/d/other')),
    },
    'included tasks': {
      tasks: `    - { include_tasks: i.yml${when}`,
      files: { 'playbooks/i.yml': '- shell: echo old >out\n' },
      meanwhile: write('playbooks/i.yml', '- shell: echo new >out\n'),
    },
    'included tasks whose name is a result': {
      tasks: '    - include_tasks: "{{ r.stdout }}.yml"\n',
      files: { 'playbooks/a.yml': '- shell: echo old >out\n' },
      meanwhile: write('playbooks/a.yml', '- shell: echo new >out\n'),
    },
    'a script of included tasks': {
      tasks: '    - include_tasks: "{{ r.stdout }}.yml"\n',
      files: { 'playbooks/a.yml': '- script: s.sh\n', 'playbooks/s.sh': '#!/bin/sh\necho old >out\n' },
      meanwhile: write('playbooks/s.sh', '#!/bin/sh\necho new >out\n'),
    },
    'an included role': {
      tasks: `    - { include_role: { name: x }${when}`,
      files: { 'playbooks/roles/x/tasks/main.yml': '- shell: echo old >out\n' },
      meanwhile: write('playbooks/roles/x/tasks/main.yml', '- shell: echo new >out\n'),
    },
    'a file of an included role': {
      tasks: `    - { include_role: { name: "{{ r.stdout }}" } }\n`,
      files: {
        'playbooks/roles/a/tasks/main.yml': '- copy: { src: t, dest: out }\n',
        'playbooks/roles/a/files/t': 'old',
      },
      meanwhile: write('playbooks/roles/a/files/t', 'new'),
    },
    'a file of a role': {
      tasks: '',
      playbook: '- hosts: a\n  gather_facts: false\n  roles: [x]\n',
      files: {
        'playbooks/roles/x/tasks/main.yml': `- { shell: echo a, register: r }\n- { template: { src: t.j2, dest: out }, when: r.stdout == "a" }\n`,
        'playbooks/roles/x/templates/t.j2': 'old',
      },
      meanwhile: write('playbooks/roles/x/templates/t.j2', 'new'),
    },
    'a file of variables whose name is a result': {
      tasks: '',
      playbook: `${play('')}- hosts: a\n  gather_facts: false\n  vars_files: [["v-{{ r.stdout }}.yml", none.yml]]\n  tasks:\n    - shell: "echo {{ y }}{{ r.stdout }} >out"\n`,
      files: { 'playbooks/v-a.yml': 'y: old\n', 'playbooks/none.yml': 'y: none\n' },
      meanwhile: write('playbooks/v-a.yml', 'y: new\n'),
    },
    'what a rescue does': {
      tasks: '    - block: [{ shell: "test -e there" }]\n      rescue: [{ copy: { src: t, dest: out } }]\n',
      files: { 'playbooks/t': 'old' },
      meanwhile: write('playbooks/t', 'new'),
    },
    'a link that leads elsewhere, to the same tasks': {
      tasks: `    - { include_tasks: "now/{{ r.stdout }}.yml" }\n`,
      files: {
        'playbooks/1/a.yml': '- copy: { src: t, dest: out }\n',
        'playbooks/1/t': 'old',
        'playbooks/2/a.yml': '- copy: { src: t, dest: out }\n',
        'playbooks/2/t': 'new',
      },
      links: { 'playbooks/now': '1' },
      async meanwhile(at) {
        await unlink(at('playbooks/now'));
        await symlink('2', at('playbooks/now'));
      },
    },
    'a link behind a link': {
      tasks: `    - { copy: { src: "now/{{ r.stdout }}", dest: out } }\n`,
      files: { 'playbooks/1/a': 'old', 'playbooks/2/a': 'new' },
      links: { 'playbooks/stable': '1', 'playbooks/now': 'stable' },
      async meanwhile(at) {
        await unlink(at('playbooks/stable'));
        await symlink('2', at('playbooks/stable'));
      },
    },
    'a variable of a group': {
      tasks: `    - { shell: "echo {{ x }} >out"${when}`,
      files: { 'group_vars/web.yml': 'x: old\n' },
      meanwhile: write('group_vars/web.yml', 'x: new\n'),
    },
    'a variable of all': {
      tasks: `    - { shell: "echo {{ x }} >out"${when}`,
      files: { 'group_vars/all.yml': 'x: old\n' },
      meanwhile: write('group_vars/all.yml', 'x: new\n'),
    },
    'a variable that another is made of': {
      tasks: `    - { shell: "echo {{ y }} >out"${when}`,
      files: { 'group_vars/web.yml': 'x: old\ny: "{{ x }}"\n' },
      meanwhile: write('group_vars/web.yml', 'x: new\ny: "{{ x }}"\n'),
    },
    'a variable in the environment': {
      tasks: `    - { shell: "echo $X >out", environment: { X: "{{ x }}" }${when}`,
      files: { 'group_vars/web.yml': 'x: old\n' },
      meanwhile: write('group_vars/web.yml', 'x: new\n'),
    },
    'a variable in a template': {
      tasks: `    - { template: { src: t.j2, dest: out }${when}`,
      files: { 'group_vars/web.yml': 'x: old\n', 'playbooks/t.j2': '{{ x }}' },
      meanwhile: write('group_vars/web.yml', 'x: new\n'),
    },
    'a variable in a condition': {
      tasks: '    - { shell: "echo new >out", when: x != r.stdout }\n',
      files: { 'group_vars/web.yml': 'x: a\n' },
      meanwhile: write('group_vars/web.yml', 'x: b\n'),
    },
    'a variable of a host': {
      tasks: `    - { shell: "echo {{ x }} >out"${when}`,
      files: { 'host_vars/a.yml': 'x: old\n' },
      meanwhile: write('host_vars/a.yml', 'x: new\n'),
    },
    'a variable that is there no more': {
      tasks: `    - { shell: "echo {{ x }} >out"${when}`,
      files: { 'group_vars/web.yml': 'x: new\n', 'host_vars/a.yml': 'x: old\n' },
      meanwhile: (at) => rm(at('host_vars/a.yml')),
    },
    'a variable of the inventory file': {
      tasks: `    - { shell: "echo {{ x }} >out"${when}`,
      inventory: '[web]\na\nb\n[web:vars]\nx=old\n',
      meanwhile: write('inventory.ini', '[web]\na\nb\n[web:vars]\nx=new\n'),
    },
    'a variable of another host': {
      tasks: `    - { shell: "echo {{ hostvars.b.x }} >out"${when}`,
      files: { 'host_vars/b.yml': 'x: old\n' },
      meanwhile: write('host_vars/b.yml', 'x: new\n'),
    },
    'how a host is reached': {
      tasks: `    - { shell: "echo x >out"${when}`,
      inventory: '[web]\na ansible_host=192.0.2.1\nb\n',
      meanwhile: write('inventory.ini', '[web]\na ansible_host=192.0.2.2\nb\n'),
    },
    'the hosts of a group': {
      tasks: `    - { shell: "echo {{ groups.db | join(' ') }} >out"${when}`,
      inventory: '[web]\na\n[db]\nb\n',
      meanwhile: write('inventory.ini', '[web]\na\n[db]\nb\nc\n'),
    },
    'the groups of a host': {
      tasks: `    - { shell: "echo {{ x | default('old') }} >out"${when}`,
      inventory: '[web]\na\n[db]\nb\n',
      files: { 'group_vars/db.yml': 'x: new\n' },
      meanwhile: write('inventory.ini', '[web]\na\n[db]\nb\na\n'),
    },
  };
  test.each(Object.entries(cases))('%s', async (_, one) => {
    const { state, code, said, out } = await ran(one);
    expect([state, code]).toEqual(['drifted', 'run.drifted']);
    expect(said).toMatch(/changed since the plan was made; the run stopped there\.$/);
    expect(out).toBeUndefined();
  });
});

test.each([
  ['before it', '[g]\nb\n', ''],
  ['behind it', '', '[g]\nb\n'],
  ['in a group that gives another', '[g]\nb\n[g:vars]\nother=1\n', ''],
])('a variable of `ungrouped` is what it was, with another host %s', async (_, before, after) => {
  const inventory = (v: string): string => `${before}[ungrouped]\na\n[ungrouped:vars]\nv=${v}\n${after}`;
  lab = await openLab({ hosts: ['a', 'b'], inventory: inventory('one') });
  await lab.playbook(play('    - { shell: "echo {{ v }} >out", when: r.stdout == "a" }\n'));
  const plan = await lab.plan();
  await lab.file('inventory.ini', inventory('two'));
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('drifted');
  expect(await lab.read('a', 'out')).toBeUndefined();
});

test('hosts share what the groups give that give something, and nobody else’s', async () => {
  const inventory = (v: string): string => `[web]\na\nb\nc\n[db]\nb\n[none]\nc\n[web:vars]\nw=1\n[db:vars]\nv=${v}\n`;
  lab = await openLab({ hosts: ['a', 'b', 'c'], inventory: inventory('one') });
  await lab.playbook(play('    - { shell: "echo {{ hostvars.b.v }} >out", when: r.stdout == "a" }\n'));
  const plan = await lab.plan();
  const shared = Object.keys(plan.mayUse?.inventory ?? {}).filter((name) => name.startsWith('in '));
  expect(shared).toHaveLength(2);
  await lab.file('inventory.ini', inventory('two'));
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('drifted');
});
