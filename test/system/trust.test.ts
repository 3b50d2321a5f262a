import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostKey } from '#ssh/known-hosts.ts';
import { findProgram } from '#test/support/programs.ts';
import { program, quarterdeck, type RealBot, realBots } from '#test/support/real-bot.ts';
import { hasSshd, makeKey, type Sshd, startSshd } from '#test/support/sshd.ts';

const bots = realBots();
let sshd: Sshd;
let own: string;
let bot: RealBot;

/** A configuration with the server as its one host, and this file to vouch for it. */
async function configured(knownHosts: string): Promise<void> {
  await writeFile(
    join(own, 'quarterdeck.yaml'),
    `harbour: false\ninventory: [./hosts.ini]\nssh: { agent: false, knownHosts: ['${knownHosts}'] }\n`,
  );
}
const trust = (...words: readonly string[]) =>
  quarterdeck(own, ['trust', 'web-1', ...words, '--config', join(own, 'quarterdeck.yaml')]);

/** What `trust` prints at a terminal where somebody types this answer. */
async function typed(answer: string): Promise<string> {
  const command = `${process.execPath} ${program}/src/app/main.mjs trust web-1 --config ${join(own, 'quarterdeck.yaml')}`;
  const env = { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', QUARTERDECK_DATA: own };
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  let out = '';
  let asked = false;
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (asked || !/\? .*[:\]] /.test(out)) return;
    asked = true;
    child.stdin.write(`${answer}\n`);
  });
  await once(child, 'close');
  clearTimeout(timer);
  return out;
}

describe.skipIf(!hasSshd)('trusting a host with several keys', () => {
  beforeAll(async () => {
    sshd = await startSshd({ hostKeys: ['ed25519', 'rsa'] });
    own = await bots.folder();
    await writeFile(join(own, 'hosts.ini'), `[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=${sshd.port}\n`);
    await configured('./known_hosts');
    bot = await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
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

  it('that is trusted already is said to be, without a question', async () => {
    const { code, out, error } = await trust();
    expect([code, error, out]).toEqual([0, '', expect.stringMatching(/\nweb-1 is already trusted\.\n$/)]);
  });

  it('that shows no key with the fingerprint that was named is not trusted, and it is said why', async () => {
    const { code, error } = await trust('--fingerprint', 'SHA256:wrong');
    expect([code, error]).toEqual([
      1,
      expect.stringContaining('web-1 shows no key with the fingerprint SHA256:wrong. Nothing was trusted.'),
    ]);
  });

  it('whose key is revoked is not trusted, and it is said', async () => {
    const known = join(own, 'known_hosts');
    const before = await readFile(known, 'utf8');
    const [type, key = ''] = (await readFile(join(sshd.folder, 'host_ed25519.pub'), 'utf8')).split(' ');
    const text = `${before}@revoked * ${type} ${key}\n`;
    await writeFile(known, text);
    const { fingerprint } = hostKey(Buffer.from(key, 'base64'));
    const refused = `The host key of web-1 (127.0.0.1:${sshd.port}) is revoked: ssh-ed25519 ${fingerprint}. Nothing was trusted.`;
    for (const words of [[], ['--fingerprint', fingerprint]]) {
      const { code, out, error } = await trust(...words);
      expect([code, error]).toEqual([1, expect.stringContaining(refused)]);
      expect(out).not.toContain('already trusted');
    }
    expect(await readFile(known, 'utf8')).toBe(text);
    await writeFile(known, before);
  });

  it('that shows another key than the known one says so first, and wants both fingerprints', async () => {
    const pair = (name: string) => readFile(join(sshd.folder, `host_${name}.pub`), 'utf8');
    const other = makeKey(own, 'other');
    const [type, key = ''] = (await readFile(`${other}.pub`, 'utf8')).split(' ');
    const old = hostKey(Buffer.from(key, 'base64')).fingerprint;
    const fresh = hostKey(Buffer.from((await pair('ed25519')).split(' ')[1] ?? '', 'base64')).fingerprint;
    const line = `[127.0.0.1]:${sshd.port} ${type} ${key}\n`;
    await writeFile(join(own, 'known_hosts'), line);

    const shown = await trust();
    expect(shown.out).toMatch(/^THE KEY OF web-1 HAS CHANGED\n/);
    expect(shown.out).toContain(`Known until now:\n  ssh-ed25519          ${old}\n`);
    expect(shown.out).toContain(fresh);
    expect([shown.code, shown.error]).toEqual([1, expect.stringContaining('--replaces')]);
    const half = await trust('--fingerprint', fresh);
    expect([half.code, half.error]).toEqual([1, expect.stringContaining('Nothing was trusted.')]);
    expect((await trust('--fingerprint', fresh, '--replaces', fresh)).code).toBe(1);
    expect(await readFile(join(own, 'known_hosts'), 'utf8')).toBe(line);

    expect(await trust('--fingerprint', fresh, '--replaces', old)).toMatchObject({ code: 0, error: '' });
    expect(await readFile(join(own, 'known_hosts'), 'utf8')).not.toContain(key);
    const [entry] = (await bot.audit()).filter(({ action }) => action === 'host.trusted');
    expect(entry?.details).toMatchObject({ host: 'web-1', fingerprints: [fresh], replaced: [old] });
  });

  it.skipIf(!findProgram('script'))('asks a person for the name of a host whose key changed', async () => {
    const other = makeKey(own, 'third');
    const [type, key] = (await readFile(`${other}.pub`, 'utf8')).split(' ');
    const line = `[127.0.0.1]:${sshd.port} ${type} ${key}\n`;
    await writeFile(join(own, 'known_hosts'), line);
    expect(await typed('y')).toContain('Nothing was trusted.');
    expect(await readFile(join(own, 'known_hosts'), 'utf8')).toBe(line);
    expect(await typed('web-1')).toContain('web-1 is trusted now.');
    expect(await readFile(join(own, 'known_hosts'), 'utf8')).not.toContain(key);
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
