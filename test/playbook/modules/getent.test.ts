import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getent } from '#playbook/modules/getent.ts';
import { type Lab, openLab, resultOf } from '#test/runs/lab.ts';
import { shells, tryModule } from './host.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'getent-'));
  writeFileSync(
    join(folder, 'getent'),
    `#!/bin/sh
case "$*" in
  services) printf 'http 80/tcp www\\nhttp 80/udp\\nbox 1/x\\n' ;;
  'passwd none' | '-- passwd -x') exit 2 ;;
  'passwd it'"'"'s $(id)') echo "it's \\$(id):x:1:2::/é:/bin/sh" ;;
  '-s files group') exit 3 ;;
  *) exit 1 ;;
esac
`,
    { mode: 0o755 },
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let lab: Lab | undefined;
afterEach(() => lab?.close());

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('getent, on %s', (_name, shell) => {
  const ask = async (args: Parameters<typeof tryModule>[1]) =>
    (await tryModule(getent, args, { shell, env: { PATH: `${folder}:${process.env.PATH}` } })).plan;

  it('gives rows by their first word, several of one name as a list', async () => {
    expect((await ask({ database: 'services' })).result).toEqual({
      ansible_facts: { getent_services: { http: [['80/tcp', 'www'], ['80/udp']], box: ['1/x'] } },
    });
  });

  it('splits passwd at its colons, whatever the key is', async () => {
    expect((await ask({ database: 'passwd', key: "it's $(id)" })).result).toEqual({
      ansible_facts: { getent_passwd: { "it's $(id)": ['x', '1', '2', '', '/é', '/bin/sh'] } },
    });
  });

  it('fails without the key unless told not to', async () => {
    expect((await ask({ database: 'passwd', key: 'none' })).failed).toContain('could not be found');
    expect((await ask({ database: 'passwd', key: '-x', fail_key: false })).result).toMatchObject({
      ansible_facts: { getent_passwd: { '-x': null } },
    });
    expect((await ask({ database: 'group', service: 'files' })).failed).toContain('Enumeration not supported');
  });

  it('says when the host has no getent', async () => {
    const { plan } = await tryModule(getent, { database: 'passwd' }, { shell: ['/bin/sh'], env: { PATH: '/nowhere' } });
    expect(plan.failed).toContain('getent');
  });
});

describe('getent', () => {
  it('refuses what is no database', async () => {
    await expect(tryModule(getent, { database: '-x' })).rejects.toThrow('module.arguments');
  });

  it('gives facts to the tasks that follow, in a plan too', async () => {
    lab = await openLab({ hosts: ['web-1'] });
    await lab.playbook(`- hosts: web
  gather_facts: false
  tasks:
    - getent: database=passwd key=root
    - assert:
        that: ["getent_passwd.root[1] == '0'", "ansible_facts.getent_passwd.root[1] == '0'"]
    - command: "true"
      when: getent_passwd.root[4] != '/root'
`);
    const plan = await lab.plan();
    expect(plan.steps.map((step) => step.outcome)).toEqual(['ok', 'ok', 'skip']);
    expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
  });

  it('gives what a task registers', async () => {
    lab = await openLab({ hosts: ['web-1'] });
    await lab.playbook('- hosts: web\n  tasks:\n    - getent: { database: group, key: root }\n      register: found\n');
    expect(resultOf(await lab.run(), 'web-1', '1.1')).toMatchObject({
      changed: false,
      ansible_facts: { getent_group: { root: ['x', '0', ''] } },
    });
  });
});
