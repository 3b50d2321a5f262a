import { afterEach, expect, test } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { type Lab, openLab, type Ran } from '../lab.ts';

/** What `no_log` hides is hidden where it names something as well: a file, a role, a handler, an account. */

let lab: Lab;
afterEach(() => lab.close());

const token = 'NLTOKEN-4711-xyz';
const play = (tasks: string): string =>
  `- hosts: all\n  gather_facts: false\n  vars: { tok: ${token} }\n  tasks:\n    - no_log: true\n      block:\n${tasks}`;

/** A module that breaks, and says on what. */
const breaking = `export const module = {
  name: 'breaking',
  args: { text: { type: 'str' } },
  prepare: ({ text }) => { throw new TypeError(text); },
  probe: () => '',
  read: () => '',
  plan: () => ({ result: {}, differences: [] }),
  apply: () => ({ script: '' }),
  finish: () => ({ result: {}, changed: false }),
};
`;

/** All that the bot shows of a plan that is refused or made, of its run, and all that it logs. */
async function shown(tasks: string): Promise<string> {
  const logged: unknown[] = [];
  lab = await openLab({ hosts: ['a'], onLog: (fields) => logged.push(fields) });
  lab.ssh.letsNobodyIn('a', tasks.includes('remote_user'));
  await lab.playbook(play(tasks));
  const refused = await lab.plan().catch((thrown: unknown) => refusalOf(thrown));
  const ran: Ran = await lab.apply({});
  const logs = logged.map((fields) => JSON.stringify(fields, inFull));
  return JSON.stringify([refused, ran, logs]);
}

const inFull = (_key: string, value: unknown): unknown =>
  value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value;

const hidden: readonly (readonly [what: string, tasks: string])[] = [
  ['a file that is included', '        - include_tasks: "{{ tok }}.yml"\n'],
  ['a role that is included', '        - include_role: { name: "{{ tok }}" }\n'],
  ['a handler', '        - command: "true"\n          notify: "{{ tok }}"\n'],
  ['an account to become', '        - command: "true"\n          become: true\n          become_user: "{{ tok }}!"\n'],
  ['a host to delegate to', '        - command: "true"\n          delegate_to: "{{ tok }}"\n'],
  ['an account to log in with', '        - command: "true"\n          remote_user: "{{ tok }}"\n'],
  ['a lookup that fails', `        - command: "true"\n          notify: "{{ lookup('file', tok) }}"\n`],
];

test('what a module broke on is not logged, but where', async () => {
  const logged: object[] = [];
  lab = await openLab({ hosts: ['a'], onLog: (fields) => logged.push(fields) });
  await lab.file('playbooks/library/breaking.js', breaking);
  await lab.playbook(play('        - breaking: { text: "{{ tok }}" }\n'));
  await lab.plan();
  expect(logged).toMatchObject([{ err: expect.stringMatching(/^TypeError\n {4}at .*module\.mjs/), host: 'a' }]);
  expect(JSON.stringify(logged, inFull)).not.toContain(token);
});

test('a file of variables is not named either, where the whole play has no_log', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    `- hosts: all\n  no_log: true\n  gather_facts: false\n  vars: { tok: ${token} }\n  vars_files: ["{{ tok }}.yml"]\n  tasks: []\n`,
  );
  const refused = await lab.plan().catch((thrown: unknown) => refusalOf(thrown));
  expect(refused).toMatchObject({ code: 'playbook.vars_files' });
  expect(JSON.stringify(refused)).not.toContain(token);
});

test('an account that is written in the playbook is no value: why its host is not reached is said', async () => {
  lab = await openLab({ hosts: ['a'] });
  lab.ssh.letsNobodyIn('a');
  await lab.playbook(play('        - file: { path: x, state: directory }\n          remote_user: deploy\n'));
  expect((await lab.plan()).steps[0]?.refusal).toMatchObject({ code: 'ssh.auth', details: { user: 'deploy' } });
});

test.each(hidden)('%s is not named', async (_what, tasks) => {
  const all = await shown(tasks);
  expect(all).not.toContain(token);
  expect(all).toContain('hidden by no_log');
});
