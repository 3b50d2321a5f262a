import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, quarterdeck, realBots } from '#test/support/real-bot.ts';

const bots = realBots();
let own: string;

const play = async (text: string, ...words: readonly string[]) => {
  await writeFile(join(own, 'play.yml'), text);
  return quarterdeck(own, ['run', 'play.yml', '-i', 'hosts.ini', ...words]);
};
const made = (name: string) => readFile(join(own, name), 'utf8').catch(() => undefined);

/** Hosts nobody can reach: what is done must be done here. */
describe('a playbook played from the terminal', () => {
  beforeAll(async () => {
    own = await bots.folder();
    await mkdir(join(own, 'group_vars'));
    await writeFile(join(own, 'group_vars/all.yml'), 'shared: of all\n');
    await writeFile(join(own, 'hosts.ini'), '[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=1\n');
  });
  afterAll(() => bots.end());

  it('works on this machine where it says localhost, in its own folder, with the variables of all', async () => {
    const text =
      '- hosts: localhost\n  tasks:\n    - copy: { dest: made, content: "{{ shared }}, {{ ansible_connection }}" }\n    - command: cat play.yml\n      register: read\n      changed_when: false\n    - assert: { that: "\'hosts: localhost\' in read.stdout" }\n';
    const { code, out } = await play(text);
    expect([code, out]).toEqual([0, expect.stringMatching(/localhost\s+: ok=\d+\s+changed=1 /)]);
    expect(await made('made')).toBe('of all, local');
    expect((await play(text)).out).toMatch(/changed=0 /);
  });

  it('works on this machine for a play, a task, or a delegation that says so', async () => {
    const text =
      '- hosts: web\n  gather_facts: false\n  connection: local\n  tasks:\n    - copy: { dest: "play-{{ inventory_hostname }}", content: x }\n- hosts: web\n  gather_facts: false\n  tasks:\n    - copy: { dest: task, content: x }\n      connection: local\n    - local_action: { module: copy, dest: action, content: x }\n    - copy: { dest: "delegated-{{ inventory_hostname }}", content: x }\n      delegate_to: localhost\n';
    const { code, out } = await play(text);
    expect([code, out]).toEqual([0, expect.stringMatching(/web-1\s+: ok=4\s+changed=4 /)]);
    for (const name of ['play-web-1', 'task', 'action', 'delegated-web-1']) expect(await made(name)).toBe('x');
  });

  it('reads what its person may read: files outside the folder, the environment, what commands print', async () => {
    const outside = join(await bots.folder(), 'outside');
    await writeFile(outside, 'from outside');
    const text = `- hosts: localhost\n  gather_facts: false\n  tasks:\n    - copy: { src: ${outside}, dest: copied }\n    - copy: { dest: looked, content: "{{ lookup('file', '${outside}') }} {{ lookup('env', 'LANG') }} {{ lookup('pipe', 'echo said') }} {{ query('lines', 'printf 1; echo; printf 2') }}" }\n`;
    const { code } = await play(text);
    expect([code, await made('copied'), await made('looked')]).toEqual([
      0,
      'from outside',
      "from outside C.UTF-8 said ['1', '2']",
    ]);
    const failing = await play(
      "- hosts: localhost\n  gather_facts: false\n  tasks:\n    - debug: { msg: \"{{ lookup('pipe', 'exit 3') }}\" }\n",
    );
    expect([failing.code, failing.out]).toEqual([2, expect.stringContaining('ended with code 3')]);
  });

  it('believes the inventory before the keyword', async () => {
    await writeFile(
      join(own, 'hosts.ini'),
      '[web]\nweb-1 ansible_connection=local\nweb-2 ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1\n',
    );
    const text = '- hosts: web\n  connection: local\n  gather_facts: false\n  tasks:\n    - command: "true"\n';
    const { code, out } = await play(text);
    expect(code).toBe(4);
    expect(out).toMatch(/web-1\s+: ok=1 /);
    expect(out).toMatch(/web-2\s+: ok=0\s+changed=0\s+unreachable=1 /);
  });
});

describe('the variable ansible_connection', () => {
  it('outweighs the inventory, as with Ansible', async () => {
    own = await bots.folder();
    await writeFile(
      join(own, 'hosts.ini'),
      '[web]\nweb-2 ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1\n',
    );
    const text =
      '- hosts: web\n  vars: { ansible_connection: local }\n  gather_facts: false\n  tasks:\n    - copy: { dest: here, content: x }\n';
    const { code, out } = await play(text);
    expect([code, out]).toEqual([0, expect.stringMatching(/web-2\s+: ok=1\s+changed=1 /)]);
    expect(await made('here')).toBe('x');
  });
});

describe('a playbook ordered in chat', () => {
  afterAll(() => bots.end());

  it('does nothing on the bot’s own machine, and says what to do', async () => {
    const data = await bots.folder();
    const config = join(data, 'quarterdeck.yaml');
    await mkdir(join(data, 'playbooks'));
    await writeFile(
      join(data, 'playbooks/here.yml'),
      `- hosts: localhost\n  gather_facts: false\n  tasks:\n    - command: touch ${join(data, 'made-by-the-bot')}\n      args: { creates: ${join(data, 'made-by-the-bot')} }\n`,
    );
    await writeFile(join(data, 'hosts.ini'), 'web-1 ansible_host=127.0.0.1\n');
    await writeFile(
      config,
      `harbour: false
playbooks: ./playbooks
inventory: [./hosts.ini]
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`,
    );
    const bot = await bots.start(data, {}, ['--config', config]);
    const order = await bot.say('run here', { yes: true });
    expect(JSON.stringify(order)).toContain('quarterdeck run');
    expect(order.state).not.toBe('done');
    expect(existsSync(join(data, 'made-by-the-bot'))).toBe(false);
  });
});
