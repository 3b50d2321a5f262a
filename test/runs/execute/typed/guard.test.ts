import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import run from '../../../../plugins/run/index.ts';

const nothing = definePlugin({ name: 'nothing', about: 'nothing', settings: z.object({}), commands: [] });

let bot: TestBot;
afterEach(() => bot?.stop());

/** Plans a playbook of one play with these tasks; the refusal's code, or `planned`. */
async function planned(tasks: string, line: string): Promise<string> {
  const playbook = `- hosts: all\n  vars_prompt: [{ name: name, unsafe: true }]\n  vars:\n    made: "{{ name }}"\n    safe: "{{ name | quote }}"\n    quoted: "a '{{ name | quote }}'"\n    opens: "'"\n  tasks:\n${tasks}`;
  bot = await testBot([run, nothing], { hosts: { web: ['web-1'] }, playbooks: { 'site.yml': playbook } });
  const order = await bot.order(line);
  return order.refusal?.code ?? order.state;
}

const evil = 'run site name="x; touch pwned"';

describe('a typed value in a task that a shell reads', () => {
  it.each([
    ['unquoted', '    - shell: echo {{ name }}'],
    ['in single quotes of the author', `    - shell: echo '{{ name }}'`],
    ['through a variable made of it', '    - shell: echo {{ made }}'],
    ['through a filter', '    - shell: echo {{ name | upper }}'],
    ['through a loop', `    - shell: echo {{ item }}\n      loop: ["{{ name }}"]`],
    ['through a fact', `    - set_fact:\n        fact: "{{ name }}"\n    - shell: echo {{ fact }}`],
    [
      'through a fact made of a variable',
      `    - set_fact:\n        fact: "a {{ made }}"\n    - shell: echo {{ fact }}`,
    ],
    ['in a for block', '    - shell: "{% for one in [name] %}{{ one }}{% endfor %}"'],
    ['as words of a command', '    - command: echo {{ name }}'],
    ['quoted within single quotes', `    - shell: echo '{{ name | quote }}'`],
    ['quoted within double quotes', `    - shell: 'echo "a {{ name | quote }}"'`],
    ['quoted within backticks', '    - shell: echo `echo {{ name | quote }}`'],
    ['quoted within a shell of double quotes', `    - shell: 'echo "$(echo {{ name | quote }})"'`],
    ['quoted in arithmetic', '    - shell: echo $(( {{ name | quote }} ))'],
    ['quoted in a comment', `    - shell: "echo a # {{ name | quote }}"`],
    ['quoted behind a backslash', `    - shell: echo \\{{ name | quote }}`],
    ['quoted behind a dollar', '    - shell: echo ${{ name | quote }}'],
    ['quoted in a document', `    - shell: |\n        cat <<EOF\n        {{ name | quote }}\n        EOF`],
    ['through a variable that quotes it, within quotes', `    - shell: echo '{{ safe }}'`],
    ['through a variable within quotes of its own', `    - shell: echo {{ quoted }}`],
    ['behind a variable that opens quotes', `    - shell: { cmd: "echo {{ opens }}{{ name | quote }}'" }`],
    ['quoted and changed', `    - shell: echo {{ safe | replace("'", '') }}`],
    ['quoted in one case, within the quotes of another', `    - shell: echo {% if 1 %}'{% endif %}{{ name | quote }}'`],
    ['quoted within quotes of a command', `    - command: echo '{{ name | quote }}'`],
    [
      'quoted for another reader than a shell',
      '    - shell: { cmd: "print({{ name | quote }})", executable: /usr/bin/python3 }',
    ],
    ['in the words of a validation', `    - copy: { content: a, dest: /tmp/a, validate: "test %s {{ name }}" }`],
    ['in a command for a reboot', `    - reboot: { reboot_command: "reboot {{ name }}" }`],
    ['in the job of cron', `    - cron: { name: a, job: "echo {{ name }}" }`],
    [
      'with a percent sign, in a fact, quoted, in the job of cron',
      `    - set_fact: { fact: "{{ name }}%" }\n    - cron: { name: a, job: "echo {{ fact | quote }}" }`,
    ],
    ['quoted within quotes of cron', `    - cron: { name: a, job: "echo '{{ name | quote }}'" }`],
    ['in a query of PostgreSQL', `    - postgresql_query: { query: "SELECT {{ name }}" }`],
    ['quoted in a query of PostgreSQL', `    - postgresql_query: { query: "SELECT {{ name | quote }}" }`],
    ['in a text of a query of MySQL', `    - mysql_query: { query: ["SELECT 1", "SELECT '{{ name }}'"] }`],
    [
      'as an extra word of a dump',
      `    - mysql_db: { name: a, state: dump, target: /a, dump_extra_args: "{{ name }}" }`,
    ],
  ])('is refused %s, with the place', async (_how, tasks) => {
    expect(await planned(tasks, evil)).toBe('step.typed_in_shell');
    const [order] = await bot.store.orders.last(1);
    expect(JSON.stringify(order?.refusal)).toMatch(/site\.yml:\d+/);
  });

  it.each([
    ['quoted', '    - shell: echo {{ name | quote }} > out'],
    ['through a variable that quotes it', '    - shell: echo {{ safe }} > out'],
    ['quoted for a shell that is named', '    - shell: { cmd: "echo {{ name | quote }} > out", executable: /bin/sh }'],
    ['quoted beside quotes', `    - shell: echo "x"'; '"touch" {{ name | quote }} 2>&1 | cut -d' ' -f3- > out`],
    ['quoted behind an escaped quote', `    - shell: echo \\' {{ name | quote }} | cut -c3- > out`],
    ['quoted behind a shell in quotes', `    - shell: 'X="$(echo "a")"; echo {{ name | quote }} > out'`],
    ['quoted behind a comment', `    - shell: { cmd: "# it's\\necho {{ name | quote }} > out" }`],
    ['quoted in a shell without quotes', `    - shell: "(echo {{ name | quote }}) > out"`],
    ['only deciding', `    - shell: "{% if name == 'a' %}echo a{% else %}echo {{ name | quote }}{% endif %} > out"`],
  ])('is one word when it is %s', async (_how, tasks) => {
    const chdir = `${tasks}\n      args:\n        chdir: "{{ home }}"`;
    expect(await planned(chdir, evil)).toBe('confirming');
    const [order] = await bot.store.orders.last(1);
    if (order) await bot.tap(order, 'confirm');
    await bot.until(order?.id ?? 0, (one) => one.state === 'done');
    expect(await readFile(join(bot.folder, 'hosts/web-1/out'), 'utf8')).toBe('x; touch pwned\n');
    await expect(readFile(join(bot.folder, 'hosts/web-1/pwned'))).rejects.toThrow();
  });

  it.each([
    ['a plain word', 'run site name=v1.2-rc_3'],
    ['a path', 'run site name=/srv/shop'],
  ])('needs no quoting when it is %s', async (_what, line) => {
    expect(await planned('    - shell: echo {{ name }}', line)).toBe('confirming');
  });

  it.each([
    ['a choice', "    - shell: echo {{ '--force' if 1 else '' }} {{ name | quote }}"],
    ['a condition', '    - shell: "echo {% if 1 %}--force{% endif %} {{ name | quote }}"'],
    ['a loop', '    - shell: "echo {% for h in [1] %}--host {{ h }} {% endfor %}{{ name | quote }}"'],
  ])('may be quoted behind %s', async (_what, tasks) => {
    expect(await planned(tasks, evil)).toBe('confirming');
  });

  it.each([
    ['encoded', 'run site name=eDsgaWQ=', '    - shell: echo {{ name | b64decode }}'],
    ['encoded, and set', 'run site name=eDsgaWQ=', '    - shell: "{% set y = name | b64decode %}echo {{ y }}"'],
    [
      'encoded, in a block',
      'run site name=eDsgaWQ=',
      '    - shell: "echo {% filter b64decode %}{{ name }}{% endfilter %}"',
    ],
    ['encoded, in a list', 'run site name=eDsgaWQ=', "    - shell: echo {{ [name] | map('b64decode') | first }}"],
    ['escaped for an address', 'run site name=x%3bid', '    - shell: echo {{ name | urldecode }}'],
    ['a percent sign for cron', 'run site name=a%b', '    - cron: { name: a, job: "echo {{ name | quote }}" }'],
    ['the name of a column', 'run site name=id', '    - mysql_query: { query: "DELETE FROM a WHERE id={{ name }}" }'],
    ['a place in a query', 'run site name=%s', `    - mysql_query: { query: "SELECT '{{ name }}'" }`],
  ])('is no plain word when it is %s', async (_what, line, tasks) => {
    expect(await planned(tasks, line)).toBe('step.typed_in_shell');
  });

  it.each([
    ['a number in SQL', 'run site name=12', '    - postgresql_query: { query: "SELECT {{ name }}" }'],
    ['a word in a text of SQL', 'run site name=ann', `    - postgresql_query: { query: "SELECT '{{ name }}'" }`],
    [
      'a value beside the query',
      evil,
      `    - postgresql_query: { query: "SELECT %(a)s", named_args: { a: "{{ name }}" } }`,
    ],
    ['a word of a list', evil, `    - command: { argv: [echo, "{{ name }}"] }`],
    ['quoted in the job of cron', evil, `    - cron: { name: a, job: "echo {{ name | quote }}" }`],
  ])('may be %s', async (_what, line, tasks) => {
    expect(await planned(tasks, line)).not.toBe('step.typed_in_shell');
  });

  it('is no more than one field of the time of cron', async () => {
    const task = '    - cron: { name: a, job: id, minute: "{{ name }}" }';
    expect(await planned(task, 'run site name="* * * * * reboot #"')).toBe('module.arguments');
  });

  it('is refused with advice that leads to one word', async () => {
    await planned(`    - shell: echo '{{ name | quote }}'`, evil);
    const [order] = await bot.store.orders.last(1);
    expect(order?.refusal?.next).toEqual({
      en: 'Write {{ name | quote }} in the playbook, without quotes of your own around it.',
      fr: 'Écrivez {{ name | quote }} dans le playbook, sans guillemets à vous autour.',
    });
  });

  it('is not an option either', async () => {
    expect(await planned('    - command: rm {{ name }}', 'run site name="-rf"')).toBe('step.typed_in_shell');
  });
});
