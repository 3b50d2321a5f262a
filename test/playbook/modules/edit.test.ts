import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
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
import { blockInFile } from '#playbook/modules/blockinfile.ts';
import { iniFile } from '#playbook/modules/ini_file.ts';
import { lineInFile } from '#playbook/modules/lineinfile.ts';
import type { Module } from '#playbook/modules/module.ts';
import { replace } from '#playbook/modules/replace.ts';
import { changes, type Place, shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'edits-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hostile = ["it's", '$(touch pwned)', '-n', '`id`', 'é😀 \\1 "x"', "a='b'; touch pwned"];

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('a part of a file, on %s', (_name, shell) => {
  const place: Place = { shell };
  const at = (name = 'f'): string => join(folder, name);
  const read = (name = 'f'): string => readFileSync(at(name), 'utf8');
  const names = (): readonly string[] => readdirSync(folder).sort();

  /** What a dry run foresees is what happens, and a second run finds nothing to do. */
  const settles = async (module: Module, args: JsonObject) => {
    const before = names();
    const foreseen = await tryModule(module, args, place, false);
    expect(names()).toEqual(before);
    const first = await tryModule(module, args, place);
    expect(first.plan.failed ?? first.result?.failed).toBeUndefined();
    expect(changes(first.plan)).toEqual(changes(foreseen.plan));
    expect(changes((await tryModule(module, args, place)).plan)).toEqual([]);
    expect(names().filter((name) => name.startsWith('.quarterdeck'))).toEqual([]);
    return first;
  };

  it('replaces a line, shows how, and leaves mode and the rest alone', async () => {
    writeFileSync(at(), 'one\n#Port 22\ntwo', { mode: 0o600 });
    const { plan, result } = await settles(lineInFile, { path: at(), regexp: '^#?Port ', line: 'Port 2222' });
    expect(read()).toBe('one\nPort 2222\ntwo');
    expect(statSync(at()).mode & 0o777).toBe(0o600);
    expect(plan.differences[0]?.diff).toContain('-#Port 22\n+Port 2222\n');
    expect(result?.result).toMatchObject({ msg: 'line replaced', backup: '' });
  });

  it.each(hostile)('takes %j for what it is, in every module', async (text) => {
    writeFileSync(at(text), 'start\n');
    await settles(lineInFile, { path: at(text), line: text });
    await settles(blockInFile, { path: at(text), block: `${text}\n${text}`, marker: `# {mark} ${text}` });
    await settles(iniFile, { path: at(text), section: text, option: text, value: text });
    expect(read(text)).toBe(
      `start\n${text}\n# BEGIN ${text}\n${text}\n${text}\n# END ${text}\n[${text}]\n${text} = ${text}\n`,
    );
    expect(existsSync(join(folder, 'pwned')) || existsSync('pwned')).toBe(false);
  });

  it('keeps bytes that are no text', async () => {
    writeFileSync(at(), Buffer.from([255, 0, 10, 97, 10]));
    await settles(lineInFile, { path: at(), regexp: '^a$', line: 'é' });
    expect(readFileSync(at())).toEqual(Buffer.from([255, 0, 10, 0xc3, 0xa9, 10]));
    await settles(replace, { path: at(), regexp: 'é', replace: 'e' });
    expect(readFileSync(at())).toEqual(Buffer.from([255, 0, 10, 101, 10]));
  });

  it('makes a file with its folders, mode and all, when it may', async () => {
    const path = at('new/er/f');
    const { plan } = await settles(lineInFile, { path, line: 'x', create: true, mode: '0640' });
    expect(changes(plan).slice(0, 2)).toEqual(['state: absent → directory', 'state: absent → directory']);
    expect(readFileSync(path, 'utf8')).toBe('x\n');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(plan.result.msg).toBe('line added and ownership, perms or SE linux context changed');
  });

  it('sets the mode of a file whose text is right already', async () => {
    writeFileSync(at(), 'x\n', { mode: 0o644 });
    const { plan } = await settles(lineInFile, { path: at(), line: 'x', mode: '0600' });
    expect(changes(plan)).toEqual(['mode: 0644 → 0600']);
    expect(read()).toBe('x\n');
  });

  it('writes through a link, but ini_file puts a file in its place unless it is to follow', async () => {
    writeFileSync(at('real'), 'a = 1\n', { mode: 0o640 });
    symlinkSync('real', at());
    await settles(lineInFile, { path: at(), line: 'b = 2', mode: '0600' });
    expect(lstatSync(at()).isSymbolicLink()).toBe(true);
    expect(read('real')).toBe('a = 1\nb = 2\n');
    expect(statSync(at('real')).mode & 0o777).toBe(0o640);
    await settles(iniFile, { path: at(), option: 'a', value: '2', follow: true });
    expect(lstatSync(at()).isSymbolicLink()).toBe(true);
    await settles(iniFile, { path: at(), option: 'a', value: '3' });
    expect(lstatSync(at()).isSymbolicLink()).toBe(false);
    expect([read(), read('real')]).toEqual(['a = 3\nb = 2\n', 'a = 2\nb = 2\n']);
    expect(statSync(at()).mode & 0o777).toBe(0o640);
  });

  it('leaves a backup when asked, and says where', async () => {
    writeFileSync(at(), 'x\n');
    const line = await settles(lineInFile, { path: at(), line: 'y', backup: true });
    expect(readFileSync(String(line.result?.result.backup), 'utf8')).toBe('x\n');
    const block = await settles(blockInFile, { path: at(), block: 'z', backup: true });
    expect(readFileSync(String(block.result?.result.backup_file), 'utf8')).toBe('x\ny\n');
  });

  it('changes nothing when the new text does not pass its validation', async () => {
    writeFileSync(at(), 'good\n');
    const args = { path: at(), line: 'bad', validate: 'grep -q good %s' };
    await settles(lineInFile, args);
    const refused = await tryModule(lineInFile, { ...args, line: 'x', validate: "sh -c '! grep -q x $0' %s" }, place);
    expect(refused.result?.failed).toContain('failed to validate');
    expect(read()).toBe('good\nbad\n');
    expect(names()).toEqual(['f']);
  });

  it('fails as Ansible does where there is no file, or none to be worked on', async () => {
    const failed = async (module: Module, args: JsonObject) => (await tryModule(module, args, place)).plan.failed;
    mkdirSync(at('d'));
    expect(await failed(lineInFile, { path: at(), line: 'x' })).toBe(`Destination ${at()} does not exist !`);
    expect(await failed(blockInFile, { path: at(), block: 'x' })).toBe(`Path ${at()} does not exist !`);
    expect(await failed(replace, { path: at(), regexp: 'x' })).toBe(`Path ${at()} does not exist !`);
    expect(await failed(iniFile, { path: at(), option: 'x', value: '1', create: false })).toBe(
      `Destination ${at()} does not exist!`,
    );
    expect(await failed(lineInFile, { path: at('d'), line: 'x' })).toBe(`Path ${at('d')} is a directory !`);
    expect(await failed(lineInFile, { path: '/dev/null', line: 'x' })).toBe('/dev/null is not a regular file');
    expect(names()).toEqual(['d']);
  });

  it('says how large a file may be', async () => {
    writeFileSync(at(), Buffer.alloc(11 * 1024 * 1024, 'x\n'));
    const { plan } = await tryModule(lineInFile, { path: at(), line: 'y' }, place, false);
    expect(plan.failed).toBe(
      `${at()} has 11.0 MB; files up to 10.0 MB can be worked on. Use a command such as sed for it.`,
    );
  });

  it('works on a host that has no base64', async () => {
    mkdirSync(at('bin'));
    for (const tool of ['od', 'tr', 'wc', 'cat', 'stat', 'mktemp', 'mv', 'chmod', 'chown', 'rm', 'id', 'cp', 'date'])
      symlinkSync(['/usr/bin', '/bin'].map((bin) => join(bin, tool)).find(existsSync) ?? tool, at(`bin/${tool}`));
    writeFileSync(at(), 'é\n');
    const env = { PATH: at('bin') };
    const absolute = { shell: [`/bin/${shell[0]}`, ...shell.slice(1)].map((word) => word), env };
    const tried = await tryModule(lineInFile, { path: at(), line: 'x' }, absolute);
    expect(tried.result).toMatchObject({ changed: true });
    expect(read()).toBe('é\nx\n');
  });

  it('cannot be held up by a pattern that backtracks for ever', async () => {
    writeFileSync(at(), `${'a'.repeat(40)}\n`);
    const { plan } = await tryModule(replace, { path: at(), regexp: '(a*)*b', replace: '' }, place, false);
    expect(plan.failed).toContain('steps');
  }, 120_000);

  it('tells a file nobody may read from one that is not there', async () => {
    if (process.getuid?.() === 0) return;
    writeFileSync(at(), 'x\n');
    chmodSync(at(), 0);
    const { plan } = await tryModule(lineInFile, { path: at(), line: 'x' }, place, false);
    expect(plan.failed).toBe(`${at()} cannot be read: permission denied`);
  });
});

describe('a part of a file: arguments', () => {
  it.each<[Module, JsonObject]>([
    [lineInFile, {}],
    [lineInFile, { line: 'x', insertafter: 'a', insertbefore: 'b' }],
    [lineInFile, { line: 'x', regexp: 'a', search_string: 'b' }],
    [lineInFile, { line: 'x', backrefs: true }],
    [lineInFile, { state: 'absent' }],
    [lineInFile, { line: 'x', regexp: '(' }],
    [lineInFile, { line: '\\9', regexp: 'a', backrefs: true }],
    [lineInFile, { line: 'x', validate: 'visudo -c' }],
    [blockInFile, { block: 'x', insertafter: 'a', insertbefore: 'b' }],
    [blockInFile, { block: 'x', insertafter: '[' }],
    [replace, { regexp: '*' }],
    [replace, { regexp: 'a', replace: '\\g<x>' }],
    [replace, { regexp: 'a', encoding: 'ebcdic' }],
    [iniFile, { section: 's', option: 'o' }],
    [iniFile, { option: 'o', value: 'v', values: ['w'] }],
    [iniFile, { option: 'o', value: 'a\nb' }],
    [iniFile, { state: 'absent' }],
  ])('are refused before any host is asked (%#)', async (module, args) => {
    const checked = checkArguments(module, { ...args, path: '/etc/x' });
    await expect(async () => checked.ok && module.prepare(checked.value, {} as never)).rejects.toThrow(
      'module.arguments',
    );
  });
});
