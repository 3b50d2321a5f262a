import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarterdeck, realBots } from '#test/support/real-bot.ts';
import { freePort, hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const bots = realBots();
let sshd: Sshd;
let own: string;

/** An inventory of hosts on ports of this machine, all reached alike. */
async function hosts(ports: Readonly<Record<string, number>>, knownHosts = sshd.target().knownHosts): Promise<void> {
  const lines = Object.entries(ports).map(([name, port]) => `${name} ansible_host=127.0.0.1 ansible_port=${port}\n`);
  await writeFile(join(own, 'hosts.ini'), lines.join(''));
  const { identityFiles } = sshd.target();
  await writeFile(
    join(own, 'quarterdeck.yaml'),
    `harbour: false\ninventory: [hosts.ini]\nssh: { agent: false, identityFiles: ${JSON.stringify(identityFiles)}, knownHosts: ${JSON.stringify(knownHosts)} }\n`,
  );
}
const doctor = async (env = {}) =>
  (await quarterdeck(own, ['doctor', '--config', join(own, 'quarterdeck.yaml')], { env })).out;

describe.skipIf(!hasSshd)('quarterdeck doctor', () => {
  beforeAll(async () => {
    sshd = await startSshd({ hostKeys: ['ed25519'] });
    own = await bots.folder();
  });
  afterAll(async () => {
    await sshd.stop();
    await bots.end();
  });

  it('says that every host answers', async () => {
    await hosts({ 'web-1': sshd.port });
    expect(await doctor()).toMatch(/^✓ hosts: 1 of 1 answers$/m);
    expect(await doctor({ LC_ALL: 'fr_FR.UTF-8' })).toMatch(/^✓ hôtes : 1 sur 1 répond$/m);
  });

  it('names those that do not, each with its reason', async () => {
    const closed = await freePort();
    await hosts({ 'web-1': sshd.port, 'web-2': closed, 'web-3': closed });
    const seen = await doctor();
    expect(seen).toMatch(
      /^✗ hosts: 2 of 3 do not answer: web-2, web-3\n {4}web-2 \(.*\) is unreachable: .*\n {4}web-3 /m,
    );
    expect(seen).toMatch(/^✓ inventory: 3 hosts$/m);
  });

  it('names the command that trusts a host whose key nobody knows', async () => {
    await hosts({ 'web-1': sshd.port }, [join(own, 'known_hosts')]);
    expect(await doctor()).toMatch(
      /^✗ hosts: 1 of 1 does not answer: web-1\n.* is not known: .* bin\/quarterdeck trust web-1$/m,
    );
  });

  it('says with a broken configuration what it did not look at', async () => {
    await hosts({ 'web-1': sshd.port });
    const file = join(own, 'quarterdeck.yaml');
    const good = await readFile(file, 'utf8');
    await writeFile(file, `${good}peeple: []\n`);
    const seen = await doctor();
    expect(seen).toMatch(/^✗ configuration: .*peeple/m);
    expect(seen).toMatch(/^✓ inventory: 1 host$/m);
    expect(seen).toMatch(/^! hosts: not looked at: the configuration is broken$/m);
    await writeFile(file, good.replace('[hosts.ini]', '5'));
    expect(await doctor()).toMatch(/^! inventory: not looked at: .*\n! hosts: not looked at: /m);
    await writeFile(file, good.replace('harbour: false', 'harbour: ['));
    expect(await doctor({ LC_ALL: 'fr_FR.UTF-8' })).toMatch(
      /^! inventaire : pas examiné : la configuration est fautive$/m,
    );
  });
});
