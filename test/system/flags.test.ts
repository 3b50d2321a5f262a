import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quarterdeck, realBots } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const bots = realBots();
let sshd: Sshd;
let own: string;

const playbook = `- hosts: all
  gather_facts: false
  vars: { greeting: hello, name: nobody }
  tasks:
    - name: Greet
      copy: { dest: '{{ ansible_env_home }}/greeting', content: "{{ greeting }} {{ name }}\\n" }
      tags: [words]
    - name: Count
      copy: { dest: '{{ ansible_env_home }}/count', content: "{{ many | default(1) }}\\n" }
      tags: [figures]
`;

const play = (...words: readonly string[]) =>
  quarterdeck(own, ['run', 'play.yml', '-i', 'hosts.ini', ...words, '--config', join(own, 'quarterdeck.yaml')]);
const onHost = (name: string) => readFile(join(sshd.home, name), 'utf8').catch(() => undefined);

describe.skipIf(!hasSshd)('quarterdeck run', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    own = await bots.folder();
    const { identityFiles, knownHosts } = sshd.target();
    const address = `ansible_host=127.0.0.1 ansible_port=${sshd.port} ansible_env_home=${sshd.home}`;
    await writeFile(join(own, 'hosts.ini'), `[web]\nweb-1 ${address}\n[db]\ndb-1 ${address}\n`);
    await mkdir(join(own, 'vars'));
    await writeFile(join(own, 'vars/more.yml'), 'name: Grace\nmany: 3\n');
    await writeFile(join(own, 'play.yml'), playbook);
    await writeFile(
      join(own, 'quarterdeck.yaml'),
      `harbour: false\nssh: { agent: false, identityFiles: ${JSON.stringify(identityFiles)}, knownHosts: ${JSON.stringify(knownHosts)} }\n`,
    );
  });
  afterAll(async () => {
    await sshd.stop();
    await bots.end();
  });
  beforeEach(async () => {
    for (const name of ['greeting', 'count']) await rm(join(sshd.home, name), { force: true });
  });

  it('with --check says what would change, with the recap and code of a run, and changes nothing', async () => {
    const { code, out } = await play('--check', '-l', 'web');
    expect([code, out]).toEqual([0, expect.stringMatching(/web-1\s+: ok=2\s+changed=2 /)]);
    expect(out).not.toContain('hello nobody');
    expect([await onHost('greeting'), await onHost('count')]).toEqual([undefined, undefined]);
  });

  it('counts what only a run can know apart in a plan, which is no failure, and gives the recap as data', async () => {
    const tasks = [
      { command: 'date', register: 'when' },
      { copy: { dest: '{{ ansible_env_home }}/when', content: '{{ when.stdout }}' } },
    ];
    const book = [{ hosts: 'all', gather_facts: false, tasks }];
    await writeFile(join(own, 'unknown.yml'), JSON.stringify(book));
    const asked = ['unknown.yml', '-i', 'hosts.ini', '-l', 'web', '--config', join(own, 'quarterdeck.yaml')];
    const shown = await quarterdeck(own, ['plan', ...asked]);
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/web-1\s+: ok=1\s+changed=1 .*unknown=1$/m)]);
    const { code, out } = await quarterdeck(own, ['run', ...asked, '--check', '--json']);
    expect([code, JSON.parse(out).recap]).toMatchObject([0, { 'web-1': { ok: 1, changed: 1, unknown: 1 } }]);
  });

  it('shows the differences with --diff, in a check and in a run, and only then', async () => {
    const checked = await play('--check', '--diff', '-l', 'web');
    expect(checked.out).toMatch(/^\+ ?hello nobody$/m);
    expect(await onHost('greeting')).toBeUndefined();
    const quiet = await play('-l', 'web', '-t', 'words');
    expect(quiet.out).not.toContain('hello nobody');
    const told = await play('-D', '-l', 'web', '-e', 'greeting=goodbye');
    expect(told.out).toMatch(/^- ?hello nobody\n\+ ?goodbye nobody$/m);
    expect(await onHost('greeting')).toBe('goodbye nobody\n');
  });

  it('plays the tagged tasks only with -t, and all but them with --skip-tags', async () => {
    expect((await play('-l', 'web', '-t', 'figures')).out).toMatch(/web-1\s+: ok=1\s+changed=1 /);
    expect([await onHost('greeting'), await onHost('count')]).toEqual([undefined, '1\n']);
    await rm(join(sshd.home, 'count'));
    await play('-l', 'web', '--skip-tags', 'figures');
    expect([await onHost('greeting'), await onHost('count')]).toEqual(['hello nobody\n', undefined]);
  });

  it.each([
    ['pairs, one of them quoted', ['-e', `greeting=Hi name="Ada Lovelace"`], 'Hi Ada Lovelace\n', '1\n'],
    ['JSON', ['-e', '{"name": "Ben", "many": [1, 2]}'], 'hello Ben\n', '[1, 2]'],
    ['a file', ['-e', '@vars/more.yml'], 'hello Grace\n', '3\n'],
    ['several, the last one winning', ['-e', '@vars/more.yml', '-e', 'name=Zoe'], 'hello Zoe\n', '3\n'],
    ['letters that would be a template', ['-e', '{"name": "{{ greeting }}"}'], 'hello {{ greeting }}\n', '1\n'],
  ])('takes variables by -e as %s', async (_what, words, greeting, count) => {
    expect((await play('-l', 'web', ...words)).code).toBe(0);
    expect([await onHost('greeting'), await onHost('count')]).toEqual([greeting, count]);
  });

  it.each([
    ['-e without a value', ['-e', 'greeting'], /^-e greeting: wants name=value/],
    [
      '-e with how a host is reached',
      ['-e', 'ansible_user=svc'],
      /^-e ansible_user says how a host is reached: that is/,
    ],
    ['-e with a password', ['-e', '{"ansible_become_pass": "x"}'], /^-e ansible_become_pass is not supported: keys/],
    ['-e with a list', ['-e', '[1]'], /^-e \[1\]: wants a mapping/],
    ['-e with JSON that is none', ['-e', '{"a": '], /^-e \{"a": : wants a mapping/],
    ['-e with a file that is not there', ['-e', '@vars/none.yml'], /^-e @vars\/none\.yml: the file cannot be read/],
  ])('refuses %s in a sentence, and plays nothing', async (_what, words, sentence) => {
    const { code, error, out } = await play('-l', 'web', ...words);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(sentence);
    expect(error).not.toContain('Something broke');
    expect(await onHost('greeting')).toBeUndefined();
  });

  it('changes nothing the second time, and says so', async () => {
    await play('-l', 'web');
    expect((await play('-l', 'web')).out).toMatch(/web-1\s+: ok=2\s+changed=0 /);
  });
});
