import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const outcomes = async (tasks: string): Promise<readonly string[]> => {
  await lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
  return (await lab.plan()).steps.map(({ outcome }) => outcome);
};

test('what looks at all that is below a folder rests on what changes there earlier', async () => {
  lab = await openLab({ hosts: ['a'] });
  const archived = '    - archive: { path: d, dest: d.tgz }\n';
  const before = `    - file: { path: d, state: directory }\n    - copy: { dest: d/one, content: one }\n${archived}`;
  await lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${before}`);
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await outcomes(before)).toEqual(['ok', 'ok', 'ok']);
  expect(await outcomes(`    - copy: { dest: d/one, content: two }\n${archived}`)).toEqual(['change', 'unknown']);
  const several = "    - archive: { path: 'd/o*', dest: o.tgz }\n";
  await lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${several}`);
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await outcomes(`    - copy: { dest: d/other, content: x }\n${several}`)).toEqual(['change', 'unknown']);
  expect(await outcomes(`    - copy: { dest: d/none, content: x }\n${several}`)).toEqual(['change', 'ok']);
});
