import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { furtherFaults } from '#core/further-faults.ts';
import { foreignPlaybook, withoutEngine } from '#playbook/engine.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'playbook-engine-'));
  await mkdir(join(root, 'sub'));
});
afterEach(() => rm(root, { recursive: true }));

const read = async (text: string) => {
  await writeFile(join(root, 'a.yml'), text);
  const found = await foreignPlaybook('a.yml', { root });
  if (found.ok) return found.value;
  const { say } = found.refusal;
  return [say, ...furtherFaults(found.refusal)].map((words) => (typeof words === 'string' ? words : words.en));
};

describe('the engine of a playbook', () => {
  it('is our own unless its first play names another', async () => {
    expect(await read('- hosts: web\n')).toBeUndefined();
    expect(await read('- hosts: web\n  vars: { engine: ansible }\n')).toBeUndefined();
    expect(await read('- hosts: web\n- hosts: db\n  engine: ansible\n')).toBeUndefined(); // our parser says where it belongs
    expect(await read('- hosts: [\n  engine: ansible\n')).toBeUndefined(); // our parser says what is wrong
    expect((await foreignPlaybook('none.yml', { root })).ok).toBe(true);
  });

  it('is looked for, and its imports are read, in the playbooks folder alone; one that imports itself ends', async () => {
    const name = `${basename(root)}-outside.yml`;
    const outside = join(root, '..', name);
    await writeFile(outside, '- engine: ansible\n  hosts: far\n');
    try {
      expect(await foreignPlaybook(`../${name}`, { root })).toEqual({ ok: true, value: undefined });
      const found = await read(
        `- engine: ansible\n  hosts: web\n- import_playbook: ../${name}\n- import_playbook: a.yml\n`,
      );
      expect(found).toMatchObject({ plays: [{ hosts: 'web' }] });
    } finally {
      await rm(outside);
    }
  });

  it('is Ansible for all plays, imported ones too, whose hosts and questions are known', async () => {
    await writeFile(join(root, 'sub/b.yml'), '- hosts: [db, "&new"]\n  vars_prompt:\n    - name: size\n');
    const text = `- engine: ansible
  hosts: web
  name: First
  vars_prompt: [{ name: version, default: v1 }, { name: colour, default: null }]
- import_playbook: sub/b.yml
- hosts: lb
  engine: ansible # as well
`;
    expect(await read(text)).toMatchObject({
      file: 'a.yml',
      marks: { 'a.yml': [1, 7] },
      plays: [
        {
          name: 'First',
          hosts: 'web',
          asks: [
            { name: 'version', hasDefault: true },
            { name: 'colour', hasDefault: false },
          ],
        },
        { hosts: 'db,&new', asks: [{ name: 'size', hasDefault: false }] },
        { hosts: 'lb' },
      ],
    });
    expect(withoutEngine(text, [1, 7])).toBe(
      text.replace('engine: ansible\n', '\n').replace('engine: ansible # as well', ''),
    );
  });

  it.each([
    ['- hosts: web\n  engine: java\n', ['a.yml:2:3: there is no engine “java”']],
    [
      '- hosts: "{{ x }}"\n  engine: ansible\n- import_playbook: "{{ y }}.yml"\n',
      ['a.yml:1:11: “hosts” holds', 'a.yml:3:21: “import_playbook” holds'],
    ],
    ['- engine: ansible\n  tasks: []\n', ['a.yml:1:3: a play needs “hosts”']],
    ['- { engine: ansible, hosts: web }\n', ['a.yml:1:5: write “engine: ansible” on a line of its own']],
    ['- hosts: web\n  engine: ansible\n- import_playbook: gone.yml\n', ['a.yml:3:20: there is no playbook “gone.yml”']],
  ])('%j is refused with its place', async (text, words) => {
    const said = await read(text);
    expect(said).toEqual(words.map((one) => expect.stringContaining(one)));
  });
});
