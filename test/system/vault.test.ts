import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarterdeck } from '../support/real-bot.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const run = (...words: string[]) => quarterdeck(at('data'), words);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-'));
  mkdirSync(at('data'));
  writeFileSync(at('pw'), 'one\n');
  writeFileSync(at('pw2'), 'two\n');
  writeFileSync(at('hosts.ini'), '[web]\na\nb\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('quarterdeck vault', () => {
  it('seals a file that ansible-vault opens, and opens what ansible-vault sealed', async () => {
    writeFileSync(at('a.yml'), 'user: ada\n', { mode: 0o640 });
    expect(await run('vault', 'encrypt', at('a.yml'), '--vault-id', `prod@${at('pw')}`)).toMatchObject({
      code: 0,
      out: '',
      error: `${at('a.yml')}: sealed\n`,
    });
    expect(readFileSync(at('a.yml'), 'utf8')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    expect(statSync(at('a.yml')).mode & 0o777).toBe(0o640);
    const ansible = (...words: string[]) => execFileSync('ansible-vault', words, { encoding: 'utf8' });
    expect(ansible('view', '--vault-password-file', at('pw'), at('a.yml'))).toContain('user: ada');
    ansible('rekey', '--vault-password-file', at('pw'), '--new-vault-password-file', at('pw2'), at('a.yml'));
    const seen = await run('vault', 'view', at('a.yml'), '--vault-password-file', at('pw2'));
    expect(seen).toMatchObject({ code: 0, out: 'user: ada\n' });
  });

  it('opens a sealed file of variables for -e, and shows nothing that was in it', async () => {
    writeFileSync(at('v.yml'), 'word: swordfish\n');
    writeFileSync(at('say.yml'), '- hosts: localhost\n  gather_facts: false\n  tasks:\n    - debug: { var: word }\n');
    await run('vault', 'encrypt', at('v.yml'), '--vault-password-file', at('pw'));
    const play = ['run', at('say.yml'), '-i', at('hosts.ini'), '-e', `@${at('v.yml')}`];
    const said = await run(...play, '--vault-password-file', at('pw'));
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining('    word: ') });
    expect(said.out).not.toContain('swordfish');
    expect(await run(...play)).toMatchObject({ code: 1, out: '' });
    expect((await run(...play, '--vault-password-file', at('pw2'))).error).not.toContain('mapping');
  });

  it('follows a link to what it seals, and puts several files into no single one', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/l.yml'), 'plain\n');
    symlinkSync('real/l.yml', at('l.yml'));
    const password = ['--vault-password-file', at('pw')];
    expect(await run('vault', 'encrypt', at('l.yml'), ...password)).toMatchObject({ code: 0 });
    expect([lstatSync(at('l.yml')).isSymbolicLink(), readFileSync(at('real/l.yml'), 'utf8').slice(0, 14)]).toEqual([
      true,
      '$ANSIBLE_VAULT',
    ]);
    const both = await run('vault', 'decrypt', at('l.yml'), at('l.yml'), '--output', at('o.yml'), ...password);
    expect(both).toMatchObject({ code: 2, error: expect.stringContaining('Several files do not go into one') });
  });

  it('keeps what was typed in an editor when it cannot be written, and nothing of it otherwise', async () => {
    mkdirSync(at('gone'));
    writeFileSync(at('gone/e.yml'), 'before\n');
    const password = ['--vault-password-file', at('pw')];
    await run('vault', 'encrypt', at('gone/e.yml'), ...password);
    writeFileSync(at('editor.sh'), `echo "$1" >'${at('where')}'; echo "typed $AFTER" >"$1"; eval "$AFTER"\n`);
    const edit = (after: string) =>
      quarterdeck(at('data'), ['vault', 'edit', at('gone/e.yml'), ...password], {
        env: { EDITOR: `sh '${at('editor.sh')}'`, AFTER: after },
      });
    expect(await edit('')).toMatchObject({ code: 0 });
    const where = () => readFileSync(at('where'), 'utf8').trim();
    expect(existsSync(where())).toBe(false);
    const failed = await edit(`rm -r '${at('gone')}'`);
    expect(failed).toMatchObject({ code: 1, error: expect.stringContaining(`It could not be written (ENOENT)`) });
    expect(failed.error).toContain(dirname(where()));
    expect(readFileSync(where(), 'utf8')).toMatch(/^typed rm/);
    rmSync(dirname(where()), { recursive: true });
  });

  it('gives files other passwords, all or none', async () => {
    for (const name of ['b.yml', 'c.yml']) writeFileSync(at(name), `${name}\n`);
    await run('vault', 'encrypt', at('b.yml'), '--vault-password-file', at('pw'));
    await run('vault', 'encrypt', at('c.yml'), '--vault-password-file', at('pw2'));
    const [b, c] = [readFileSync(at('b.yml')), readFileSync(at('c.yml'))];
    const words = [at('b.yml'), at('c.yml'), '--vault-password-file', at('pw'), '--new-vault-id', `new@${at('pw2')}`];
    expect(await run('vault', 'rekey', ...words)).toMatchObject({ code: 1 });
    expect([readFileSync(at('b.yml')), readFileSync(at('c.yml'))]).toEqual([b, c]);
    expect(await run('vault', 'rekey', at('b.yml'), ...words.slice(2))).toMatchObject({ code: 0 });
    expect(await run('vault', 'view', at('b.yml'), '--vault-password-file', at('pw2'))).toMatchObject({
      out: 'b.yml\n',
    });
  });

  it('seals a value that stands in YAML, and what it holds is shown nowhere', async () => {
    const sealed = await run(
      'vault',
      'encrypt-string',
      'hunter2-hunter2',
      '--name',
      'secret',
      '--vault-password-file',
      at('pw'),
    );
    writeFileSync(at('vars.yml'), sealed.out);
    writeFileSync(
      at('site.yml'),
      '- hosts: web\n  gather_facts: false\n  vars_files: [vars.yml]\n  tasks:\n    - assert: {that: "secret == \'hunter2-hunter2\'"}\n    - debug: msg="it is {{ secret }}"\n',
    );
    const played = await run('run', at('site.yml'), '-i', at('hosts.ini'), '--vault-password-file', at('pw'));
    expect(played).toMatchObject({ code: 0 });
    expect(played.out).toContain('msg: it is [redacted]');
    expect(played.out).not.toContain('hunter2');
  });

  it.each([
    [
      'a wrong password',
      ['vault', 'view', 'd.yml', '--vault-password-file', 'pw2'],
      1,
      /No password known here opens this vault/,
    ],
    ['no password', ['vault', 'view', 'd.yml'], 1, /needs a password, and none is known/],
    ['a file that is not sealed', ['vault', 'decrypt', 'pw', '--vault-password-file', 'pw'], 1, /is not sealed/],
    ['a file that is not there', ['vault', 'view', 'nothing', '--vault-password-file', 'pw'], 1, /There is no file/],
    ['a wrong word', ['vault', 'veiw', 'd.yml'], 2, /Did you mean “view”/],
  ] as const)('%s is one sentence', async (_, words, code, sentence) => {
    writeFileSync(at('d.yml'), 'd\n');
    await run('vault', 'encrypt', at('d.yml'), '--vault-password-file', at('pw'));
    const placed = words.map((word) => (/^(?:d\.yml|pw2?|nothing)$/.test(word) ? at(word) : word));
    const ended = await run(...placed);
    expect(ended).toMatchObject({ code, error: expect.stringMatching(sentence) });
    expect(ended.error).not.toContain('    at ');
  });
});

describe('quarterdeck run, as ansible-playbook', () => {
  it('reads the inventory and the playbook as Ansible does', async () => {
    writeFileSync(at('hosts.ini'), '[web]\na\nb\n[db]\nc\n[prod:children]\nweb\ndb\n[web:vars]\nport=80\n');
    const ours = await run('inventory', '--graph', '-i', at('hosts.ini'));
    const theirs = execFileSync('ansible-inventory', ['--graph', '-i', at('hosts.ini')], { encoding: 'utf8' });
    expect(ours.out.trim()).toBe(theirs.trim());
    const list = await run('inventory', '--list', '-i', at('hosts.ini'));
    const listed = execFileSync('ansible-inventory', ['--list', '-i', at('hosts.ini')], { encoding: 'utf8' });
    const { _meta, web, db, prod } = JSON.parse(listed) as Record<string, unknown>;
    expect(JSON.parse(list.out)).toMatchObject({ _meta, web, db, prod } as object);
  });

  it('lists tasks, hosts and tags without playing anything, and ends with 4 for what cannot be read', async () => {
    writeFileSync(at('list.yml'), '- hosts: web\n  tasks:\n    - {name: one, debug: , tags: [x]}\n');
    const listed = await run(
      'run',
      at('list.yml'),
      '-i',
      at('hosts.ini'),
      '--list-tasks',
      '--list-hosts',
      '--list-tags',
    );
    expect(listed.out).toMatch(/hosts \(2\):\n\s+a\n\s+b\n\s+tasks:\n\s+one\tTAGS: \[x\]\n\s+TASK TAGS: \[x\]/);
    writeFileSync(at('list.yml'), '- hosts: web\n  tasks:\n    - {name: one, debgu: }\n');
    expect(await run('run', at('list.yml'), '-i', at('hosts.ini'), '--syntax-check')).toMatchObject({
      code: 4,
      error: expect.stringMatching(/^list\.yml:3:19: “debgu”/),
    });
  });

  it('takes an inventory that is a program', async () => {
    const script =
      '#!/bin/sh\n[ "$1" = --list ] || exit 1\necho \'{"web": {"hosts": ["x1", "x2"], "vars": {"a": 1}}, "_meta": {"hostvars": {"x1": {"b": 2}}}}\'\n';
    writeFileSync(at('hosts.sh'), script, { mode: 0o755 });
    expect((await run('inventory', '--host', 'x1', '-i', at('hosts.sh'))).out).toBe('{\n    "a": 1,\n    "b": 2\n}\n');
    writeFileSync(at('bad.sh'), '#!/bin/sh\necho broken >&2; exit 3\n', { mode: 0o755 });
    const unknown = await run('inventory', '--graph', 'nogroup', '-i', at('hosts.ini'));
    expect(unknown).toMatchObject({ code: 1, out: '', error: 'The inventory has no group “nogroup”.\n' });
    const failed = await run('inventory', '--graph', '-i', at('bad.sh'));
    expect(failed).toMatchObject({
      code: 1,
      error: expect.stringContaining('the inventory script --list failed: broken'),
    });
  });
});
