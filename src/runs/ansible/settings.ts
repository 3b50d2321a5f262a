import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Settings of a team's `ansible.cfg` that say how playbooks are read and played; none that says whom to trust. */
const taken: Readonly<Record<string, readonly string[]>> = {
  defaults: [
    ...['roles_path', 'collections_path', 'collections_paths', 'library', 'module_utils', 'filter_plugins'],
    ...['lookup_plugins', 'test_plugins', 'action_plugins', 'doc_fragment_plugins', 'jinja2_extensions'],
    ...['jinja2_native', 'hash_behaviour', 'gathering', 'gather_subset', 'interpreter_python', 'remote_tmp'],
    ...['force_handlers', 'any_errors_fatal', 'error_on_undefined_vars', 'inject_facts_as_vars', 'ansible_managed'],
    ...['module_name', 'poll_interval', 'private_role_vars', 'strategy', 'executable', 'allow_world_readable_tmpfiles'],
  ],
  privilege_escalation: ['become', 'become_user'],
  ssh_connection: ['pipelining'],
};

/** What of a text is taken over, as such a text again. */
export function takenOver(text: string): string {
  let section = '';
  let isTaken = false;
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading;
      isTaken = Object.hasOwn(taken, section);
      if (isTaken) lines.push(line);
      isTaken = false;
      continue;
    }
    const key = /^([A-Za-z0-9_]+)\s*[=:]/.exec(line)?.[1];
    if (key !== undefined) isTaken = taken[section]?.includes(key.toLowerCase()) === true;
    else if (!/^\s+\S/.test(line)) isTaken = false;
    if (isTaken) lines.push(line);
  }
  return `${lines.join('\n')}\n`;
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
