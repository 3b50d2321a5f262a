import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quarterdeck, realBots } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const hasAnsible = existsSync('/usr/bin/ansible-playbook');
const bots = realBots();
let sshd: Sshd;
let own: string;

const playbook = `- name: Greet
  hosts: web
  engine: ansible
  gather_facts: false
  vars: { name: nobody }
  tasks:
    - name: Write the greeting
      copy: { dest: '{{ home }}/greeting', content: "hello {{ name }}\\n" }
      notify: Say so
  handlers:
    - name: Say so
      debug: { msg: said }
`;

const words = (...more: readonly string[]) => [...more, '-i', 'hosts.ini', '--config', join(own, 'quarterdeck.yaml')];
const play = (...more: readonly string[]) => quarterdeck(own, words('run', ...more), { env: { TMPDIR: own } });
const onHost = (name: string) => readFile(join(sshd.home, name), 'utf8').catch(() => undefined);
const left = async () => (await readdir(own)).filter((name) => name.startsWith('qd-ansible-'));

describe.skipIf(!hasSshd || !hasAnsible)('quarterdeck run, of a playbook with engine: ansible', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    own = await bots.folder();
    const { identityFiles, knownHosts } = sshd.target();
    const address = `ansible_host=127.0.0.1 ansible_port=${sshd.port} home=${sshd.home}`;
    await writeFile(join(own, 'hosts.ini'), `[web]\nweb-1 ${address}\nweb-2 ${address}\n[db]\ndb-1 ${address}\n`);
    await mkdir(join(own, 'vars'));
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
    await rm(join(sshd.home, 'greeting'), { force: true });
  });

  it('says what would change with --check, changes nothing, and leaves nothing behind', async () => {
    const { code, out, error } = await play('play.yml', '--check', '--diff', '-l', 'web-1');
    expect([code, error, out]).toEqual([0, '', expect.stringMatching(/web-1\s+: ok=2\s+changed=1 /)]);
    expect(out).toMatch(/^\+ ?hello nobody$/m);
    expect([await onHost('greeting'), await left()]).toEqual([undefined, []]);
  });

  it('does it, with the handler and the recap, and has nothing left to change', async () => {
    const { code, out, error } = await play('play.yml', '-l', 'web-1', '-e', 'name=Grace');
    expect([code, error, out]).toEqual([0, '', expect.stringMatching(/web-1\s+: ok=2\s+changed=1 /)]);
    expect(out).toContain('RUNNING HANDLER [Say so]');
    expect(await onHost('greeting')).toBe('hello Grace\n');
    const again = await play('play.yml', '-l', 'web-1', '-e', 'name=Grace');
    expect([again.code, again.out]).toEqual([0, expect.stringMatching(/web-1\s+: ok=1\s+changed=0 /)]);
  });

  it('is the way out that an unknown module names, and then works', async () => {
    const tasks =
      '  tasks:\n    - { name: Only there, ansible.builtin.validate_argument_spec: { argument_spec: {} } }\n';
    const ours = `- hosts: web\n  gather_facts: false\n${tasks}`;
    await writeFile(join(own, 'other.yml'), ours);
    const refused = await play('other.yml', '-l', 'web-1');
    expect([refused.code, refused.error]).toEqual([
      4,
      expect.stringContaining('write “engine: ansible” into the first play'),
    ]);
    await writeFile(join(own, 'other.yml'), ours.replace('  gather_facts', '  engine: ansible\n  gather_facts'));
    const { code, out } = await play('other.yml', '-l', 'web-1');
    expect([code, out]).toEqual([0, expect.stringMatching(/web-1\s+: ok=1 /)]);
  });

  it('plays roles, sealed variables and imported playbooks, and keeps what it fetched', async () => {
    await mkdir(join(own, 'roles/hello/tasks'), { recursive: true });
    await mkdir(join(own, 'group_vars'), { recursive: true });
    await writeFile(join(own, 'pass'), 'open sesame\n');
    await writeFile(
      join(own, 'roles/hello/tasks/main.yml'),
      "- copy: { dest: '{{ home }}/greeting', content: '{{ sealed }}' }\n",
    );
    await writeFile(join(own, 'sealed.yml'), 'sealed: from the vault\n');
    const vault = await quarterdeck(own, ['vault', 'encrypt', 'sealed.yml', '--vault-password-file', 'pass']);
    expect(vault.code).toBe(0);
    await writeFile(
      join(own, 'inner.yml'),
      '- hosts: web\n  engine: ansible\n  gather_facts: false\n  vars_files: [sealed.yml]\n  roles: [hello]\n',
    );
    await writeFile(
      join(own, 'outer.yml'),
      `- import_playbook: inner.yml
  engine: ansible
- hosts: web
  gather_facts: false
  tasks:
    - fetch: { src: '{{ home }}/greeting', dest: fetched/ }
`,
    );
    const { code, error } = await play('outer.yml', '-l', 'web-1', '--vault-password-file', 'pass');
    expect([code, error]).toEqual([0, '']);
    expect(await onHost('greeting')).toBe('from the vault');
    await rm(join(sshd.home, 'greeting'));
    const shown = await play('outer.yml', '-l', 'web-1', '--vault-password-file', 'pass', '--check', '--diff');
    expect(shown.out).toContain('hello : copy');
    expect(shown.out).not.toContain('from the vault');
    expect(await readFile(join(own, 'fetched/web-1', sshd.home, 'greeting'), 'utf8')).toBe('from the vault');
    expect(await left()).toEqual([]);
  });

  it('goes through a jump host, whose key is checked as well', async () => {
    const at = `ansible_host=127.0.0.1 ansible_port=${sshd.port} home=${sshd.home}`;
    const through = (hop: string) => `[web]\nweb-1 ${at} ansible_ssh_common_args='-o ProxyJump=${hop}'\n`;
    await writeFile(join(own, 'jump.ini'), through(`127.0.0.1:${sshd.port}`));
    await writeFile(join(own, 'strange.ini'), through(`localhost:${sshd.port}`));
    const over = (inventory: string) =>
      quarterdeck(own, ['run', 'play.yml', '-i', inventory, '--config', join(own, 'quarterdeck.yaml')]);
    expect([(await over('jump.ini')).code, await onHost('greeting')]).toEqual([0, 'hello nobody\n']);
    expect((await over('strange.ini')).code).toBe(4);
  });

  it('tells programs what happens with --json', async () => {
    const { code, out } = await play('play.yml', '-l', 'web-1', '--json');
    const told = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([code, told.at(0), told.at(-1)]).toMatchObject([
      0,
      { kind: 'play', name: 'Greet' },
      { state: 'done', recap: { 'web-1': { ok: 2, changed: 1 } } },
    ]);
  });

  it('lists and checks it as Ansible does', async () => {
    const listed = await play('play.yml', '--list-tasks');
    expect([listed.code, listed.out]).toEqual([
      0,
      expect.stringMatching(/playbook: play\.yml[\s\S]*Write the greeting/),
    ]);
    expect((await play('play.yml', '--syntax-check')).code).toBe(0);
    await writeFile(
      join(own, 'wrong.yml'),
      '- hosts: web\n  engine: ansible\n  tasks:\n    - { never.heard.of_it: {} }\n',
    );
    const wrong = await play('wrong.yml', '--syntax-check');
    expect([wrong.code, wrong.error]).toEqual([4, expect.stringContaining('never.heard.of_it')]);
    const run = await play('wrong.yml');
    expect([run.code, run.error]).toEqual([4, expect.stringContaining('never.heard.of_it')]);
  });

  it.each([
    ['- hosts: web\n  engine: java\n', /odd\.yml:2:3: there is no engine “java”/],
    [
      '- hosts: web\n  tasks: []\n- hosts: web\n  engine: ansible\n',
      /odd\.yml:4:3: “engine: ansible” hands over a whole/,
    ],
    ["- hosts: '{{ where }}'\n  engine: ansible\n", /odd\.yml:1:\d+: “hosts” holds a template/],
    ['- { hosts: web, engine: ansible }\n', /odd\.yml:1:\d+: write “engine: ansible” on a line of its own/],
    ['- hosts: web\n  engine: ansible\n  vars_prompt: [{ name: version }]\n', /asks for “version”/],
  ])('says what is wrong: %j', async (text, words) => {
    await writeFile(join(own, 'odd.yml'), text);
    const { code, error } = await play('odd.yml');
    expect([code, error]).toEqual([expect.any(Number), expect.stringMatching(words)]);
    expect(code).not.toBe(0);
  });

  it('says that Ansible is not installed, and what to do; doctor says which it is', async () => {
    const none = { env: { PATH: '/nowhere' } };
    const config = ['--config', join(own, 'quarterdeck.yaml')];
    const { code, error } = await quarterdeck(own, words('run', 'play.yml'), none);
    expect([code, error]).toEqual([
      1,
      expect.stringMatching(/no ansible-playbook on this machine[\s\S]*apt install ansible-core/),
    ]);
    expect((await quarterdeck(own, ['doctor', ...config], none)).out).toContain('✓ ansible-playbook: not installed');
    expect((await quarterdeck(own, ['doctor', ...config])).out).toMatch(
      /✓ ansible-playbook: \d+\.\d+\S* \(\/usr\/bin\/ansible-playbook\)/,
    );
  });
});
