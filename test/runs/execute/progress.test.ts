import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from '#test/runs/lab.ts';

let lab: Lab;
afterEach(() => lab.close());

/** Copies a file of so many bytes to a host; what was told live. */
async function copying(bytes: number): Promise<readonly string[]> {
  const told: string[] = [];
  lab = await openLab({ hosts: ['a'], onEvent: (event) => void (event.kind === 'output' && told.push(event.text)) });
  await lab.file('playbooks/files/release', randomBytes(bytes));
  await lab.playbook(
    '- hosts: all\n  gather_facts: false\n  tasks:\n    - { copy: { src: release, dest: release } }\n',
  );
  expect((await lab.run()).outcome.state).toBe('done');
  return told.join('').split('\n').slice(0, -1);
}

test('a long transfer tells how far it is, in tenths', async () => {
  const told = await copying(12_000_000);
  expect(told.at(-1)).toBe('100 % of 12 MB sent');
  expect(told.length).toBeGreaterThan(1);
  const parts = told.map((line) => Number(/^(\d+)0 % of 12 MB sent$/.exec(line)?.[1]));
  expect(parts).toEqual([...new Set(parts)].sort((one, other) => one - other));
});

test('a short one is over before anybody asks', async () => {
  expect(await copying(300_000)).toEqual([]);
});
