import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarterdeck, realBots } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const bots = realBots();
let sshd: Sshd;
let own: string;

const adhoc = (...words: readonly string[]) =>
  quarterdeck(own, ['adhoc', ...words, '-i', 'hosts.ini', '--config', join(own, 'quarterdeck.yaml')]);

describe.skipIf(!hasSshd)('quarterdeck adhoc', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    own = await bots.folder();
    const { identityFiles, knownHosts } = sshd.target();
    const address = `ansible_host=127.0.0.1 ansible_port=${sshd.port}`;
    await writeFile(
      join(own, 'hosts.ini'),
      `[web]\nweb-1 ${address}\n[lost]\nlost-1 ansible_host=127.0.0.1 ansible_port=1\n`,
    );
    await writeFile(
      join(own, 'quarterdeck.yaml'),
      `harbour: false\nssh: { agent: false, identityFiles: ${JSON.stringify(identityFiles)}, knownHosts: ${JSON.stringify(knownHosts)} }\n`,
    );
  });
  afterAll(async () => {
    await sshd.stop();
    await bots.end();
  });

  it('runs a command where nothing else is said, with what it printed and its code', async () => {
    expect(await adhoc('web', '-a', 'echo hello {{ inventory_hostname }}')).toMatchObject({
      code: 0,
      out: 'web-1 | CHANGED | rc=0 >>\nhello web-1\n',
    });
    expect(await adhoc('web', '-m', 'shell', '-a', 'echo one; echo two >&2; exit 3')).toMatchObject({
      code: 2,
      out: 'web-1 | FAILED | rc=3 >>\none\ntwo\nnon-zero return code\n',
    });
    expect((await adhoc('web', '-m', 'shell', '-a', 'echo 1; echo 2; echo e >&2', '-o')).out).toBe(
      'web-1 | CHANGED | rc=0 | (stdout) 1\\n2 (stderr) e\n',
    );
  });

  it('prints what another module gives, and a host that is not there apart from one that failed', async () => {
    const { code, out } = await adhoc('web:lost', '-m', 'ping');
    expect(code).toBe(4);
    expect(out).toContain('web-1 | SUCCESS => {\n    "changed": false,\n    "ping": "pong"\n}\n');
    expect(out).toMatch(/^lost-1 \| UNREACHABLE! => \{\n {4}"changed": false,\n {4}"msg": ".*lost-1/m);
  });

  it('does what a mapping asks, once, and shows it before with --check', async () => {
    const path = join(sshd.home, 'with space');
    const file = ['web', '-m', 'ansible.builtin.file', '-a', JSON.stringify({ path, state: 'directory' })];
    const checked = await adhoc(...file, '--check', '--diff');
    expect(checked).toMatchObject({ code: 0, out: `  ${path} state: absent -> directory\nweb-1 | CHANGED\n` });
    expect((await adhoc(...file)).out).toMatch(/^web-1 \| CHANGED => \{\n {4}"changed": true,/);
    expect((await adhoc(...file)).out).toMatch(/^web-1 \| SUCCESS => \{\n {4}"changed": false,/);
  });

  it('waits for a command in the background no longer than it is told', async () => {
    expect((await adhoc('web', '-a', 'echo done', '-B', '20', '-P', '1')).out).toContain('done');
    expect((await adhoc('web', '-a', 'sleep 30', '-B', '1', '-P', '1')).code).toBe(2);
  });

  it('lists the hosts that are meant', async () => {
    expect((await adhoc('all', '--list-hosts')).out).toBe('  hosts (2):\n    web-1\n    lost-1\n');
    expect((await adhoc('all', '--list-hosts', '-l', 'web')).out).toBe('  hosts (1):\n    web-1\n');
  });

  it.each([
    ['no hosts', [], 2, /^Name the hosts\./],
    ['no command', ['web'], 2, /^-a: say what command is to run\./],
    ['a module there is not', ['web', '-m', 'copyy'], 2, /^There is no module copyy\. Did you mean “copy”\?/],
    ['arguments there are not', ['web', '-m', 'file', '-a', 'pat=/x'], 2, /^file has no argument “pat”/m],
    ['a mapping that is none', ['web', '-m', 'file', '-a', '{path: '], 2, /^-a \{path: : is no mapping\./],
    ['seconds that are none', ['web', '-a', 'true', '-B', 'soon'], 2, /^-B soon: wants seconds\./],
    ['hosts nobody knows', ['nowhere', '-m', 'ping'], 1, /^“nowhere” selects no host\./],
  ])('refuses %s in a sentence', async (_what, words, code, sentence) => {
    const refused = await adhoc(...words);
    expect([refused.code, refused.out]).toEqual([code, '']);
    expect(refused.error).toMatch(sentence);
    expect(refused.error).not.toMatch(/adhoc:\d|Something broke/);
  });
});
