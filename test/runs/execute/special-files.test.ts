import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n  tasks:\n${body}`;

/** A pipe into which nobody writes. */
const pipe = (path: string): void => {
  const whole = join(lab.folder, 'playbooks', path);
  mkdirSync(dirname(whole), { recursive: true });
  execFileSync('mkfifo', [whole]);
};

/** What each step is refused with, in the order of the tasks. */
const planned = async (tasks: string): Promise<readonly (string | undefined)[]> => {
  await lab.playbook(play(tasks));
  const plan = await lab.plan();
  return plan.steps.map((step) => step.refusal?.code);
};

test('a pipe, a socket and a folder that holds one are refused, and nobody waits for them', async () => {
  lab = await openLab({ hosts: ['a'] });
  pipe('files/pipe');
  pipe('files/whole/below/pipe');
  symlinkSync('pipe', join(lab.folder, 'playbooks/files/link'));
  const socket = createServer().listen(join(lab.folder, 'playbooks/files/socket'));
  const codes = await planned(`    - { copy: { src: pipe, dest: a }, ignore_errors: true }
    - { copy: { src: link, dest: a }, ignore_errors: true }
    - { copy: { src: socket, dest: a }, ignore_errors: true }
    - { copy: { src: whole, dest: a }, ignore_errors: true }
    - { template: { src: files/pipe, dest: a }, ignore_errors: true }
    - { script: pipe, ignore_errors: true }
    - { assemble: { src: whole/below, dest: a, remote_src: false }, ignore_errors: true }
    - { copy: { content: good, dest: a } }
`);
  socket.close();
  expect(codes.slice(0, 7)).toEqual(Array(7).fill('step.no_regular_file'));
  expect(codes[7]).toBeUndefined();
});

test('lookups and variables in a pipe are as if they were not there', async () => {
  lab = await openLab({ hosts: ['a'] });
  for (const name of ['files/pipe', 'templates/pipe', 'vars/pipe.yml']) pipe(name);
  await lab.playbook(
    play(`    - { debug: { msg: "{{ lookup('file', 'pipe') }}" }, ignore_errors: true }
    - { debug: { msg: "{{ lookup('template', 'pipe') }}" }, ignore_errors: true }
    - { include_vars: pipe.yml, ignore_errors: true }
`),
  );
  const plan = await lab.plan();
  const said = plan.steps.map((step) => inLanguage(step.refusal?.say ?? '', 'en'));
  expect(said[0]).toContain('there is no file “pipe”');
  expect(said[1]).toContain('there is no file “pipe”');
  expect(said[2]).toContain('pipe.yml');
});

test('a module of a library that is a pipe is refused with its place', async () => {
  lab = await openLab({ hosts: ['a'] });
  pipe('library/slow.mjs');
  await lab.playbook(play('    - { debug: { msg: x } }\n'));
  const request = { playbook: 'site.yml', vars: {}, locks: [] };
  const planned = await lab.executor.plan({ key: 'plan', request }, new AbortController().signal);
  expect(planned).toMatchObject({ ok: false, refusal: { code: 'playbook.library' } });
  expect(JSON.stringify(planned)).toContain('library/slow.mjs:1:1');
});
