import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inLanguage, type Text } from '#core/text.ts';
import { arg, change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import run from '../../../../plugins/run/index.ts';

/** Takes a variable's name from a person, but sets some of its own. */
const team = definePlugin({
  name: 'team',
  about: 'Of a team',
  settings: z.object({}),
  commands: [
    change({
      name: 'paint',
      about: 'Paint',
      permission: 'team.paint',
      risk: 'ordinary',
      needs: [],
      args: { colour: arg.word({ about: 'which' }), vars: arg.vars({ about: 'more', optional: true }) },
      examples: ['paint red'],
      plan: ({ args: { colour, vars = {} } }) => ({
        do: 'play',
        title: 'Paint',
        playbook: 'site.yml',
        vars: { ...vars, word: colour },
        chosen: { root: '/srv/paint' },
      }),
    }),
  ],
});

let bot: TestBot;
afterEach(() => bot?.stop());

const en = (text: Text | undefined): string => (text === undefined ? '' : inLanguage(text, 'en'));

interface World {
  readonly play?: string;
  readonly tasks?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** A playbook of one play, beside more files, and what became of an order. */
async function ordered(line: string, { play = '', tasks, files = {} }: World) {
  const body =
    tasks ?? '    - debug: { msg: "{{ word | default(1) }}" }\n    - copy: { content: a, dest: "{{ home }}/a" }';
  bot = await testBot([run, team], {
    hosts: { web: ['web-1'] },
    playbooks: { 'site.yml': `- hosts: web\n  gather_facts: false\n${play}  tasks:\n${body}\n` },
  });
  for (const [path, text] of Object.entries(files)) {
    const file = join(bot.folder, 'playbooks', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return bot.order(line);
}

const role = { 'roles/shop/tasks/main.yml': '- debug: { msg: "{{ word }}" }\n' };

describe('a variable that a person names', () => {
  it.each<[string, World, string]>([
    ['in the variables of a group', { files: { 'group_vars/web.yml': 'a: 1\nword: b\n' } }, 'group_vars/web.yml:2'],
    ['in the variables of a host', { files: { 'host_vars/web-1.yml': 'word: b\n' } }, 'host_vars/web-1.yml:1'],
    ['in the variables of the play', { play: '  vars: { word: b }\n' }, 'site.yml:3'],
    ['as nothing, in the variables of the play', { play: "  vars: { word: '' }\n" }, 'site.yml:3'],
    [
      'in a file of variables',
      { play: '  vars_files: [more.yml]\n', files: { 'more.yml': 'word: b\n' } },
      'more.yml:1',
    ],
    [
      'in the variables of a role',
      { play: '  roles: [shop]\n', files: { ...role, 'roles/shop/vars/main.yml': 'word: b\n' } },
      'roles/shop/vars/main.yml:1',
    ],
    ['where it uses a role', { play: '  roles: [{ role: shop, word: b }]\n', files: role }, 'site.yml:3'],
    ['at a task', { tasks: '    - debug: { msg: "{{ word }}" }\n      vars: { word: b }' }, 'site.yml:5'],
    ['as the result of a task', { tasks: '    - stat: { path: / }\n      register: word' }, 'site.yml:4'],
    ['as a fact', { tasks: '    - set_fact: { word: b }' }, 'site.yml:4'],
    [
      'in a file that a task includes',
      { tasks: '    - include_vars: more.yml\n    - debug: { msg: "{{ word }}" }', files: { 'more.yml': 'word: b\n' } },
      'more.yml:1',
    ],
    [
      'in tasks that are included',
      {
        tasks: '    - include_tasks: more.yml',
        files: { 'more.yml': '- debug: { msg: "{{ word }}" }\n  vars: { word: b }\n' },
      },
      'more.yml:2',
    ],
    [
      'in a play that asks for others',
      { play: '  vars_prompt: [{ name: other }]\n  vars: { word: b }\n' },
      'site.yml:4',
    ],
    [
      'above what the play asks for',
      { play: '  vars_prompt: [{ name: word }]\n', tasks: '    - set_fact: { word: b }' },
      'site.yml:5',
    ],
  ])('is refused where the team wrote it %s', async (_where, world, place) => {
    const order = await ordered('run site word=x', world);
    expect(order.refusal?.code).toBe('run.variable_set');
    expect(en(order.refusal?.say)).toContain(place);
  });

  it.each<[string, World]>([
    ['nothing sets', {}],
    ['the play asks for', { play: '  vars_prompt: [{ name: word, default: b }]\n' }],
    [
      'the play asks for, above the inventory',
      { play: '  vars_prompt: [{ name: word }]\n', files: { 'group_vars/all.yml': 'word: b\n' } },
    ],
    [
      'a role has a default for',
      { play: '  roles: [shop]\n', files: { ...role, 'roles/shop/defaults/main.yml': 'word: b\n' } },
    ],
    ['another group has', { files: { 'group_vars/db.yml': 'word: b\n' } }],
  ])('may be one that %s', async (_what, world) => {
    const order = await ordered('run site word=x', world);
    expect(order).toMatchObject({ state: 'confirming' });
    const plan = await bot.store.plans.get(order.planHash ?? '');
    expect(plan?.request).toMatchObject({ vars: { word: 'x' }, typed: ['word'] });
    expect(plan?.request).not.toHaveProperty('chosen');
  });

  it('is told from what a plugin names, and from what it takes from its settings', async () => {
    const files = { 'group_vars/web.yml': 'word: b\nroot: /srv\nother: c\n' };
    const order = await ordered('paint red', { files });
    const plan = await bot.store.plans.get(order.planHash ?? '');
    expect(plan?.request).toMatchObject({ vars: { word: 'red', root: '/srv/paint' }, chosen: ['root'] });
    expect(plan?.request).not.toHaveProperty('typed');
    expect((await bot.order('paint red other=x')).refusal?.code).toBe('run.variable_set');
    expect(await bot.order('paint red root=x')).toMatchObject({ state: 'confirming' });
  });
});

it('a plan keeps the difference, so that what the team writes meanwhile is not replaced', async () => {
  const order = await ordered('run site word=x', {});
  await mkdir(join(bot.folder, 'playbooks/group_vars'), { recursive: true });
  await writeFile(join(bot.folder, 'playbooks/group_vars/web.yml'), 'word: b\n');
  await bot.tap(order, 'confirm');
  const ended = await bot.until(order.id, (one) => one.state === 'failed' || one.state === 'done');
  expect(ended).toMatchObject({ state: 'failed', refusal: { code: 'run.variable_set' } });
});
