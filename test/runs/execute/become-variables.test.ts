import { afterEach, describe, expect, it } from 'vitest';
import { definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import run from '../../../plugins/run/index.ts';
import { type Lab, openLab } from '../lab.ts';

const inventory = '[web]\na\n[db]\nb ansible_become_user=postgres\n';

let lab: Lab;
let bot: TestBot;
afterEach(async () => {
  await lab?.close();
  await bot?.stop();
});

/** Who the last step of a host would become, as its plan says. */
async function whoBecomes(
  text: string,
  files: Readonly<Record<string, string>> = {},
  vars: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  lab = await openLab({ hosts: ['a', 'b'], inventory });
  for (const [name, content] of Object.entries(files)) await lab.file(`playbooks/${name}`, content);
  await lab.playbook(text);
  const { steps } = await lab.plan({ vars, chosen: Object.keys(vars) });
  const step = steps.findLast(({ host }) => host === 'a');
  return step?.differences.find(({ subject, aspect }) => subject === 'become' && aspect === 'user')?.after;
}

const play = (keywords: string, task = '{ copy: { content: x, dest: f } }', before = ''): string =>
  `- hosts: a\n  gather_facts: false\n${keywords}  tasks:\n${before}    - ${task}\n`;
const becoming = '  become: true\n';
const copy = 'copy: { content: x, dest: f }';

/** A module whose facts are what the host says, by names that decide more than a fact may. */
const tellingModule = `export const module = {
  name: 'told',
  args: {},
  tells: ['more'],
  prepare: () => null,
  probe: () => 'cat said',
  read: ({ stdout }) => stdout.trim(),
  plan: (_args, said) => ({
    differences: [],
    result: { ansible_facts: { more: said, ansible_become_user: said, ansible_become: false } },
  }),
  apply: () => undefined,
  finish: () => ({ result: {}, changed: false }),
};
`;

describe('the variables ansible_become and ansible_become_user', () => {
  it.each([
    ['of a play', play(`${becoming}  vars: { ansible_become_user: svc }\n`)],
    [
      'of a play, with a keyword beside it',
      play(`${becoming}  become_user: other\n  vars: { ansible_become_user: svc }\n`),
    ],
    ['of a play, without a keyword', play('  vars: { ansible_become: "yes", ansible_become_user: svc }\n')],
    ['of a task', play(becoming, `{ ${copy}, vars: { ansible_become_user: svc } }`)],
    ['of a block', play(becoming, `{ vars: { ansible_become_user: svc }, block: [{ ${copy} }] }`)],
    ['as a template', play(`${becoming}  vars: { ansible_become_user: "{{ who }}", who: svc }\n`)],
    ['set by a task', play(becoming, `{ ${copy} }`, '    - set_fact: { ansible_become_user: svc }\n')],
    ['of a loop', play(becoming, `{ ${copy}, loop: [svc], vars: { ansible_become_user: "{{ item }}" } }`)],
  ])('%s say who a task becomes', async (_what, text) => {
    expect(await whoBecomes(text)).toBe('svc');
  });

  it.each([
    ['vars_files', `${becoming}  vars_files: [vars.yml]\n`, { 'vars.yml': 'ansible_become_user: svc\n' }],
    ['vars of a role', `${becoming}  roles: [app]\n`, { 'roles/app/vars/main.yml': 'ansible_become_user: svc\n' }],
    [
      'defaults of a role',
      `${becoming}  roles: [app]\n`,
      { 'roles/app/defaults/main.yml': 'ansible_become_user: svc\n' },
    ],
  ])('of %s do so too', async (_what, keywords, files) => {
    const role = { 'roles/app/tasks/main.yml': `- ${copy.replace('dest: f', 'dest: g')}\n` };
    expect(await whoBecomes(play(keywords), { ...role, ...files })).toBe('svc');
  });

  it('of include_vars do so for what follows', async () => {
    const text = play(becoming, `{ ${copy} }`, '    - include_vars: more.yml\n');
    expect(await whoBecomes(text, { 'more.yml': 'ansible_become_user: svc\n' })).toBe('svc');
  });

  it('given by the operator outweigh the others', async () => {
    const text = play('  vars: { ansible_become_user: other }\n');
    expect(await whoBecomes(text, {}, { ansible_become: 'true', ansible_become_user: 'svc' })).toBe('svc');
  });

  it('that say no outweigh the keyword', async () => {
    expect(
      await whoBecomes(play(`${becoming}  become_user: svc\n  vars: { ansible_become: false }\n`)),
    ).toBeUndefined();
  });

  it('make a task become root where nobody is named', async () => {
    expect(await whoBecomes(play('  vars: { ansible_become: true }\n'))).toBe('root');
  });

  it('are those of the host that a task is delegated to', async () => {
    expect(await whoBecomes(play(becoming, `{ ${copy}, delegate_to: b }`))).toBe('postgres');
    await lab.close();
    expect(await whoBecomes(play(becoming, `{ ${copy}, delegate_to: b, vars: { ansible_become_user: svc } }`))).toBe(
      'svc',
    );
    await lab.close();
    const set = '    - set_fact: { ansible_become_user: svc }\n';
    expect(await whoBecomes(play(becoming, `{ ${copy}, delegate_to: b }`, set))).toBe('postgres');
  });

  it('that nobody can know yet leave the step unknown', async () => {
    lab = await openLab({ hosts: ['a'], inventory: 'a\n' });
    await lab.playbook(
      play(
        becoming,
        `{ ${copy}, vars: { ansible_become_user: "{{ told.stdout }}" } }`,
        '    - { command: whoami, register: told }\n',
      ),
    );
    expect((await lab.plan()).steps.map(({ outcome }) => outcome)).toEqual(['change', 'unknown']);
  });

  it('come from no fact that a host gives', async () => {
    lab = await openLab({ hosts: ['a'], inventory: 'a\n' });
    await lab.file('hosts/a/said', 'svc');
    await lab.file('playbooks/library/told.js', tellingModule);
    await lab.playbook(play(becoming, '{ copy: { content: "{{ more }}", dest: f } }', '    - told:\n'));
    const step = (await lab.plan()).steps.at(-1);
    expect(step?.differences).toContainEqual(
      expect.objectContaining({ subject: 'become', aspect: 'user', after: 'root' }),
    );
    expect(JSON.stringify(step?.differences)).toContain('+svc');
  });
});

describe('a typed value', () => {
  const asking = (vars: string): string =>
    `- hosts: all\n  gather_facts: false\n  become: true\n  vars_prompt: [{ name: who }]\n  vars: ${vars}\n  tasks: [{ ${copy} }]\n`;

  it.each([
    ['as it is', '{ ansible_become_user: "{{ who }}" }'],
    ['through another variable', '{ ansible_become_user: "{{ account }}", account: "{{ who }}" }'],
    ['as the answer whether at all', '{ ansible_become: "{{ who }}" }'],
  ])('never decides who a task becomes: %s', async (_what, vars) => {
    bot = await testBot(
      [run, definePlugin({ name: 'nothing', about: 'nothing', settings: z.object({}), commands: [] })],
      {
        hosts: { web: ['web-1'] },
        playbooks: { 'site.yml': asking(vars) },
      },
    );
    const order = await bot.order('run site who=svc');
    expect(order.refusal?.code ?? order.state).toBe('step.typed_account');
  });

  it.each([
    ['as it is', '', '{ become: true, become_user: "{{ who }}" }'],
    ['with a default', '', `{ become: true, become_user: "{{ who | default('deploy') }}" }`],
    ['through another variable', 'vars: { account: "{{ who }}" }', '{ become: true, become_user: "{{ account }}" }'],
    ['as the answer whether at all', '', '{ become: "{{ who }}" }'],
    ['as the answer whether at all, of a play', 'become: "{{ who }}"', '{}'],
  ])('never decides by a keyword who a task becomes: %s', async (_what, play, keywords) => {
    const task = `{ command: id -un, ${keywords.slice(1, -1).trim()} }`;
    const playbook = `- hosts: all\n  gather_facts: false\n  vars_prompt: [{ name: who }]\n  ${play}\n  tasks: [${task.replace(/, +\}/, ' }')}]\n`;
    bot = await testBot([run], { hosts: { web: ['web-1'] }, playbooks: { 'site.yml': playbook } });
    const order = await bot.order('run site who=yes');
    expect(order.refusal?.code ?? order.state).toBe('step.typed_account');
  });
});
