import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import run from '../../../plugins/run/index.ts';

const nothing = definePlugin({ name: 'nothing', about: 'nothing', settings: z.object({}), commands: [] });

let bot: TestBot;
afterEach(() => bot?.stop());

/** Plans a playbook of one play with these tasks; the refusal's code, or `planned`. */
async function planned(tasks: string, line: string): Promise<string> {
  const playbook = `- hosts: all\n  vars:\n    made: "{{ name }}"\n    safe: "{{ name | quote }}"\n  tasks:\n${tasks}`;
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
  ])('is refused %s, with the place', async (_how, tasks) => {
    expect(await planned(tasks, evil)).toBe('step.typed_in_shell');
    const [order] = await bot.store.orders.last(1);
    expect(JSON.stringify(order?.refusal)).toMatch(/site\.yml:\d+/);
  });

  it.each([
    ['quoted', '    - shell: echo {{ name | quote }} > out'],
    ['through a variable that quotes it', '    - shell: echo {{ safe }} > out'],
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

  it('is not an option either', async () => {
    expect(await planned('    - command: rm {{ name }}', 'run site name="-rf"')).toBe('step.typed_in_shell');
  });
});
