import { describe, expect, it } from 'vitest';
import { bundledModules } from '#playbook/modules/registry.ts';

describe('the modules', () => {
  const registry = bundledModules();

  it.each([
    ['file'],
    ['ansible.builtin.file'],
    ['ansible.legacy.file'],
    ['ansible.posix.file'],
    ['community.mysql.file'],
  ])('are known by short and full names: %s', (name) => expect(registry.get(name)?.name).toBe('file'));

  it.each([
    ['acme.tools.file'],
    ['ansible.builtin.'],
    ['builtin.file'],
    ['ansible.builtin.x.file'],
    ['xansible.builtin.file'],
  ])('are not known by other names: %s', (name) => expect(registry.get(name)).toBeUndefined());
});
