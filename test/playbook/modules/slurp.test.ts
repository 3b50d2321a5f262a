import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slurp } from '#playbook/modules/slurp.ts';
import { tempFile } from '#playbook/modules/tempfile.ts';
import { shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'slurp-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('slurp, on %s', (_name, shell) => {
  it.each(["it's", '$(id)', '-n', 'a\nb', 'é😀'])('reads whatever is in a file called %j', async (name) => {
    const content = Buffer.from([0, 255, 10, 13, 10, 10]);
    writeFileSync(join(folder, name), content);
    symlinkSync(name, join(folder, 'link'));
    for (const path of [join(folder, name), join(folder, 'link')]) {
      const { plan } = await tryModule(slurp, { src: path }, { shell });
      expect(plan).toEqual({
        differences: [],
        result: { content: content.toString('base64'), source: path, encoding: 'base64' },
      });
    }
  });

  it('fails as Ansible does where there is no file', async () => {
    const failed = async (path: string) => (await tryModule(slurp, { path }, { shell })).plan.failed;
    expect(await failed(join(folder, 'no'))).toBe(`file not found: ${folder}/no`);
    expect(await failed(folder)).toBe(`source is a directory and must be a file: ${folder}`);
    writeFileSync(join(folder, 'big'), Buffer.alloc(11 * 1024 * 1024));
    expect(await failed(join(folder, 'big'))).toContain('files up to 10.0 MB');
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('tempfile, on %s', (_name, shell) => {
  it.each([
    ['file', 0o600],
    ['directory', 0o700],
  ])('makes a new %s each time, for its owner only', async (state, mode) => {
    const args = { state, path: folder, prefix: "-it's $(id) ", suffix: '.é' };
    expect((await tryModule(tempFile, args, { shell }, false)).plan).toMatchObject({ unknown: true });
    expect(readdirSync(folder)).toEqual([]);
    const made = [await tryModule(tempFile, args, { shell }), await tryModule(tempFile, args, { shell })];
    const paths = made.map(({ result }) => String(result?.result.path));
    expect(new Set(paths).size).toBe(2);
    for (const path of paths) {
      expect(path.startsWith(`${folder}/-it's $(id) `) && path.endsWith('.é')).toBe(true);
      expect(statSync(path).mode & 0o7777).toBe(mode);
      expect(statSync(path).isDirectory()).toBe(state === 'directory');
    }
    expect(made[0]?.result).toMatchObject({ changed: true, result: { state, mode: `0${mode.toString(8)}` } });
  });

  it('uses the folder of the system, and says when there is none', async () => {
    mkdirSync(join(folder, 't'));
    const { result } = await tryModule(tempFile, {}, { shell, env: { TMPDIR: join(folder, 't') } });
    expect(result?.result.path).toMatch(new RegExp(`^${folder}/t/ansible\\.\\w{8}$`));
    const { plan } = await tryModule(tempFile, { path: join(folder, 'no') }, { shell });
    expect(plan.failed).toBe(`[Errno 2] No such file or directory: '${folder}/no/ansible.'`);
  });

  it('takes a part of a name only', async () => {
    await expect(tryModule(tempFile, { prefix: '../x' }, { shell })).rejects.toThrow('module.arguments');
  });
});
