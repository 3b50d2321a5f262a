import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetch } from '#playbook/modules/fetch.ts';
import { type Lab, openLab, outcomesOf, resultOf } from '../../runs/lab.ts';
import { shells, tryModule } from './host.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
});
afterEach(() => lab.close());

const tasks = (...lines: readonly string[]): Promise<void> =>
  lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${lines.map((line) => `    - ${line}\n`).join('')}`);
const here = (path: string): Promise<string | undefined> =>
  readFile(join(lab.folder, 'playbooks', path), 'utf8').catch(() => undefined);
const onHosts = async (path: string, text?: string): Promise<void> => {
  for (const host of ['a', 'b']) await lab.file(`hosts/${host}/${path}`, text ?? `${host} has it\n`);
};

describe('fetch', () => {
  it('keeps the file of each host below its name, and changes nothing a second time', async () => {
    await onHosts("it's here");
    await tasks('fetch: { src: "it\'s here", dest: fetched }');
    const plan = await lab.plan();
    expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'b 1.1: change']);
    expect(plan.steps[0]?.differences.map(({ subject, aspect }) => `${subject} ${aspect}`)).toEqual([
      "fetched/a/it's here state",
      "fetched/a/it's here content",
    ]);
    const ran = await lab.apply({ plan, request: plan.request });
    expect(ran.outcome.state).toBe('done');
    expect(await here("fetched/a/it's here")).toBe('a has it\n');
    expect(await here("fetched/b/it's here")).toBe('b has it\n');
    expect(resultOf(ran, 'a', '1.1')).toMatchObject({
      changed: true,
      dest: join(lab.folder, "playbooks/fetched/a/it's here"),
      checksum: expect.stringMatching(/^[0-9a-f]{40}$/),
      md5sum: expect.stringMatching(/^[0-9a-f]{32}$/),
      remote_md5sum: null,
    });
    expect((await lab.run()).steps).toEqual(['a 1.1: ok', 'b 1.1: ok']);
  });

  it('takes a flat place as it is written, or as a folder', async () => {
    await onHosts('sub/file', 'same\n');
    await tasks('fetch: src=sub/file dest=fetched/one flat=yes', 'fetch: src=sub/file dest=fetched/in/ flat=yes');
    expect((await lab.run()).steps).toEqual(['a 1.1: changed', 'b 1.1: changed', 'a 1.2: changed', 'b 1.2: changed']);
    expect([await here('fetched/one'), await here('fetched/in/file')]).toEqual(['same\n', 'same\n']);
    await tasks('fetch: src=sub/file dest=fetched/in flat=yes');
    expect((await lab.plan()).steps[0]?.refusal?.say).toContain('use a trailing slash');
  });

  it('never puts the different files of two hosts into one place', async () => {
    await onHosts('file');
    await tasks('fetch: src=file dest=fetched/one flat=yes');
    const { steps } = await lab.plan();
    expect(steps.map(({ outcome }) => outcome).sort()).toEqual(['change', 'failed']);
    expect(steps.find(({ outcome }) => outcome === 'failed')?.refusal?.say).toContain('both would be at fetched/one');
  });

  it('is waited for by what uses the file, and the run uses what came', async () => {
    await onHosts('file', 'new\n');
    await lab.file('playbooks/fetched/one', 'old\n');
    await tasks(
      'fetch: { src: file, dest: fetched/one, flat: true }',
      'copy: { src: fetched/one, dest: copied }',
      `copy: { content: "{{ lookup('file', 'fetched/one') }}", dest: looked }`,
    );
    const plan = await lab.plan();
    expect(outcomesOf(plan)).toEqual([
      ...['a 1.1: change', 'b 1.1: change', 'a 1.2: unknown', 'b 1.2: unknown', 'a 1.3: unknown', 'b 1.3: unknown'],
    ]);
    const { outcome } = await lab.apply({ plan, request: plan.request });
    expect(outcome.state).toBe('done');
    expect([await lab.read('b', 'copied'), await lab.read('a', 'looked')]).toEqual(['new\n', 'new']);
    expect(outcomesOf(await lab.plan()).filter((one) => !one.endsWith(': ok'))).toEqual([]);
  });

  it('refuses to write anywhere else', async () => {
    await onHosts('file', 'x');
    await mkdir(join(lab.folder, 'playbooks/fetched'), { recursive: true });
    await mkdir(join(lab.folder, 'elsewhere'));
    await symlink(join(lab.folder, 'elsewhere'), join(lab.folder, 'playbooks/fetched/away'));
    await symlink(join(lab.folder, 'site.yml'), join(lab.folder, 'playbooks/fetched/link'));
    const others = ['/tmp/x', 'x', './', 'fetched/../roles', 'fetched', 'fetched2/x', '/etc/passwd', '../fetched/x'];
    const places = [...others, 'fetched/away/x', 'fetched/link'];
    const one = (dest: string) => `{ fetch: { src: file, dest: ${dest}, flat: true }, ignore_errors: true }`;
    await tasks(...places.map(one));
    const { steps } = await lab.plan({ limit: 'a' });
    expect(steps.map(({ refusal }) => refusal?.code)).toEqual(places.map(() => 'step.fetch_outside'));
  });

  it('refuses when the folder itself leads elsewhere', async () => {
    await onHosts('file', 'x');
    await mkdir(join(lab.folder, 'elsewhere'));
    await symlink(join(lab.folder, 'elsewhere'), join(lab.folder, 'playbooks/fetched'));
    await tasks('fetch: { src: file, dest: fetched/x, flat: true }');
    expect((await lab.plan()).steps[0]?.refusal?.code).toBe('step.fetch_outside');
  });

  it('stops a run whose file is not the planned one', async () => {
    await onHosts('file');
    await tasks('fetch: src=file dest=fetched');
    const plan = await lab.plan();
    await lab.file('hosts/a/file', 'other\n');
    const { outcome } = await lab.apply({ plan, request: plan.request });
    expect(outcome.state).toBe('drifted');
    expect(await here('fetched/a/file')).toBeUndefined();
  });

  it('brings a large file whole', async () => {
    const content = Buffer.alloc(6_000_000, 'quarterdeck\n');
    await lab.file('hosts/a/large', content);
    await tasks('fetch: { src: large, dest: fetched, fail_on_missing: false }');
    expect((await lab.run()).steps).toEqual(['a 1.1: changed', 'b 1.1: ok']);
    expect((await readFile(join(lab.folder, 'playbooks/fetched/a/large'))).equals(content)).toBe(true);
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('fetch, on %s', (_name, shell) => {
  it.each([
    ['/nowhere/at/all', true, 'the remote file does not exist, not transferring, ignored'],
    ['/etc', true, 'remote file is a directory, fetch cannot work on directories'],
    ['/dev/null', true, '/dev/null is not a regular file'],
  ])('says why %s does not come', async (src, fails, msg) => {
    const { plan } = await tryModule(fetch, { src, dest: 'fetched' }, { shell });
    expect(plan.failed).toBe(fails ? msg : undefined);
    const { plan: lenient } = await tryModule(fetch, { src, dest: 'fetched', fail_on_missing: false }, { shell });
    expect(lenient.failed).toBeUndefined();
    expect(lenient.result.msg).toContain(msg);
  });
});
