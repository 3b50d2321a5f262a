import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import run from '../../../../plugins/run/index.ts';

const nothing = definePlugin({ name: 'nothing', about: 'nothing', settings: z.object({}), commands: [] });

let bot: TestBot;
afterEach(() => bot?.stop());

/** Plans a playbook of one play with these tasks; the refusal's code, or what it came to. */
async function planned(line: string, tasks: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const playbook = `- hosts: all
  gather_facts: false
  vars_prompt: [{ name: v, unsafe: true }]
  vars:
    root: "{{ home }}/srv"
    release: "releases/{{ v }}"
    made: "{{ root }}/{{ release }}"
    several: [one, "{{ v }}"]
    author: "a, b/../c*"
    author_dir: srv/a
  tasks:
${tasks}`;
  bot = await testBot([run, nothing], { hosts: { web: ['web-1'] }, playbooks: { 'site.yml': playbook } });
  for (const [path, text] of Object.entries(files)) {
    const file = join(bot.folder, 'playbooks', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const order = await bot.order(line);
  if (order.refusal?.code.startsWith('step.typed')) {
    expect(inLanguage(order.refusal.say, 'en')).toMatch(/^[\w./-]+:\d+: “\w+” was typed and /);
  }
  return order.refusal?.code ?? order.state;
}

const file = (path: string): string => `    - file: { path: ${JSON.stringify(path)}, state: absent }`;

/** `v` was typed as that, in this task. */
type Case = readonly [what: string, typed: string, tasks: string];

describe('a typed part of a path', () => {
  it.each<Case>([
    ['leads upwards', '../etc', file('{{ root }}/{{ v }}')],
    ['is the folder above', '..', file('{{ root }}/{{ v }}')],
    ['is the folder itself', '.', file('{{ root }}/{{ v }}')],
    ['is nothing', '', file('{{ root }}/{{ v }}')],
    ['is nothing at the end of a name', '', file('{{ root }}/a{{ v }}')],
    ['begins at the root', '/etc', file('{{ root }}/{{ v }}')],
    ['has several names', 'a/b', file('{{ root }}/{{ v }}')],
    ['has a line end', 'a\nb', file('{{ root }}/{{ v }}')],
    ['makes two dots beside another', '.', file('{{ root }}/{{ v }}{{ v }}/x')],
    ['makes two dots with the author’s', '.', file('{{ root }}/.{{ v }}')],
    ['leads upwards by itself', '/srv/../etc', file('{{ v }}')],
    ['is the root by itself', '//', file('{{ v }}')],
    ['is nothing before the rest', '', file('{{ v }}/etc')],
    ['comes through a variable', '../..', file('{{ made }}')],
    ['is changed on the way', '../ETC', file('{{ root }}/{{ v | lower }}')],
    ['is joined', '/etc', file('{{ [root, v] | path_join }}')],
    ['is joined with the author’s', 'a/b', file("{{ root ~ '/' ~ v }}")],
    ['is in a loop', '..', `${file('{{ root }}/{{ item }}')}\n      loop: [a, "{{ v }}"]`],
    ['is in a mapping of a loop', '..', `${file('{{ root }}/{{ item.name }}')}\n      loop: [{ name: "{{ v }}" }]`],
    ['is in a list of a loop', '..', `${file('{{ root }}/{{ item }}')}\n      loop: "{{ several }}"`],
    ['is in a fact', '', `    - set_fact: { fact: "{{ root }}/{{ v }}" }\n${file('{{ fact }}')}`],
    ['is a plain word in a fact', '..', `    - set_fact: { fact: "{{ v }}" }\n${file('{{ root }}/{{ fact }}')}`],
    ['is joined in a fact', '/etc', `    - set_fact: { fact: "{{ [root, v] | path_join }}" }\n${file('{{ fact }}')}`],
    [
      'is joined in a variable and a fact',
      '/etc',
      `    - set_fact: { fact: "{{ joined }}" }\n      vars: { joined: "{{ [root, v] | path_join }}" }\n${file('{{ fact }}')}`,
    ],
    ['is nothing before a filter', '', file("{{ v | regex_replace('^', '/srv/') }}")],
    ['has blanks that are cut off', '.. ', `    - find: { paths: '{{ root }}/{{ v }}' }`],
    ['is blank', ' ', file('{{ root }}/{{ v }}')],
    ['is in a result', '..', `    - debug: { msg: "{{ v }}" }\n      register: r\n${file('{{ root }}/{{ r.msg }}')}`],
    ['is where a copy goes', '../a', `    - copy: { content: a, dest: '{{ root }}/{{ v }}' }`],
    ['is what a link names', '..', `    - file: { src: 'a/{{ v }}', dest: '{{ root }}/x', state: link }`],
    ['is in a list of paths', '..', `    - find: { paths: ['{{ root }}/{{ v }}'] }`],
    ['is the folder of a command', '..', `    - command: { cmd: id, chdir: '{{ root }}/{{ v }}' }`],
    ['is what a command creates', '', `    - command: { cmd: id, creates: '{{ root }}/{{ v }}' }`],
    ['is a file of a source', '../a', `    - apt_repository: { repo: 'deb http://x y z', filename: '{{ v }}/x' }`],
    [
      'is above the folder of a volume',
      '..',
      `    - docker_container: { name: a, image: b, volumes: ['/srv/{{ v }}:/d'] }`,
    ],
    [
      'is above the source of a mount',
      '../a',
      `    - docker_container: { name: a, image: b, mounts: [{ type: bind, source: '/srv/{{ v }}', target: /d }] }`,
    ],
    ['is another device', '../a', `    - docker_container: { name: a, image: b, devices: ['/dev/{{ v }}:/dev/x'] }`],
    ['selects nothing', 'abc', file("{{ root }}/{{ ['v1', 'v2'] | select('eq', v) | join }}")],
    ['is no key', 'abc', file("{{ root }}/{{ {'x': 'y'}[v] | default('') }}")],
    ['is the key of dots', 'x', file("{{ root }}/{{ {'x': '..'}[v] }}/a")],
    ['makes dots with the author’s', 'x', file("{{ root }}/.{{ {'x': '.'}[v] }}")],
    [
      'is no key of a variable',
      'abc',
      `${file('{{ root }}/{{ x }}')}\n      vars: { x: "{{ {'x': 'y'}[v] | default('') }}" }`,
    ],
    ['counts to nothing', '0', file("{{ root }}/{{ 'x' * (v | int) }}")],
    ['chooses nothing', 'abc', file("{{ root }}/{{ 'a' if v == 'a' else '' }}")],
    ['leaves out a name', 'abc', file("{{ root }}/{% if v == 'a' %}a{% endif %}/b")],
    ['has nothing to go through', 'abc', file("{{ root }}/{% for x in v.split('-')[1:] %}a{% endfor %}")],
    ['leaves out the folder of the rest', 'abc', file("{{ '/srv' if v == 'a' else '' }}/etc")],
    ['is in an address', '../a', `    - get_url: { url: 'http://127.0.0.1/{{ v }}.tgz', dest: '{{ root }}/x' }`],
    ['is another host', 'evil.example/', `    - uri: { url: 'http://{{ v }}.example.com/' }`],
    ['adds a field', 'a&admin=1', `    - uri: { url: 'http://127.0.0.1/?a={{ v }}' }`],
    ['names tasks', '../more', '    - include_tasks: "tasks/{{ v }}.yml"'],
  ])('is refused where it %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v="${typed}"`, tasks, { 'more.yml': '[]' })).toMatch(/^step\.typed_in_path$/);
  });

  it.each<Case>([
    ['is one name', 'v1.2-rc_3', file('{{ root }}/{{ v }}/x')],
    [
      'is in a volume',
      'a',
      `    - docker_container: { name: a, image: b, volumes: ['/srv/{{ v }}:/d'] }\n      when: false`,
    ],
    ['is one name with dots', '..a', file('{{ root }}/{{ v }}')],
    ['is a whole path', '/srv/a/b', file('{{ v }}')],
    ['is a folder for the rest', '/srv/a/', file('{{ v }}/rest')],
    [
      'is in a result that is all of it',
      '/srv/a',
      `    - debug: { msg: '{{ v }}' }\n      register: r\n${file('{{ r.msg }}')}`,
    ],
    ['is in a fact that is all of it', '/srv/a', `    - set_fact: { fact: "{{ v }}" }\n${file('{{ fact }}')}`],
    ['is a name in a fact', 'v2', `    - set_fact: { fact: "{{ made }}" }\n${file('{{ fact }}/x')}`],
    ['only decides', '..', file("{{ root }}/{{ 'a' if v == '..' else 'b' }}")],
    ['chooses a part of a name', 'abc', file("{{ root }}/app{{ '-staging' if v == 'staging' else '' }}/x")],
    ['chooses a folder before a name', 'abc', file("{{ root }}/{{ 'x/' if v == 'x' else '' }}app")],
    ['chooses a name', 'x', file("{{ root }}/{{ {'x': 'y'}[v] | default('') }}")],
    ['chooses whether there is a path', 'abc', `    - command: { cmd: id, chdir: "{{ root if v == 'x' else '' }}" }`],
    ['has no part in what is left out', 'abc', file("{{ home }}/{{ left | default('') }}")],
    ['is the last name of what was typed', '/a/b', file('{{ root }}/{{ v | basename }}')],
    ['is a checksum', '../a', file("{{ root }}/{{ v | hash('sha1') }}")],
    ['is not in it', '..', file('{{ root }}/a//b/../{{ home | basename }}')],
    [
      'is in a loop beside paths of the author’s',
      'v2',
      `${file('{{ root }}/{{ item }}')}\n      loop: [a/b, '{{ release }}/x']`,
    ],
    ['is in a whole address', 'http://127.0.0.1:1/a/b', `    - debug: { msg: '{{ v }}' }`],
  ])('may stand where it %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v="${typed}"`, tasks)).toMatch(/^(?:confirming|done)$/);
  });
});

const line = (more: string): string => `    - lineinfile: { path: '{{ home }}/f', create: true, ${more} }`;

describe('a typed part of a pattern', () => {
  it.each<Case>([
    ['matches anything', '.*', line(`regexp: '^{{ v }}=', line: a`)],
    ['is nothing', '', line(`regexp: '^{{ v }}', state: absent`)],
    ['is nothing, and escaped', '', line(`regexp: '^{{ v | regex_escape }}', state: absent`)],
    ['is escaped and changed', 'a.*c', line(`regexp: "{{ v | regex_escape | replace('\\\\\\\\', '') }}", line: a`)],
    ['is where a line is put', 'a|b', line(`insertafter: '{{ v }}', line: a`)],
    ['is looked for as nothing', '', line(`search_string: '{{ v }}', state: absent`)],
    ['is a reference', '\\\\1', `    - replace: { path: '{{ home }}/f', regexp: '(a)', replace: '{{ v }}' }`],
    ['is replaced', 'a.', `    - replace: { path: '{{ home }}/f', regexp: '{{ v }}', replace: b }`],
    [
      'bounds what is replaced',
      '.*',
      `    - replace: { path: '{{ home }}/f', regexp: a, after: '{{ v }}', replace: b }`,
    ],
    ['is looked for in files', '.', `    - find: { paths: '{{ home }}', contains: '{{ v }}' }`],
    ['names files', '*', `    - find: { paths: '{{ home }}', patterns: '{{ v }}' }`],
    [
      'names files by an expression',
      'a.',
      `    - find: { paths: '{{ home }}', use_regex: true, patterns: '{{ v }}$' }`,
    ],
    ['is waited for', '.', `    - wait_for: { path: '{{ home }}/f', search_regex: '{{ v }}' }`],
    ['names services', 's*', `    - service: { name: '{{ v }}', state: restarted }`],
    ['names packages', '*', `    - apt: { name: '{{ v }}', state: absent }`],
  ])('is refused where it %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v="${typed}"`, tasks)).toBe('step.typed_in_pattern');
  });

  it.each<Case>([
    ['is a version', '1.2.3', line(`regexp: '^version: {{ v }}$', line: a`)],
    ['is an address', '10.0.0.4', line(`regexp: '^{{ v }} ', line: a`)],
    ['is letters', 'listen_port-2', line(`regexp: '^{{ v }}=', line: a`)],
    ['is escaped', 'a.*[b', line(`regexp: '^{{ v | regex_escape }}=', line: a`)],
    ['names files', 'a.log', `    - find: { paths: '{{ home }}', patterns: '*-{{ v }}' }`],
  ])('may stand where it %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v="${typed}"`, tasks)).toMatch(/^(?:confirming|done)$/);
  });
});

describe('a typed entry of a list', () => {
  it.each<Case>([
    ['is two packages', 'a,b', `    - apt: { name: '{{ v }}' }`],
    ['is two behind the author’s', 'a,b', `    - apt: { name: 'c,{{ v }}' }`],
    ['looks like a list', "['a', 'b']", `    - apt: { name: '{{ v }}' }`],
    ['is two groups', 'a,sudo', `    - user: { name: ann, groups: '{{ v }}' }`],
    ['is an option more', 'ro,exec', `    - mount: { path: /mnt, src: x, fstype: y, state: present, opts: '{{ v }}' }`],
    ['is a right more', 'a.*:ALL/b', `    - mysql_user: { name: ann, priv: '{{ v }}.*:SELECT' }`],
    ['is any database', '%', `    - mysql_user: { name: ann, priv: '{{ v }}.*:SELECT' }`],
    ['is a field more', 'ann:x', `    - htpasswd: { path: '{{ home }}/p', name: '{{ v }}', password: a }`],
    ['is a word more of a source', 'main evil', `    - apt_repository: { repo: 'deb http://x y {{ v }}' }`],
  ])('is refused where it %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v="${typed}"`, tasks)).toBe('step.typed_in_list');
  });

  it.each<Case>([
    ['is one of the author’s list', 'a,b', `    - command: { argv: [echo, '{{ v }}'] }`],
    ['is a word of a message', 'a, b', `    - debug: { msg: ['{{ v }}', '{{ author }}'] }`],
    ['is a variable with a list in it', 'a', `    - find: { paths: '{{ home }}', patterns: '{{ several }}' }`],
  ])('may stand where it %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v="${typed}"`, tasks)).toMatch(/^(?:confirming|done)$/);
  });
});

const text = 'x\ny: 1';

describe('a typed part of a line', () => {
  it.each<readonly [string, string]>([
    ['a line', line(`line: 'a={{ v }}'`)],
    ['a line, changed', line(`line: 'a={{ v | upper }}'`)],
    ['a line, through a loop', `${line(`line: 'a={{ item }}'`)}\n      loop: ['{{ v }}']`],
    ['a setting', `    - ini_file: { path: '{{ home }}/i', section: s, option: o, value: '{{ v }}' }`],
    ['the name of a setting', `    - ini_file: { path: '{{ home }}/i', section: s, option: '{{ v }}', value: a }`],
    ['a setting of the kernel', `    - sysctl: { name: a, value: '{{ v }}' }`],
    ['the name of a job', `    - cron: { name: '{{ v }}', job: id }`],
    ['a job, quoted', `    - cron: { name: a, job: 'echo {{ v | quote }}' }`],
    ['a key', `    - authorized_key: { user: ann, key: '{{ v }}' }`],
    [
      'an entry with a name that is made',
      `    - ini_file: { path: '{{ home }}/i', section: s, option: o, values: ['{{ v }}'] }`,
    ],
    ['a label with a name that is made', `    - docker_network: { name: a, labels: { '{{ root }}': '{{ v }}' } }`],
    ['the name of a label', `    - docker_network: { name: a, labels: { '{{ v }}': a } }`],
    ['a source', `    - apt_repository: { repo: '{{ v }}' }`],
    ['a comment of a user', `    - user: { name: ann, comment: '{{ v }}' }`],
    ['the name of a host', `    - hostname: { name: '{{ v }}' }`],
    ['a mark of a block', `    - blockinfile: { path: '{{ home }}/f', marker: '# {mark} {{ v }}', block: a }`],
    ['a block', `    - blockinfile: { path: '{{ home }}/f', create: true, block: 'a: {{ v }}' }`],
    ['a content', `    - copy: { dest: '{{ home }}/f', content: 'a: {{ v }}' }`],
    [
      'a content, escaped for a pattern',
      `    - copy: { dest: '{{ home }}/f', content: "a: {{ v | regex_escape }}\\n" }`,
    ],
    ['a template', `    - template: { dest: '{{ home }}/f', src: a.j2 }`],
    ['a template, by a name of its own', `    - template: { dest: '{{ home }}/f', src: name.j2 }`],
    ['a template, by a macro', `    - template: { dest: '{{ home }}/f', src: macro.j2 }`],
    ['a template, in a block', `    - template: { dest: '{{ home }}/f', src: block.j2 }`],
    ['a template, in a loop', `    - template: { dest: '{{ home }}/f', src: loop.j2 }`],
  ])('is refused where it ends %s', async (_what, tasks) => {
    const files = {
      'name.j2': '{% set x = v %}\na: {{ x }}\n',
      'macro.j2': '{% macro m(x) %}\n[{{ x }}]\n{% endmacro %}\n{{ m(v) }}\n',
      'block.j2': '{% filter upper %}\n{{ v }}\n{% endfilter %}\n',
      'a.j2': 'a: {{ v }}\n',
      'loop.j2': '{% for one in [v] %}\n- {{ one }}\n{% endfor %}\n',
    };
    expect(await planned(`run site v="${text}"`, tasks, files)).toBe('step.typed_in_line');
  });

  it.each<readonly [string, string]>([
    ['a message', `    - debug: { msg: '{{ v }}' }`],
    ['a fact', `    - set_fact: { fact: '{{ v }}' }`],
    ['what a command reads', `    - command: { cmd: cat, stdin: '{{ v }}' }`],
    ['a content of JSON', `    - copy: { dest: '{{ home }}/f', content: 'a: {{ v | to_json }}' }`],
    ['a content that is data', `    - copy: { dest: '{{ home }}/f', content: { a: '{{ v }}' } }`],
    ['a line without its ends', line(`line: "a={{ v | replace('\\n', ' ') }}"`)],
    ['a template that makes JSON of it', `    - template: { dest: '{{ home }}/f', src: a.j2 }`],
    ['a template with names of its own', `    - template: { dest: '{{ home }}/f', src: names.j2 }`],
    ['a template that parts its lines', `    - template: { dest: '{{ home }}/f', src: lines.j2 }`],
    [
      'a content of JSON in several lines',
      `    - copy:\n        dest: '{{ home }}/f'\n        content: |\n          a: {{ v | to_json }}\n          b: 1`,
    ],
  ])('may have line ends in %s', async (_what, tasks) => {
    const files = {
      'names.j2':
        "{% set x = 'one' %}\n{% set y = v %}\na: {{ v | to_json }}\nb: {{ x }}\n{% for i in [1] %}\nc: {{ y | to_json }}\n{% endfor %}\n",
      'lines.j2': "{% for one in v.split('\\n') %}\n# {{ one }}\n{% endfor %}\n",
      'a.j2': '{% if v %}\na: {{ v | to_json }}\n{% endif %}\n{% for i in [1, 2] %}\n- {{ i }}\n{% endfor %}\n',
    };
    expect(await planned(`run site v="${text}"`, tasks, files)).toMatch(/^(?:confirming|done)$/);
  });
});

describe('what is typed and in another place', () => {
  it.each<Case>([
    [
      'a variable of a host by its name',
      'Fix / it',
      file('{{ root }}/{{ hostvars[inventory_hostname].inventory_hostname }}'),
    ],
    ['a part of one of its facts', 'a/b', file("{{ root }}/{{ hostvars['web-1']['inventory_hostname'] }}")],
    ['a pattern with it', 'a|b', line(`regexp: "^{{ hostvars['web-1'].inventory_hostname }}=", line: x`)],
    ['a variable by a written name', 'a/b', file("{{ root }}/{{ lookup('vars', 'author_dir') }}")],
    ['a slug', 'feature/x', file("{{ root }}/{{ v.replace('/', '-') }}")],
    ['a slug of its last name', 'feature/x', file("{{ root }}/{{ v.split('/')[-1] }}")],
    [
      'a slug in a fact',
      'feature/x',
      `    - set_fact: { slug: "{{ v | replace('/', '-') }}" }\n${file('{{ root }}/{{ slug }}')}`,
    ],
    ['a base folder in a fact', 'base/dir', `    - set_fact: { d: "{{ v }}/x" }\n${file('{{ d }}')}`],
    ['a whole base folder in a fact', '/srv/a', `    - set_fact: { d: "{{ v }}/x" }\n${file('{{ d }}/y')}`],
    ['a base folder that is joined', '/srv/a', file("{{ [v, 'x'] | path_join }}")],
    ['a base folder that is added to', '/srv/a', file("{{ v + '/x' }}")],
    [
      'what it decided in a fact',
      'release/1',
      `    - set_fact: { d: "{{ 'srv/prod' if v == 'release/1' else 'srv/test' }}" }\n${file('{{ root }}/{{ d }}')}`,
    ],
    ['what it chose', 'release/1', file("{{ root }}/{{ {'release/1': 'srv/shop'}[v] }}")],
    [
      'what it chose by a test',
      'a/b',
      file("{{ root }}/{{ ([{'n': 'a/b', 'd': 'shop'}] | selectattr('n', 'equalto', v) | first).d }}"),
    ],
    [
      'another key of a mapping',
      'feature/x',
      `${file('{{ root }}/{{ item.n }}')}\n      loop: [{ n: shop, rev: '{{ v }}' }, { n: web, rev: x }]`,
    ],
    [
      'where a message went',
      'Fix / it',
      `    - debug: { msg: '{{ v }}' }\n      register: r\n${file('{{ root }}/a{{ r.changed }}')}`,
    ],
    [
      'the path that a result tells',
      'rel/1',
      `    - stat: { path: '{{ v }}' }\n      register: r\n${file("{{ r.stat.path | default('/srv/rel/1') }}")}`,
    ],
    [
      'a file that a result tells',
      'Fix: a /tmp b',
      `    - debug: { msg: '{{ v }}' }\n      register: r\n${file("{{ r.path | default('/tmp/x') }}")}`,
    ],
    [
      'where a message of nothing went',
      '',
      `    - debug: { msg: '{{ v }}' }\n      register: r\n${file('{{ root }}/a{{ r.changed }}')}`,
    ],
  ])('does not count in %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v="${typed}"`, tasks)).toMatch(/^(?:confirming|done)$/);
  });

  it('does not count for an include’s loop that comes later', async () => {
    const tasks = `    - include_tasks: a.yml\n      loop: ['{{ v }}']\n    - include_tasks: b.yml\n      loop: [a, b]`;
    const files = {
      'a.yml': "- debug: { msg: '{{ item }}' }\n",
      'b.yml': "- file: { path: '{{ root }}/{{ item }}', state: absent }\n",
    };
    expect(await planned('run site v="a / b"', tasks, files)).toMatch(/^(?:confirming|done)$/);
  });
});

describe('what is typed and hidden', () => {
  const encoded = Buffer.from('x\nevil').toString('base64');
  it.each<readonly [string, string, string, string]>([
    [
      'in an encoding of a fact',
      encoded,
      `    - set_fact: { m: "{{ v | b64decode }}" }\n${line(`line: '# {{ m }}'`)}`,
      'line',
    ],
    ['in a text of JSON', '{\\"name\\":\\"a\\\\nb\\"}', line(`line: '# {{ (v | string | from_json).name }}'`), 'line'],
    ['in an encoding of an address', 'a%0Ab', line(`line: "# {{ (v | urldecode).strip() }}"`), 'line'],
    ['in an escape of JMESPath', '`\\"a\\\\nb\\"`', line(`line: '# {{ {} | json_query(v) }}'`), 'line'],
    ['in what JMESPath chose by it', 'y', file("{{ root }}/{{ {'y': '../etc'} | json_query(v) }}"), 'path'],
    ['in what JMESPath took out', 'a/b', file("{{ root }}/{{ {'y': v} | json_query('y') }}"), 'path'],
    ['by a line end of the author’s', 'a|b', line(`line: "# {{ v.replace('|', '\\n') }}"`), 'line'],
    [
      'in an encoding, in a path',
      '%2fetc',
      `    - set_fact: { m: "{{ v | urldecode }}" }\n${file('{{ root }}/{{ m }}')}`,
      'path',
    ],
    [
      'in a fact, in another case',
      '../Etc',
      `    - set_fact: { m: "{{ root ~ '/' ~ v | lower }}" }\n${file('{{ m }}')}`,
      'path',
    ],
    ['in a fact, below another', 'a/b', `    - set_fact: { m: "{{ root ~ '/' ~ v }}" }\n${file('{{ m }}')}`, 'path'],
    [
      'in a variable of a host',
      'a/b',
      `    - set_fact: { m: "{{ root ~ '/' ~ v }}" }\n${file("{{ hostvars['web-1'].m }}")}`,
      'path',
    ],
    ['in a variable by its name', '..', file("{{ root }}/{{ lookup('vars', 'v') }}"), 'path'],
    ['in any variable', '..', file("{{ root }}/{{ lookup('vars', 'v' ~ '') }}"), 'path'],
  ])('is refused %s', async (_what, typed, tasks, place) => {
    expect(await planned(`run site v="${typed}"`, tasks)).toBe(`step.typed_in_${place}`);
  });

  it('is refused in the loop of an include around another’s', async () => {
    const tasks = `    - include_tasks: a.yml\n      loop: ['{{ v }}']`;
    const files = {
      'a.yml': `- include_tasks: b.yml\n  loop: ['{{ w }}']\n- lineinfile: { path: '{{ home }}/f', regexp: '^{{ item }}', state: absent }\n`,
      'b.yml': "- debug: { msg: '{{ item }}' }\n",
    };
    expect(await planned('run site v=".*" w=ok', tasks, files)).toBe('step.typed_in_pattern');
  });

  it('is refused in a loop over what the loop of an include around gives', async () => {
    const tasks = `    - include_tasks: a.yml\n      loop: ['{{ v }}']`;
    const files = { 'a.yml': `- file: { path: '{{ root }}/{{ item }}', state: absent }\n  loop: ['{{ item }}/x']\n` };
    expect(await planned('run site v=".."', tasks, files)).toBe('step.typed_in_path');
  });
});

describe('a typed part in newer modules', () => {
  it.each<readonly [what: string, typed: string, task: string, place: string]>([
    ['of a file that is sent', 'a/b', "uri: { url: 'http://127.0.0.1/', method: POST, src: '{{ v }}' }", 'path'],
    [
      'of a file in a form',
      '../x',
      "uri: { url: 'http://127.0.0.1/', method: POST, body_format: form-multipart, body: { f: { filename: 'certs/{{ v }}' } } }",
      'path',
    ],
    ['of a place for an answer', '..', "uri: { url: 'http://127.0.0.1/', dest: '{{ root }}/{{ v }}' }", 'path'],
    [
      'that is all hosts',
      '*',
      "known_hosts: { name: web, key: '{{ v }} ssh-rsa AAAA', path: '{{ root }}/k' }",
      'pattern',
    ],
    [
      'that is several hosts',
      'a,*',
      "known_hosts: { name: a, key: '{{ v }} ssh-rsa AAAA', path: '{{ root }}/k' }",
      'list',
    ],
    [
      'that is two rights',
      'a:rwx,user:b',
      "acl: { path: '{{ root }}', entry: 'user:{{ v }}:r', state: present }",
      'list',
    ],
    [
      'of a file of repositories',
      '../x',
      "yum_repository: { name: '{{ v }}', description: x, baseurl: 'http://x', reposdir: '{{ root }}' }",
      'path',
    ],
  ])('is refused as a part %s', async (_what, typed, task, place) => {
    expect(await planned(`run site v="${typed}"`, `    - ${task}`)).toBe(`step.typed_in_${place}`);
  });
});

it('a path that a module tells may be typed, as the module was given it', async () => {
  const tasks = `    - stat: { path: '{{ v }}' }
      register: r
    - file: { path: '{{ r.stat.path }}', state: absent }
    - copy: { dest: a.conf, content: '{{ m }}' }
      register: c
    - copy: { src: '{{ c.dest }}', dest: b.conf, remote_src: true }`;
  bot = await testBot([run, nothing], {
    hosts: { web: ['web-1'] },
    playbooks: {
      'site.yml': `- hosts: all\n  gather_facts: false\n  vars_prompt: [{ name: m, unsafe: true }, { name: v, unsafe: true }]\n  tasks:\n${tasks}`,
    },
  });
  for (const name of ['rel/1/x', 'a.conf']) {
    const path = join(bot.folder, 'hosts/web-1', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '');
  }
  const order = await bot.order('run site v=rel/1 m="listen 80; root /srv/x;"');
  expect(order.refusal?.say ?? order.state).toBe('confirming');
});

it('what only the run can know is looked at in the run', async () => {
  const tasks = `    - command: cat name\n      args: { chdir: '{{ home }}' }\n      register: r\n${file('{{ root }}/{{ r.stdout }}{{ v }}')}`;
  expect(await planned('run site v=.', tasks)).toBe('confirming');
  await mkdir(join(bot.folder, 'hosts/web-1'), { recursive: true });
  await writeFile(join(bot.folder, 'hosts/web-1/name'), '.');
  const [order] = await bot.store.orders.last(1);
  if (!order) throw new Error('no order');
  await bot.tap(order, 'confirm');
  const ended = await bot.until(order.id, ({ state }) => state === 'failed' || state === 'done');
  expect(ended.state).toBe('failed');
  expect(JSON.stringify(await bot.store.runs.steps(ended.runId ?? 0))).toContain('step.typed_in_path');
});

describe('a typed part of a package of npm', () => {
  const npm = (name: string, version: string): string =>
    `    - npm: { name: ${JSON.stringify(name)}, version: ${JSON.stringify(version)}, global: true }`;

  it.each<Case>([
    ['is an address', 'http://127.0.0.1:1/x.tgz', npm('shop', '{{ v }}')],
    ['is another package', 'npm:evil@1', npm('shop', '{{ v }}')],
    ['is one of a forge', 'evil/x', npm('shop', '{{ v }}')],
    ['is a folder', '..', npm('shop', '{{ v }}')],
    ['is a file', 'x.tgz', npm('shop', '{{ v }}')],
    ['is a file with the author’s', 'tgz', npm('shop', '1.{{ v }}')],
    ['is an address as a name', 'git+https://127.0.0.1/x', npm('{{ v }}', '1')],
    ['is another package as a name', 'shop@npm:evil', npm('{{ v }}', '1')],
    ['is a folder as a name', './x', npm('{{ v }}', '1')],
    ['is one of a forge as a name', 'evil/x', npm('{{ v }}', '1')],
  ])('is refused when it %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v=${JSON.stringify(typed)}`, tasks)).toBe('step.typed_in_path');
  });

  it.each<Case>([
    ['a version', '1.2.3-rc.1+b', npm('shop', '{{ v }}')],
    ['a range', '^1.2', npm('shop', '{{ v }}')],
    ['a tag', 'latest', npm('shop', '{{ v }}')],
    ['a part of a version', '2', npm('shop', '1.{{ v }}.x')],
    ['an address of the author’s', '1.2', npm('shop', 'https://dl.example.org/shop-{{ v }}.tgz')],
    ['a name', 'shop-a', npm('{{ v }}', '1')],
    ['a name with its scope', '@acme/shop', npm('{{ v }}', '1')],
    ['a name in a scope', 'shop', npm('@acme/{{ v }}', '1')],
  ])('may be %s', async (_what, typed, tasks) => {
    expect(await planned(`run site v=${JSON.stringify(typed)}`, tasks)).not.toMatch(/^step\.typed/);
  });
});
