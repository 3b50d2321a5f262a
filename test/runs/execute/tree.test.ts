import { lstat, mkdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '#test/support/programs.ts';
import { type Lab, openLab, outcomesOf, resultOf } from '../lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
});
afterEach(() => lab.close());

const tasks = (...lines: readonly string[]): Promise<void> =>
  lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${lines.map((line) => `    - ${line}\n`).join('')}`);

/** A folder beside the playbook, with a file too large to be kept in memory and a link. */
const site = async (): Promise<void> => {
  await lab.file('playbooks/files/site/index', 'hello\n');
  await lab.file('playbooks/files/site/sub/large', Buffer.alloc(100_000, 'x'));
  await symlink('index', join(lab.folder, 'playbooks/files/site/link'));
  await utimes(join(lab.folder, 'playbooks/files/site/index'), 1_600_000_000, 1_600_000_000);
};

describe('a folder of the controller', () => {
  it('comes to every host as it is, once', async () => {
    await site();
    await tasks('synchronize: src=site dest=www/', 'ansible.posix.synchronize: { src: site/, dest: flat }');
    const plan = await lab.plan();
    expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'b 1.1: change', 'a 1.2: change', 'b 1.2: change']);
    const ran = await lab.apply({ plan, request: plan.request });
    expect(ran.outcome.state).toBe('done');
    expect(await lab.read('a', 'www/site/index')).toBe('hello\n');
    expect((await lab.read('b', 'flat/sub/large'))?.length).toBe(100_000);
    expect(await readlink(lab.path('b', 'flat/link'))).toBe('index');
    expect((await lstat(lab.path('a', 'flat/index'))).mtimeMs).toBe(1_600_000_000_000);
    expect(resultOf(ran, 'a', '1.2').stdout_lines).toContain('<f+++++++++ index');
    expect((await lab.run()).steps.map((step) => step.split(': ')[1])).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('is the one of the plan, or the run stops', async () => {
    await site();
    await tasks('synchronize: src=site dest=.');
    const plan = await lab.plan();
    await lab.file('playbooks/files/site/sub/large', Buffer.alloc(100_000, 'y'));
    expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('drifted');
    expect(await lab.read('a', 'site/index')).toBeUndefined();
  });

  it('is not left by links that are followed', async () => {
    await site();
    await lab.file('secret', 'secret\n');
    await symlink(join(lab.folder, 'secret'), join(lab.folder, 'playbooks/files/site/out'));
    await tasks('synchronize: { src: site/, dest: x, copy_links: true }');
    expect((await lab.plan({ limit: 'a' })).steps[0]?.refusal?.code).toBe('step.file_outside');
    await tasks('synchronize: { src: site/, dest: x, copy_links: true, rsync_opts: ["--exclude=/out"] }');
    expect(outcomesOf(await lab.plan({ limit: 'a' }))).toEqual(['a 1.1: change']);
    await tasks(`synchronize: { src: ${lab.folder}, dest: x }`);
    expect((await lab.plan({ limit: 'a' })).steps[0]?.refusal?.code).toBe('step.file_outside');
  });

  it('is told of when the playbook is read, where it would go by ways that are not taken', async () => {
    await tasks(
      'synchronize: { src: site, dest: x, rsync_opts: ["--rsh=x"] }',
      'synchronize: { src: "host:/site", dest: x, private_key: /k }',
    );
    const refused: unknown = await lab.plan().catch((thrown: unknown) => thrown);
    const words = JSON.stringify(refused) + String(refused);
    expect(words).toContain('does not pass “--rsh=x” to rsync');
    expect(words).toContain('ansible_ssh_private_key_file');
    expect(words).toContain('src and dest are paths');
  });
});

describe('the host a task is delegated to', () => {
  it.runIf(findProgram('rsync'))('may be its own: then both places are there', async () => {
    await mkdir(join(lab.folder, 'hosts/a/from'), { recursive: true });
    await lab.file('hosts/a/from/x', 'x\n');
    await tasks('{ synchronize: { src: from/, dest: to }, delegate_to: "{{ inventory_hostname }}" }');
    expect((await lab.run({ limit: 'a' })).steps).toEqual(['a 1.1: changed']);
    expect(await lab.read('a', 'to/x')).toBe('x\n');
    expect((await lab.run({ limit: 'a' })).steps).toEqual(['a 1.1: ok']);
  });

  it('may be no other for files that would go from host to host', async () => {
    await tasks('{ synchronize: { src: /from/, dest: to }, delegate_to: b }');
    const { steps } = await lab.plan({ limit: 'a' });
    expect(JSON.stringify(steps[0]?.refusal)).toContain('do not go from b to another host');
  });
});
