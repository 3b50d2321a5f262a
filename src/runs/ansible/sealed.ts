import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '#core/errors.ts';
import { createFaults } from '#playbook/faults.ts';
import { isVault, type Vault } from '#playbook/vault.ts';
import { readYaml } from '#playbook/yaml/read.ts';

/** A larger file holds no passwords. */
const largest = 1024 * 1024;

/** What is sealed in the files of the copy is shown nowhere: Ansible opens it itself, and shows it in its differences. */
export async function hideSealed(copy: string, names: readonly string[], vault: Vault): Promise<void> {
  for (const name of names) {
    const path = join(copy, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile() || found.size > largest) continue;
    const text = await readFile(path, 'utf8');
    if (text.includes('$ANSIBLE_VAULT;')) hide(text, name, vault);
  }
}

function hide(text: string, name: string, vault: Vault): void {
  try {
    if (isVault(text)) vault.hide(vault.open(text).toString('utf8'));
    // Whatever it is called: Ansible reads files of variables without an extension, too.
    readYaml(text, name, createFaults(), vault);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown; // what nobody can open, Ansible cannot either
  }
}
