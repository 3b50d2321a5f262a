import { afterEach, describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { type Lab, openLab } from '../../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const text = 'v1; touch x';

/** What no guard can follow: a function of the author's that has its word read as a program. */
const read = (name = 'msg'): string => `    - shell: 'f() { sh -c "echo $1"; }; f {{ ${name} | to_json | quote }}'\n`;
const shown = '    - debug: { msg: "{{ msg }}" }\n';
const nothing = '    - debug: { msg: hello }\n';

const play = (hosts: string, tasks: string, more = ''): string =>
  `- hosts: ${hosts}\n  gather_facts: false\n${more}  tasks:\n${tasks}`;
const asks = '  vars_prompt: [{ name: msg, unsafe: true }]\n';
const asksPlainly = '  vars_prompt: [{ name: msg }]\n';

/** The refusals of a plan: its own, or those of its steps. */
async function refusals(plays: string, vars: Record<string, string> = { msg: text }, limit?: string) {
  lab = await openLab({ hosts: ['web-1', 'db-1'], inventory: '[web]\nweb-1\n[db]\ndb-1\n' });
  await lab.file('playbooks/roles/rel/defaults/main.yml', 'msg: none\n');
  await lab.file('playbooks/roles/rel/tasks/main.yml', read().replaceAll(/^ {4}/gm, ''));
  await lab.file('playbooks/vars.yml', 'other: "{{ msg }}"\n');
  await lab.file('playbooks/a.j2', '{{ msg }}\n');
  await lab.file('playbooks/more.yml', read().replaceAll(/^ {4}/gm, ''));
  await lab.playbook(plays);
  try {
    const plan = await lab.plan({ vars, typed: Object.keys(vars), ...(limit !== undefined && { limit }) });
    return plan.steps.flatMap(({ refusal }) => (refusal ? [refusal.code] : []));
  } catch (thrown) {
    return [refusalOf(thrown)?.code];
  }
}

describe('text is for the plays that ask for it', () => {
  it.each([
    ['a role', '- hosts: web\n  gather_facts: false\n  roles: [rel]\n'],
    ['a task', play('web', read())],
    ['a variable of the play', play('web', read('other'), '  vars: { other: "{{ msg }}" }\n')],
    ['a file of variables', play('web', read('other'), '  vars_files: [vars.yml]\n')],
    ['a template', play('web', '    - template: { src: a.j2, dest: a }\n')],
    ['an include', play('web', '    - include_tasks: more.yml\n')],
    ['a lookup', play('web', `    - debug: { msg: "{{ lookup('vars', 'm' ~ 'sg') }}" }\n`)],
    ['those of a host', play('web', `    - debug: { msg: "{{ hostvars['db-1']['m' ~ 'sg'] }}" }\n`)],
    ['a choice of a value', play('web', `    - debug: { msg: "{{ msg | default('') }}" }\n`)],
    ['its hosts', play('"{{ msg }}"', nothing)],
    ['its account', play('web', '    - shell: id\n', '  remote_user: "{{ msg }}"\n')],
    ['its batches', play('web', nothing, '  serial: "{{ msg }}"\n')],
  ])('and not for another one: %s', async (_what, other) => {
    expect(await refusals(play('db', shown, asks) + other)).toEqual(['run.variable_text']);
    await lab.close();
    expect(await refusals(other + play('db', shown, asks))).toEqual(['run.variable_text']);
  });

  it('and not where one of them asks for it without', async () => {
    for (const plays of [
      play('db', shown, asks) + play('web', read(), asksPlainly),
      play('db', shown, asksPlainly) + play('web', read(), asks),
      play('db', shown, asks) + play('web', nothing, asksPlainly),
    ]) {
      expect(await refusals(plays)).toEqual(['run.variable_text']);
      await lab.close();
    }
    expect(await refusals(play('web', shown, '  vars_prompt: [{ name: msg, unsafe: true }, { name: msg }]\n'))).toEqual(
      ['run.variable_text'],
    );
  });

  it('and not where none of them has a host of this run', async () => {
    const plays = play('db', shown, asks) + play('web', nothing);
    expect(await refusals(plays, { msg: text }, 'web-1')).toEqual(['run.variable_text']);
    await lab.close();
    expect(await refusals(plays, { msg: text }, 'db-1')).toEqual([]);
  });

  it('and a play that does not use it may be beside them', async () => {
    expect(await refusals(play('db', shown, asks) + play('web', nothing))).toEqual([]);
    await lab.close();
    expect(await refusals(play('web', shown, asks) + play('all', shown, asks))).toEqual([]);
    await lab.close();
    expect(await refusals(play('db', shown, asks) + play('web', shown), { msg: 'v1' })).toEqual([]);
  });

  it('and none of it runs', async () => {
    lab = await openLab({ hosts: ['web-1'] });
    await lab.playbook(play('web', shown, asks) + play('web', read()));
    const ran = await lab.run({ vars: { msg: text }, typed: ['msg'] });
    expect(ran.steps).not.toContain('web-1 2.1: changed');
    expect(await lab.read('web-1', 'x')).toBeUndefined();
  });
});
