import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledModules } from '#playbook/modules/registry.ts';
import { createPartFiles, parsePlaybook, readPlaybook } from '#playbook/parse.ts';
import { type Play, type Task, tasksOf } from '#playbook/tree.ts';

const known = bundledModules();
const empty = mkdtempSync(join(tmpdir(), 'parse-'));
const parsing = {
  known,
  // A new reader for each playbook: its sums are those of one.
  get files() {
    return createPartFiles(empty);
  },
};

afterAll(() => rmSync(empty, { recursive: true }));

const faultsOf = (source: string): readonly string[] => {
  const read = readPlaybook(source, 'x.yml', parsing);
  if (read.ok) return [];
  const faults = read.refusal.details?.faults as readonly { line: number; column: number; message: { en: string } }[];
  return faults.map(({ line, column, message }) => `${line}:${column} ${message.en}`);
};

const playOf = (source: string): Play => {
  const read = readPlaybook(source, 'x.yml', parsing);
  if (!read.ok) throw new Error(JSON.stringify(read.refusal.details));
  const [play] = read.value.plays;
  if (play === undefined) throw new Error('no play');
  return play;
};

const tasksIn = (play: Play): readonly Task[] => play.sections.flatMap((section) => [...tasksOf(section)]);

const taskOf = (task: string): Task => {
  const [read] = tasksIn(playOf(`- hosts: all\n  tasks:\n    - ${task.replaceAll('\n', '\n      ')}\n`));
  if (read === undefined) throw new Error('no task');
  return read;
};

/** Faults of one task, their places counted from its own first character. */
const taskFaults = (task: string): readonly string[] =>
  faultsOf(`- hosts: all\n  tasks:\n    - ${task.replaceAll('\n', '\n      ')}\n`).map((fault) => {
    const [, line = '', column = '', words = ''] = /^(\d+):(\d+) (.*)$/.exec(fault) ?? [];
    return `${Number(line) - 2}:${Number(column) - 6} ${words}`;
  });

const values = (written: Task['args']): object =>
  Object.fromEntries(Object.entries(written).map(([name, { value }]) => [name, value]));

describe('a play', () => {
  it('is read with everything it says', () => {
    const play = playOf(`# about
- name: Deploy
  hosts: [web, "!db"]
  become: true
  become_user: app
  gather_facts: no
  tags: a, b
  vars: {port: 80, url: "http://{{ port }}"}
  tasks:
    - debug:
    - command: id
      become: false
      tags: c
      notify: [restart, other]
  handlers:
    - name: restart
      service: {name: x, state: restarted}
    - name: second
      listen: other
      debug:
`);
    expect(play).toMatchObject({
      name: { value: 'Deploy', at: { file: 'x.yml', line: 2, column: 9 } },
      hosts: { value: 'web,!db' },
      gatherFacts: { value: false },
      tags: ['a', 'b'],
      vars: { port: { value: 80 }, url: { value: 'http://{{ port }}', at: { line: 8, column: 26 } } },
      common: { become: { become: { value: true }, user: { value: 'app' } } },
    });
    expect(
      tasksIn(play).map((task) => [task.id, task.tags, task.become?.become.value, task.become?.user?.value]),
    ).toEqual([
      ['1.1', ['a', 'b'], true, 'app'],
      ['1.2', ['a', 'b', 'c'], false, 'app'],
    ]);
    expect(play.handlers.map((handler) => [handler.id, handler.name.value, handler.listen])).toEqual([
      ['1.h1', 'restart', []],
      ['1.h2', 'second', ['other']],
    ]);
  });

  it('counts its files with their sums', () => {
    const source = '- hosts: all\n';
    const read = readPlaybook(source, 'x.yml', parsing);
    expect(read.ok && read.value.files).toEqual({ 'x.yml': createHash('sha256').update(source).digest('hex') });
  });

  it.each([
    ['nothing', '', ['1:1 a playbook is a list of plays']],
    ['a mapping', 'hosts: all\n', ['1:1 a playbook is a list of plays']],
    ['a word', '- all\n', ['1:3 a play must be a mapping of keys and values']],
    ['no hosts', '- tasks: []\n', ['1:3 a play needs “hosts”']],
    ['a slip', '- hosts: a\n  taks: []\n', ['2:3 a play has no keyword “taks”; did you mean “tasks”?']],
    [
      'what is not supported',
      '- hosts: a\n  port: 22\n  serial: many\n',
      ['2:3 “port” is not supported', '3:11 serial must be a number'],
    ],
    ['tasks that are no list', '- hosts: a\n  tasks: {debug: }\n', ['2:10 tasks must be a list']],
    ['a flag that is none', '- hosts: a\n  gather_facts: perhaps\n', ['2:17 gather_facts must be true or false']],
    [
      'a handler nobody has',
      '- hosts: a\n  tasks:\n    - debug:\n      notify: restrat\n  handlers:\n    - {name: restart, debug: }\n',
      ['4:15 no handler of this play is called “restrat”: there are “restart”'],
    ],
    ['an import of nothing', '- import_playbook: other.yml\n', ['1:20 there is no playbook “other.yml”']],
  ])('with %s is refused', (_what, source, faults) => {
    expect(faultsOf(source)).toEqual(faults);
  });
});

describe('a task', () => {
  it.each([
    ['file: path=/x state=directory mode=0755', { path: '/x', state: 'directory', mode: '0755' }],
    ['ansible.builtin.file:\n  dest: /x\n  state: directory', { path: '/x', state: 'directory' }],
    ['command: make -j4 creates=/out chdir="/s r c"', { cmd: 'make -j4', creates: '/out', chdir: '/s r c' }],
    ['command: make PREFIX=/usr\nargs: {creates: /out}', { cmd: 'make PREFIX=/usr', creates: '/out' }],
    ['command:\n  argv: [ls, "a b"]', { argv: ['ls', 'a b'] }],
    ['shell: "echo $HOME | tr a b"', { cmd: 'echo $HOME | tr a b' }],
    ['shell: |\n  a\n  b', { cmd: 'a\nb' }],
    ['command: echo {{ a["b c"] }} d', { cmd: 'echo {{ a["b c"] }} d' }],
    ['debug: msg="hello {{ x }}" verbosity=2', { msg: 'hello {{ x }}', verbosity: '2' }],
    ['set_fact: {a: 1, b: [x]}', { a: 1, b: ['x'] }],
    ['copy: {content: "", dest: /x, mode: 0644}', { content: '', dest: '/x', mode: 420 }],
  ])('%j has its arguments by their own names', (task, args) => {
    expect(values(taskOf(task).args)).toEqual(args);
  });

  it('keeps conditions, loops and results as written', () => {
    expect(
      taskOf(`command: id
when: [a is defined, b == 'c', true]
loop: "{{ users }}"
loop_control: {loop_var: user}
register: out
until: out.rc == 0
retries: 3
delay: "{{ d }}"
changed_when: false
failed_when: "'no' in out.stdout"
ignore_errors: yes
no_log: true
vars: {d: 1}`),
    ).toMatchObject({
      when: [{ value: 'a is defined' }, { value: "b == 'c'" }, { value: true }],
      loop: { value: '{{ users }}' },
      loopControl: { loopVar: 'user' },
      register: 'out',
      until: [{ value: 'out.rc == 0' }],
      retries: { value: 3 },
      delay: { value: '{{ d }}' },
      changedWhen: [{ value: false }],
      failedWhen: [{ value: "'no' in out.stdout" }],
      ignoreErrors: { value: true },
      noLog: true,
    });
  });

  it.each([
    ['nam: x\ndebug:', ['1:1 “nam” is neither a task keyword nor a module; did you mean “name”?']],
    ['fiel: path=/x', ['1:1 “fiel” is neither a task keyword nor a module; did you mean “file”?']],
    ['name: x', ['1:1 this task names no module']],
    ['file: path=/x\ncopy: {dest: /y}', ['2:1 one task has one module: “file” and “copy” are both here']],
    ['with_itmes: [1]\ndebug:', ['1:1 there is no lookup for “with_itmes”; did you mean “with_items”?']],
    ['include_tasks: x.yml', ['1:16 there is no file “x.yml”; looked for x.yml, tasks/x.yml']],
    [
      'import_tasks: "{{ x }}.yml"',
      ['1:16 import_tasks is read before anything is known of the hosts: “{{ x }}.yml” needs include_… instead'],
    ],
    [
      'include_role: {nam: x}',
      ['1:1 include_role names no role', '1:16 include_role has no argument “nam”; did you mean “name”?'],
    ],
    ['block: []\nrescu: []', ['2:1 a block has no keyword “rescu”; did you mean “rescue”?']],

    ['debug:\nconnection: docker', ['2:13 connection must be ssh or local']],
    ['file: path=/x stat=directory', ['1:7 file has no argument “stat”; did you mean “state”?']],
    [
      'file: {path: /x, state: folder}',
      ['1:25 file: state must be one of absent, directory, file, hard, link, touch, not “folder”'],
    ],
    ['file: {path: /x, dest: /y}', ['1:18 file: “path” is given twice']],
    ['file: state=directory', ['1:1 file needs the argument “path”']],
    ['file: /x', ['1:1 file needs the argument “path”', '1:7 file takes key=value pairs, not “/x”']],
    ['file: [path, /x]', ['1:7 file takes a mapping of arguments, not a list']],
    ['file: {path: /x, mode: 644}', ["1:24 file: write the mode as '0644', in quotes"]],
    ['file: {path: /x, recurse: maybe}', ['1:27 file: recurse must be of type bool, not “maybe”']],
    ['stat: {path: /x}\nretries: many', ['2:10 retries must be a number']],
    ['debug:\nregister: my-var', ['2:11 “my-var” is not a variable name (letters, digits and _)']],
    ['debug:\nwhen: {a: b}', ['2:7 when must be a condition or a list of conditions']],
    ['debug:\nloop: 5', ['2:7 loop must be a list']],
    ['debug:\nloop_control: {lable: x}', ['2:16 loop_control has no “lable”; did you mean “label”?']],
    ['debug:\nargs: x', ['2:7 args must be a mapping of keys and values']],
    ["command: echo 'a", ['1:10 a quote or a template is not closed here']],
    [
      'command: echo $HOME',
      [
        '1:10 command does not expand $HOME: use shell, or set expand_argument_vars: true (or false for the text itself)',
      ],
    ],
    [
      'command: {argv: [echo, "${HOME}/x"]}',
      [
        '1:17 command does not expand ${HOME}: use shell, or set expand_argument_vars: true (or false for the text itself)',
      ],
    ],
  ])('%j is refused at its place', (task, faults) => {
    expect(taskFaults(task)).toEqual(faults);
  });

  it('may hold $NAME in a command once it says what that means', () => {
    expect(taskFaults('command: echo $HOME\nargs: {expand_argument_vars: false}')).toEqual([]);
    expect(taskFaults('command: echo {{ "$HOME" }}')).toEqual([]);
    expect(taskFaults('command: {argv: [echo, $HOME], expand_argument_vars: true}')).toEqual([]);
    expect(taskFaults(`command: {argv: "{{ ['$HOME'] }}"}`)).toEqual([]);
  });
});

describe('a variable by which Ansible reaches a host', () => {
  const alone = (name: string): string => `${name} says how a host is reached: that is taken from the inventory alone`;
  const task = '  tasks: [{debug: }]\n';

  it.each([
    ['the vars of a play', '- hosts: a\n  vars:\n    ansible_user: svc\n', ['3:5 '], 'ansible_user'],
    ['a template', '- hosts: a\n  vars: {ansible_host: "{{ x }}"}\n', ['2:10 '], 'ansible_host'],
    [
      'the vars of a task',
      '- hosts: a\n  tasks:\n    - {debug: , vars: {ansible_port: 22}}\n',
      ['3:24 '],
      'ansible_port',
    ],
    [
      'the vars of a block',
      '- hosts: a\n  tasks:\n    - vars: {ansible_ssh_user: x}\n      block: []\n',
      ['3:14 '],
      'ansible_ssh_user',
    ],
    ['set_fact', '- hosts: a\n  tasks:\n    - set_fact: ansible_host=x\n', ['3:17 '], 'ansible_host'],
    ['a prompt', '- hosts: a\n  vars_prompt: [{name: ansible_user}]\n', ['2:24 '], 'ansible_user'],
    [
      'arguments that name a jump host',
      '- hosts: a\n  vars: {ansible_ssh_common_args: -J b}\n',
      ['2:10 '],
      'ansible_ssh_common_args',
    ],
  ])('is refused in %s', (_what, source, [place], name) => {
    expect(faultsOf(source)).toEqual([`${place}${alone(name)}`]);
  });

  it.each([
    ['ansible_become_password', 'x', /^2:10 ansible_become_password is not supported: keys, an agent/],
    ['ansible_connection', 'docker', /^2:10 ansible_connection=docker is not supported: ssh and local only$/],
    ['ansible_become_method', 'su', /^2:10 ansible_become_method=su is not supported: sudo only$/],
    [
      'ansible_connection',
      '"{{ c }}"',
      /^2:10 ansible_connection holds a template; a connection variable must be plain$/,
    ],
    ['ansible_become_method', '"{{ m }}"', /^2:10 ansible_become_method holds a template; a connection variable must/],
    ['ansible_sudo_user', 'x', /^2:10 ansible_sudo_user is not supported$/],
  ])('that is not supported anywhere is refused: %s: %s', (name, value, fault) => {
    expect(faultsOf(`- hosts: a\n  vars: {${name}: ${value}}\n`)).toEqual([expect.stringMatching(fault)]);
  });

  it.each([
    'ansible_python_interpreter: /usr/bin/python3',
    'ansible_become: true',
    'ansible_become_user: svc',
    'ansible_become_method: sudo',
    'ansible_connection: ssh',
    'ansible_ssh_common_args: -o StrictHostKeyChecking=no',
    'ansible_ssh_pipelining: true',
  ])('that changes nothing of that is as welcome as ever: %s', (variable) => {
    expect(faultsOf(`- hosts: a\n  vars: {${variable}}\n${task}`)).toEqual([]);
  });

  it('means the machine that plays as the keyword does, and outweighs it', () => {
    const tasks = tasksIn(
      playOf(
        '- hosts: a\n  vars: {ansible_connection: local}\n  tasks:\n    - {debug: , connection: ssh}\n    - {debug: , vars: {ansible_connection: ssh}}\n',
      ),
    );
    expect(tasks.map(({ local }) => local)).toEqual(['always', false]);
  });
});

describe('templates', () => {
  it.each([
    ['a value', 'debug: {msg: "{{ a b }}"}', 1],
    ['a variable deep inside', 'debug:\nvars: {x: [{y: "{% if %}"}]}', 2],
    ['a condition', 'debug:\nwhen: a ==', 2],
    ['a condition in a list', 'debug:\nwhen:\n  - a\n  - (b', 4],
    ['a name', 'debug:\nname: "{{ a"', 2],
    ['an unknown filter', 'debug: {msg: "{{ a | uppper }}"}', 1],
    ['an assertion', 'assert: {that: ["a is"]}', 1],
  ])('with wrong syntax in %s are refused on their line', (_what, task, line) => {
    const faults = taskFaults(task);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${line}:`));
  });
});

describe('a playbook file', () => {
  it('tells all its faults in one refusal, the first in its sentence, in both languages', () => {
    const read = readPlaybook('- hosts: a\n  taks: []\n  rolles: []\n', 'shop/x.yml', parsing);
    expect(read).toMatchObject({
      ok: false,
      refusal: {
        code: 'playbook.invalid',
        say: {
          en: 'shop/x.yml:2:3: a play has no keyword “taks”; did you mean “tasks”?',
          fr: 'shop/x.yml:2:3: un play n’a pas de mot-clé « taks » ; vouliez-vous dire « tasks » ?',
        },
      },
    });
  });

  it('is read from its folder, by a path inside it only', async () => {
    const root = mkdtempSync(join(tmpdir(), 'parse-'));
    writeFileSync(join(root, 'a.yml'), '- hosts: all\n');
    expect(await parsePlaybook('a.yml', { root, known })).toMatchObject({ ok: true, value: { file: 'a.yml' } });
    expect(await parsePlaybook('../../etc/passwd', { root, known })).toMatchObject({ ok: false });
    rmSync(root, { recursive: true });
  });

  it.each([
    '\0',
    '\u{202e}- hosts: a',
    '- hosts: [',
    '{'.repeat(300),
    '- &a [*a]',
    '? [a]\n: b',
    '- hosts: !!binary aGk=\n',
    '%YAML 9.9\n---\n- a',
  ])('made of %j is refused without a crash', (source) => {
    expect(readPlaybook(source, 'x.yml', parsing).ok).toBe(false);
  });
});
