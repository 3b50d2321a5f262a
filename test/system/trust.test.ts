import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarterdeck, realBots } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const bots = realBots();
let sshd: Sshd;
let own: string;

/** A configuration with the server as its one host, and this file to vouch for it. */
async function configured(knownHosts: string): Promise<void> {
  await writeFile(
    join(own, 'quarterdeck.yaml'),
    `harbour: false\ninventory: [./hosts.ini]\nssh: { agent: false, knownHosts: ['${knownHosts}'] }\n`,
  );
}
const trust = (...words: readonly string[]) =>
  quarterdeck(own, ['trust', 'web-1', ...words, '--config', join(own, 'quarterdeck.yaml')]);

describe.skipIf(!hasSshd)('trusting a host with several keys', () => {
  beforeAll(async () => {
    sshd = await startSshd({ hostKeys: ['ed25519', 'rsa'] });
    own = await bots.folder();
    await writeFile(join(own, 'hosts.ini'), `[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=${sshd.port}\n`);
    await configured('./known_hosts');
    await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
  });
  afterAll(async () => {
    await sshd.stop();
    await bots.end();
  });

  it('by one fingerprint trusts that key and none that was shown beside it', async () => {
    const shown = (await trust()).out.match(/\S+ +SHA256:\S+/g) ?? [];
    expect(shown).toEqual([expect.stringMatching(/^ssh-ed25519 /), expect.stringMatching(/^ssh-rsa /)]);
    const [, fingerprint = ''] = shown[0]?.split(/ +/) ?? [];
    expect(await trust('--fingerprint', fingerprint)).toMatchObject({ code: 0, error: '' });
    const [type, key] = (await readFile(join(sshd.folder, 'host_ed25519.pub'), 'utf8')).split(' ');
    expect(await readFile(join(own, 'known_hosts'), 'utf8')).toBe(`[127.0.0.1]:${sshd.port} ${type} ${key}\n`);
  });

  it('says in one sentence that the file of known hosts cannot be written', async () => {
    await configured('./hosts.ini/known_hosts');
    const fingerprint = /SHA256:\S+/.exec((await trust()).out)?.[0] ?? '';
    const { code, error } = await trust('--fingerprint', fingerprint);
    expect(code).toBe(1);
    expect(error).toMatch(/^The host key could not be noted in \S+\/hosts\.ini\/known_hosts: ENOTDIR\.\n/);
    expect(error).not.toContain('Something broke');
  });
});
