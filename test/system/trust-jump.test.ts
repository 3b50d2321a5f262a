import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarterdeck, realBots } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const bots = realBots();
const user = userInfo().username;
let jump: Sshd;
let inner: Sshd;
let own: string;

const said = async (...words: readonly string[]) => {
  const { out, error } = await quarterdeck(own, [...words, '--config', join(own, 'quarterdeck.yaml')]);
  return out + error;
};
/** A configuration that trusts nobody yet, and one host behind this jump host. */
async function behind(hop: string, others = ''): Promise<void> {
  const keys = [jump, inner].map(({ folder }) => join(folder, 'user')).join(', ');
  const ssh = `{ agent: false, user: ${user}, identityFiles: [${keys}], knownHosts: [./known_hosts] }`;
  await writeFile(join(own, 'quarterdeck.yaml'), `harbour: false\ninventory: [./hosts.ini]\nssh: ${ssh}\n`);
  const to = `ansible_host=127.0.0.1 ansible_port=${inner.port} ansible_ssh_common_args='-o ProxyJump=${hop}'`;
  await writeFile(join(own, 'hosts.ini'), `web-1 ${to}\n${others}`);
  await writeFile(join(own, 'known_hosts'), '');
}
/** The word after `quarterdeck trust` in the advice. */
const advised = (text: string) => /quarterdeck trust (\S+)/.exec(text)?.[1];
async function trusted(name: string): Promise<void> {
  const fingerprint = /ssh-ed25519 +(SHA256:\S+)/.exec(await said('trust', name))?.[1] ?? '';
  expect(await said('trust', name, '--fingerprint', fingerprint)).toContain(`${name} is trusted now.`);
}

describe.skipIf(!hasSshd)('the key of a jump host', () => {
  beforeAll(async () => {
    [jump, inner] = await Promise.all([startSshd({ hostKeys: ['ed25519'] }), startSshd({ hostKeys: ['ed25519'] })]);
    own = await bots.folder();
    await behind(`${user}@localhost:${jump.port}`);
    await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
  });
  afterAll(async () => {
    await bots.end();
    await Promise.all([jump.stop(), inner.stop()]);
  });

  it('at a port of its own, which the inventory does not have, is trusted as the advice says', async () => {
    const name = `localhost:${jump.port}`;
    await behind(`${user}@${name}`);
    expect(advised(await said('doctor'))).toBe(name);
    expect(advised(await said('trust', 'web-1'))).toBe(name);
    await trusted(name);
    await trusted('web-1');
    expect(await said('doctor')).toContain('1 of 1 answers');
  });

  it('that the inventory has under another name is trusted by that name, and by its address and port', async () => {
    const place = `127.0.0.1:${jump.port}`;
    await behind(`${user}@${place}`, `bastion ansible_host=127.0.0.1 ansible_port=${jump.port}\n`);
    expect(advised(await said('trust', 'web-1'))).toBe('bastion');
    await trusted('bastion');
    expect(await said('trust', place)).toContain(`${place} is already trusted.`);
    await trusted('web-1');
  });

  it('that the inventory has at another port is trusted with the port it is jumped through', async () => {
    await behind(`${user}@bastion:${jump.port}`, 'bastion ansible_host=127.0.0.1 ansible_port=9\n');
    expect(advised(await said('trust', 'web-1'))).toBe(`bastion:${jump.port}`);
    await trusted(`bastion:${jump.port}`);
    await trusted('web-1');
  });

  it('that nobody names is refused', async () => {
    await behind(`${user}@localhost:${jump.port}`);
    expect(await said('trust', 'localhost:1')).toContain('The inventory has no host');
  });
});
