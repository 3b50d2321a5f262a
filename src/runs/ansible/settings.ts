import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Settings of a team's `ansible.cfg` that say how playbooks are read and played; none that says whom to trust. */
const taken: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'defaults',
    [
      ...['roles_path', 'collections_path', 'collections_paths', 'library', 'module_utils', 'filter_plugins'],
      ...['lookup_plugins', 'test_plugins', 'action_plugins', 'doc_fragment_plugins', 'jinja2_extensions'],
      ...['jinja2_native', 'hash_behaviour', 'gathering', 'gather_subset', 'interpreter_python', 'remote_tmp'],
      ...['force_handlers', 'any_errors_fatal', 'error_on_undefined_vars', 'inject_facts_as_vars', 'ansible_managed'],
      ...['poll_interval', 'private_role_vars', 'strategy', 'executable', 'allow_world_readable_tmpfiles'],
    ],
  ],
  ['privilege_escalation', ['become', 'become_user']],
  ['ssh_connection', ['pipelining']],
]);

/** What of a text is taken over, as such a text again. */
export function takenOver(text: string): string {
  let keys: readonly string[] = [];
  let isTaken = false;
  return text
    .split(/\r?\n/)
    .filter((line) => {
      const section = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
      if (section !== undefined) {
        keys = taken.get(section) ?? [];
        isTaken = false;
        return taken.has(section);
      }
      const key = /^(\w+)\s*[=:]/.exec(line)?.[1];
      if (key !== undefined) isTaken = keys.includes(key.toLowerCase());
      return isTaken && (key !== undefined || /^\s+\S/.test(line)); // a value goes on in lines that stand further in
    })
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * The settings Ansible plays with: of the `ansible.cfg` beside the playbook, or of the playbooks folder, in the copy of it.
 * Relative paths in it go on meaning what they did.
 */
export async function writeSettings(copy: string, file: string, otherwise: string): Promise<string> {
  for (const folder of new Set([dirname(join(copy, file)), copy])) {
    const path = join(folder, 'ansible.cfg');
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    await writeFile(path, takenOver(text));
    return path;
  }
  await writeFile(otherwise, '');
  return otherwise;
}
