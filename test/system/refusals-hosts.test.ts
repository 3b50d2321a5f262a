import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetProcesses, quarterdeck, type RealBot, realBots, until } from '#test/support/real-bot.ts';

const bots = realBots();
let fleet: RealBot;
let own: string;
let ports: Readonly<Record<string, { readonly ssh: number }>>;

beforeAll(async () => {
  fleet = await bots.start(await bots.folder());
  own = await bots.folder();
  ports = JSON.parse(await readFile(join(fleet.data, 'harbour', 'ports.json'), 'utf8'));
  await mkdir(join(own, 'playbooks'));
  const ping = '- hosts: all\n  gather_facts: false\n  tasks: [{ name: Ping, command: "true" }]\n';
  await writeFile(join(own, 'playbooks', 'ping.yml'), ping);
});
afterAll(() => bots.end());

/** A configuration whose hosts are those of the fleet, reached like any other servers. */
async function configured(knownHosts: string, inventory = join(fleet.data, 'harbour', 'inventory.yml')) {
  await writeFile(join(own, 'known_hosts'), knownHosts);
  await writeFile(
    join(own, 'quarterdeck.yaml'),
    `harbour: false
playbooks: ./playbooks
inventory: ['${inventory}']
ssh: { identityFiles: ['${join(fleet.data, 'harbour', 'keys', 'user_ed25519')}'], agent: false, knownHosts: [./known_hosts], connectSeconds: 3 }
people: [{ id: 'console:local:ada', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`,
  );
}

const known = () => readFile(join(fleet.data, 'harbour', 'known_hosts'), 'utf8');
const inOwn = (...words: readonly string[]) => quarterdeck(own, [...words, '--config', join(own, 'quarterdeck.yaml')]);
const ping = (host: string) => inOwn('run', 'ping.yml', '-l', host);

describe('a host', () => {
  it('whose key nobody knows is not connected to, until it is trusted by its fingerprint', async () => {
    await configured('');
    const bot = await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
    const refused = await ping('web-1');
    expect([refused.code, refused.out]).toEqual([
      4,
      expect.stringMatching(/UNREACHABLE.*The host key of web-1 .*is not known: it shows ssh-ed25519 SHA256:/),
    ]);
    const failed = await bot.say('run ping on web-1', { yes: true });
    expect([failed.state, JSON.stringify(failed.card)]).toEqual([
      'failed',
      expect.stringMatching(/is not known.*quarterdeck trust web-1/),
    ]);

    const asked = await inOwn('trust', 'web-1');
    const shown = /SHA256:\S+/.exec(asked.out)?.[0] ?? '';
    expect([asked.code, asked.error]).toEqual([1, expect.stringContaining('Nothing was trusted.')]);
    expect((await inOwn('trust', 'web-1', '--fingerprint', 'SHA256:wrong')).code).toBe(1);
    expect(await readFile(join(own, 'known_hosts'), 'utf8')).toBe('');
    expect((await inOwn('trust', 'web-1', '--fingerprint', shown)).code).toBe(0);
    expect((await ping('web-1')).code).toBe(0);
    expect((await bot.say('run ping on web-1', { yes: true })).state).toBe('done');
    expect((await bot.audit()).filter((entry) => entry.action === 'host.trusted')).toHaveLength(1);
    await bot.kill('SIGTERM');
  });

  it('that shows another key than the known one is refused, with both fingerprints', async () => {
    const lines = (await known()).trim().split('\n');
    const keyOf = (name: string) =>
      lines
        .find((line) => line.startsWith(`[127.0.0.1]:${ports[name]?.ssh} `))
        ?.split(' ')
        .slice(1)
        .join(' ');
    await configured(`[127.0.0.1]:${ports['web-1']?.ssh} ${keyOf('db-1')}\n`);
    const refused = await ping('web-1');
    expect(refused.code).toBe(4);
    expect(refused.out).toMatch(/UNREACHABLE.*host key of web-1/);
    expect(refused.out).toMatch(/changed|another|not the known/i);
    expect(refused.out.match(/SHA256:\S{40,}/g)?.length).toBeGreaterThanOrEqual(1);
  });

  it('whose key is revoked is as unreachable as one whose key has changed', async () => {
    const line = (await known()).split('\n').find((one) => one.startsWith(`[127.0.0.1]:${ports['web-1']?.ssh} `));
    await configured(`@revoked ${line}\n`);
    const refused = await ping('web-1');
    expect([refused.code, refused.out]).toEqual([
      4,
      expect.stringMatching(/UNREACHABLE.*host key of web-1 .*is revoked[\s\S]*unreachable=1\s+failed=0/),
    ]);
  });

  it('at a closed port is unreachable, told apart from failed; one that never speaks too, within its time', async () => {
    const silent = createServer();
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const address = silent.address();
    const open = typeof address === 'object' && address ? address.port : 0;
    const inventory = join(own, 'gone.ini');
    await writeFile(
      inventory,
      `gone ansible_host=127.0.0.1 ansible_port=1\nsilent ansible_host=127.0.0.1 ansible_port=${open}\n`,
    );
    await configured('', inventory);
    const begun = Date.now();
    const said = await ping('all');
    silent.close();
    expect(said.code).toBe(4);
    expect(said.out).toMatch(/gone\s+: ok=0\s+changed=0\s+unreachable=1\s+failed=0/);
    expect(said.out).toMatch(/silent\s+: ok=0\s+changed=0\s+unreachable=1\s+failed=0/);
    expect(Date.now() - begun).toBeLessThan(20_000);
  });

  it('that nobody knows by name is refused before anything is connected', async () => {
    await configured(await known());
    expect((await inOwn('trust', 'nowhere')).error).toMatch(/no host “nowhere”/);
    expect((await ping('nowhere')).code).not.toBe(0);
  });
});

describe('the fleet, when its process is killed', () => {
  it('is opened again by the bot, and answers', async () => {
    expect((await fleet.say('status web-1')).state).toBe('done');
    const before = fleetProcesses(fleet.data);
    const children = await readFile(`/proc/${fleet.pid}/task/${fleet.pid}/children`, 'utf8');
    const pids = children
      .split(' ')
      .map(Number)
      .filter((pid) => pid > 1);
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until('the processes of the old fleet are gone', () => {
      const now = fleetProcesses(fleet.data);
      return before.every((pid) => !now.includes(pid));
    });
    const answered = async () => (await fleet.say('run restart service_name=shop on web-1', { yes: true })).state;
    await until('the fleet can be changed again', async () => (await answered()) === 'done', 30_000);
  });
});
