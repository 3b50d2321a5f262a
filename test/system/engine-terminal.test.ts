import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
const play = (...more: readonly string[]) => quarterdeck(own, words('run', ...more));
const onHost = (name: string) => readFile(join(sshd.home, name), 'utf8').catch(() => undefined);
const left = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('quarterdeck-ansible-'));

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
});
