import { expect, test } from 'vitest';
import { bundledModules } from '#playbook/modules/registry.ts';

/** What these print is the author's own; the others' scripts speak to their module. */
const spoken = ['command', 'raw', 'script', 'shell'];

test('only what a playbook’s author wrote is heard while it runs', () => {
  const registry = bundledModules();
  const heard = registry.names().filter((name) => registry.get(name)?.once && !registry.get(name)?.silent);
  expect(heard.toSorted()).toEqual(spoken);
});
