import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { createVault, sealVault } from '#playbook/vault.ts';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const secret = { id: 'default', password: 'pw' };
const sealed = (text: string, indent: string): string =>
  `!vault |\n${sealVault(text, secret)
    .trimEnd()
    .split('\n')
    .map((line) => indent + line)
    .join('\n')}`;

test('what a vault held reaches the host and nothing else: no plan, no step, no event', async () => {
  const redactor = createRedactor([]);
  const vault = createVault([secret], (value) => redactor.add(value));
  lab = await openLab({ hosts: ['a'], vault, redact: (text) => redactor.text(text) });
  await lab.file('playbooks/secret.conf', sealVault('file-secret-word\n', secret));
  await lab.file('playbooks/vars/all.yml', sealVault('whole: whole-secret-word\n', secret));
  await lab.playbook(`- hosts: a
  gather_facts: false
  vars:
    inline: ${sealed('inline-secret-word', '      ')}
  vars_files: [vars/all.yml]
  tasks:
    - copy: { content: "{{ inline }} {{ whole }}", dest: conf }
    - copy: { src: secret.conf, dest: file }
    - debug: { msg: "{{ inline }} {{ whole }}" }
      register: said
    - shell: echo {{ inline }}
    - copy: { content: "{{ lookup('file', 'secret.conf') }}", dest: looked }
    - debug: { msg: "{{ lookup('file', 'secret.conf') }}" }
    - include_tasks: "{{ inline }}.yml"
`);
  const plan = await lab.plan().catch((refused: unknown) => refused);
  const events = await lab.apply({ request: { playbook: 'site.yml', vars: {}, locks: [] } });
  expect(await lab.read('a', 'conf')).toBe('inline-secret-word whole-secret-word');
  expect(await lab.read('a', 'file')).toBe('file-secret-word\n');
  expect(await lab.read('a', 'looked')).toBe('file-secret-word');
  const said = JSON.stringify([plan, events]);
  for (const word of ['inline-secret-word', 'whole-secret-word', 'file-secret-word']) expect(said).not.toContain(word);
});

test('a sealed file that is no text arrives byte by byte', async () => {
  const bytes = Buffer.from([0, 255, 254, 10, 13, 128, 0xc3]);
  lab = await openLab({ hosts: ['a'], vault: createVault([secret]) });
  await lab.file('playbooks/key.bin', sealVault(bytes, secret));
  await lab.playbook('- hosts: a\n  gather_facts: false\n  tasks:\n    - copy: { src: key.bin, dest: key }\n');
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await readFile(lab.path('a', 'key'))).toEqual(bytes);
});
