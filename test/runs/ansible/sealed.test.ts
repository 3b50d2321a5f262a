import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVault, sealVault } from '#playbook/vault.ts';
import { hideSealed } from '#runs/ansible/sealed.ts';

const secret = { id: 'default', password: 'open sesame' };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ansible-sealed-'));
});
afterEach(() => rm(folder, { recursive: true }));

const hidden = async (name: string, text: string): Promise<readonly string[]> => {
  const found: string[] = [];
  await mkdir(join(folder, dirname(name)), { recursive: true });
  await writeFile(join(folder, name), text);
  await hideSealed(
    folder,
    [name],
    createVault([secret], (value) => found.push(value)),
  );
  return found;
};

const inline = (value: string) => {
  const lines = sealVault(value, secret).trim().split('\n');
  return `password: !vault |\n${lines.map((line) => `  ${line}\n`).join('')}`;
};

describe('what is sealed in the files of a playbook for Ansible', () => {
  it.each(['vars/main.yml', 'roles/my.role/vars/main', 'host_vars/web-1.example.com', 'group_vars/all'])(
    'is shown nowhere, whatever its file is called: %s',
    async (name) => expect(await hidden(name, inline('hush-hush'))).toContain('hush-hush'),
  );

  it('is each value of a file that is sealed as a whole, and all of a text that holds none', async () => {
    const whole = sealVault('one: hush-one\ntwo: hush-two\n', secret);
    expect(await hidden('host_vars/web-1.example.com', whole)).toEqual(
      expect.arrayContaining(['hush-one', 'hush-two']),
    );
    expect(await hidden('files/key.pem', sealVault('hush: [\n', secret))).toContain('hush: [\n');
  });

  it('of programs and other texts nothing is taken for YAML', async () =>
    expect(await hidden('files/tool.py', `#!/usr/bin/python3\nHEAD = "$ANSIBLE_VAULT;1.1"\ndef x(: {[}\n`)).toEqual(
      [],
    ));
});
