import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import { file } from '#playbook/modules/file.ts';
import { modeOfLetters } from '#playbook/modules/state/look.ts';
import { wantedMode } from '#playbook/modules/state/mode.ts';
import { quote } from '#ssh/quote.ts';
import { golden } from '../golden.ts';
import { cases } from './file.cases.ts';
import { changes, type Place, shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'file-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;

describe('symbolic modes', () => {
  it('are read as Ansible reads them', () => {
    for (const [mode, present, directory, umask, expected] of golden<[string, number, boolean, number, number]>(
      'modes',
    )) {
      expect([mode, present, directory, wantedMode(mode, { mode: present, directory, umask })]).toEqual([
        mode,
        present,
        directory,
        expected,
      ]);
    }
  });

  it('of `ls` are the same bits', () => {
    expect(
      ['-rw-r--r--', 'drwxr-sr-t', '-rwsr-xr-x', '-rw-r-Sr-T'].map((letters) => modeOfLetters(letters).toString(8)),
    ).toEqual(['644', '3755', '4755', '3644']);
  });
});

describe('file, described', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const checked = checkArguments(file, one.args);
    if (!checked.ok) throw new Error(JSON.stringify(checked.refusal));
    const args = await file.prepare(checked.value, undefined as never);
    const state = file.read({ code: 0, stdout: [...one.probe, 'end', ''].join('\n'), stderr: '' }, args);
    const plan = file.plan(args, state);
    expect(plan.failed).toBe(one.failed);
    if (one.failed !== undefined) return;
    expect(changes(plan)).toEqual(one.differences);
    const script = file.apply(args, state, plan, quote)?.script;
    if (one.differences?.length === 0) expect(script).toBeUndefined();
    for (const words of one.script ?? []) expect(script).toContain(words);
  });

  it.each([
    [{ path: '/', state: 'absent' }],
    [{ path: '/x', mode: 'rwxr' }],
    [{ path: '/x', owner: '-R' }],
    [{ path: '/x', owner: 'a b' }],
    [{ path: '/x', recurse: true, state: 'touch' }],
    [{ path: '/x', src: '/y' }],
    [{ path: '/x', state: 'touch', modification_time: '202001010000' }],
  ])('refuses %j before any host is asked', (args) => {
    const checked = checkArguments(file, args);
    expect(() => checked.ok && file.prepare(checked.value, undefined as never)).toThrow('module.arguments');
  });

  it('takes an answer that was cut for no state', async () => {
    const checked = checkArguments(file, { path: '/x', state: 'absent' });
    if (!checked.ok) throw new Error('not checked');
    const args = await file.prepare(checked.value, undefined as never);
    expect(() => file.read({ code: 0, stdout: 'it.type=absent\n', stderr: '' }, args)).toThrow('module.probe');
    expect(() => file.read({ code: 1, stdout: 'end\n', stderr: 'sh: no' }, args)).toThrow('module.probe');
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('file, on %s', (_name, shell) => {
  /** What a first run changes, exactly as a check before it said; and that a second finds nothing to do. */
  const settles = async (args: JsonObject, place: Place = {}): Promise<readonly string[]> => {
    const before = await tryModule(file, args, { shell, ...place }, false);
    const first = await tryModule(file, args, { shell, ...place });
    expect(first.result?.failed).toBeUndefined();
    expect(changes(first.plan)).toEqual(changes(before.plan));
    const second = await tryModule(file, args, { shell, ...place });
    expect(changes(second.plan)).toEqual([]);
    return changes(first.plan);
  };
  const fails = async (args: JsonObject): Promise<string> => {
    const tried = await tryModule(file, args, { shell });
    return tried.plan.failed ?? tried.result?.failed ?? '';
  };

  it('makes and removes things with names that a shell would read otherwise', async () => {
    const names = [
      "it's",
      'two words',
      '-rf',
      'new\nline',
      '$(touch pwned)',
      '`touch pwned`',
      '*',
      'é😀',
      '"',
      '\\',
      "'; exit 7; '",
      'end\n',
    ];
    const path = join(folder, ...names);
    expect(await settles({ path, state: 'directory', mode: '0700' })).toContain('mode: 0755 → 0700');
    expect(statSync(path).mode & 0o7777).toBe(0o700);
    await settles({
      path: join(path, "a '\n"),
      state: 'touch',
      modification_time: 'preserve',
      access_time: 'preserve',
    });
    expect(await settles({ path: join(folder, "it's"), state: 'absent' })).toEqual(['state: directory → absent']);
    expect(existsSync(join(folder, "it's"))).toBe(false);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('takes names that begin with a dash or ~ for names', async () => {
    await settles({ path: '-n', state: 'directory' }, { cwd: folder });
    expect(statSync(join(folder, '-n')).isDirectory()).toBe(true);
    await settles({ path: '~/sub/x', state: 'directory' }, { env: { HOME: folder } });
    expect(statSync(join(folder, 'sub/x')).isDirectory()).toBe(true);
    await settles({ path: '~nobodyhere/x', state: 'directory' }, { cwd: folder });
    expect(statSync(join(folder, '~nobodyhere/x')).isDirectory()).toBe(true);
  });

  it('touches, links and hard-links', async () => {
    const keep = { modification_time: 'preserve', access_time: 'preserve' };
    await settles({ path: join(folder, 'f'), state: 'touch', mode: 'u=rw,go=', ...keep });
    await settles({ path: join(folder, 'l'), src: 'f', state: 'link' });
    expect(readlinkSync(join(folder, 'l'))).toBe('f');
    await settles({ path: join(folder, 'h'), src: join(folder, 'f'), state: 'hard' });
    expect(statSync(join(folder, 'h')).ino).toBe(statSync(join(folder, 'f')).ino);
  });

  it('swings a link from one folder to another without going into it', async () => {
    for (const name of ['v1', 'v2']) mkdirSync(join(folder, name));
    symlinkSync(join(folder, 'v1'), join(folder, 'current'));
    expect(await settles({ path: join(folder, 'current'), src: join(folder, 'v2'), state: 'link' })).toEqual([
      `target: ${folder}/v1 → ${folder}/v2`,
    ]);
    expect(readlinkSync(join(folder, 'current'))).toBe(join(folder, 'v2'));
    expect(existsSync(join(folder, 'v1/current'))).toBe(false);
  });

  it('puts a link in the place of an empty folder or a file, when forced', async () => {
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'f'), 'x');
    expect(await fails({ path: join(folder, 'd'), src: '/etc', state: 'link' })).toContain(
      'refusing to convert from directory',
    );
    for (const name of ['d', 'f']) {
      await settles({ path: join(folder, name), src: '/etc', state: 'link', force: true });
      expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(true);
    }
  });

  it('follows a link to the file whose mode is meant', async () => {
    writeFileSync(join(folder, 'f'), 'x', { mode: 0o600 });
    symlinkSync('f', join(folder, 'l'));
    expect(await settles({ path: join(folder, 'l'), state: 'file', mode: '0644' })).toEqual(['mode: 0600 → 0644']);
    expect(statSync(join(folder, 'f')).mode & 0o777).toBe(0o644);
    expect(lstatSync(join(folder, 'l')).isSymbolicLink()).toBe(true);
  });

  it('clears a set-group-id bit that is not wanted, which chmod leaves on folders', async () => {
    await settles({ path: join(folder, 'd'), state: 'directory', mode: '2775' });
    expect(await settles({ path: join(folder, 'd'), state: 'directory', mode: '0755' })).toEqual(['mode: 2775 → 0755']);
    expect(statSync(join(folder, 'd')).mode & 0o7777).toBe(0o755);
  });

  it('sets modes below, links left alone', async () => {
    mkdirSync(join(folder, 'd/s'), { recursive: true });
    writeFileSync(join(folder, 'd/s/f'), 'x', { mode: 0o600 });
    writeFileSync(join(folder, 'outside'), 'x', { mode: 0o600 });
    symlinkSync('../outside', join(folder, 'd/l'));
    await settles({ path: join(folder, 'd'), state: 'directory', recurse: true, mode: 'u=rwX,go=rX' });
    expect(statSync(join(folder, 'd/s/f')).mode & 0o777).toBe(0o644);
    expect(statSync(join(folder, 'outside')).mode & 0o777).toBe(0o600);
  });

  it.runIf(isRoot)('sets owners, also of a link itself', async () => {
    writeFileSync(join(folder, 'f'), 'x');
    chownSync(join(folder, 'f'), 0, 0);
    expect(await settles({ path: join(folder, 'f'), owner: 'nobody', mode: '4755' })).toEqual([
      'owner: root → nobody',
      'mode: 0644 → 4755',
    ]);
    expect(statSync(join(folder, 'f')).mode & 0o7777).toBe(0o4755);
    symlinkSync('f', join(folder, 'l'));
    await settles({ path: join(folder, 'l'), owner: '1', follow: false, state: 'link', src: 'f' });
    expect([lstatSync(join(folder, 'l')).uid, statSync(join(folder, 'f')).uid]).toEqual([
      1,
      statSync(join(folder, 'f')).uid,
    ]);
    expect(statSync(join(folder, 'f')).uid).not.toBe(1);
  });

  it('says what is there now, as Ansible returns it', async () => {
    const path = join(folder, 'f');
    const { result } = await tryModule(file, { path, state: 'touch', mode: '0640' }, { shell });
    expect(result?.result).toMatchObject({ dest: path, state: 'file', mode: '0640', uid: process.getuid?.(), size: 0 });
  });

  it('does without the program stat', async () => {
    writeFileSync(join(folder, 'f'), 'x', { mode: 0o640 });
    writeFileSync(join(folder, 'stat'), '#!/bin/sh\nexit 127\n', { mode: 0o755 });
    const place = { env: { PATH: `${folder}:${process.env.PATH}` } };
    expect(await settles({ path: join(folder, 'f'), mode: '0600' }, place)).toEqual(['mode: 0640 → 0600']);
  });
});
