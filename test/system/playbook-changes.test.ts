import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, quarterdeck, type RealBot, realBots, titleOf, until } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const bots = realBots();
let sshd: Sshd;
let bot: RealBot;
let own: string;

const put = (text: string) => writeFile(join(own, 'playbooks/mark.yml'), text);
const marking = (word: string) =>
  `- hosts: all\n  gather_facts: false\n  tasks:\n    - copy: { dest: '${sshd.home}/mark', content: ${word} }\n`;
const run = (hosts = 'web-1') => bot.say(`run mark on ${hosts}`, { yes: true });

describe.skipIf(!hasSshd)('while the bot runs', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    own = await bots.folder();
    const { identityFiles, knownHosts, user } = sshd.target();
    await mkdir(join(own, 'playbooks'));
    await mkdir(join(own, 'inventory'));
    await writeFile(
      join(own, 'inventory/hosts'),
      `[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=${sshd.port}\n[db]\ndb-1\n`,
    );
    await writeFile(
      join(own, 'quarterdeck.yaml'),
      `harbour: false
inventory: [./inventory]
playbooks: ./playbooks
ssh: { user: ${user}, agent: false, identityFiles: ${JSON.stringify(identityFiles)}, knownHosts: ${JSON.stringify(knownHosts)} }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [web] }] } }
`,
    );
    bot = await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
  });
  afterAll(async () => {
    await sshd.stop();
    await bots.end();
  });

  it('a playbook that comes is there, a changed one is played as it is now, a broken one is refused with its place', async () => {
    expect(titleOf((await run()).card)).toMatch(/mark/);
    await put(marking('one'));
    await until('the new playbook is known', async () => (await run()).state === 'done');
    await put(marking('two'));
    const changed = await run();
    expect([changed.state, JSON.stringify((await bot.run(changed.runId ?? 0)).steps)]).toEqual([
      'done',
      expect.stringContaining('changed'),
    ]);
    await put(`${marking('three')}      retry: 3\n`);
    const broken = await run();
    expect([broken.state, JSON.stringify(broken.card)]).toEqual([
      expect.stringMatching(/failed|refused/),
      expect.stringMatching(/mark\.yml:5:\d+.*retry/),
    ]);
    await put(marking('four'));
    expect((await run()).state).toBe('done');
    await rm(join(own, 'playbooks/mark.yml'));
    await until('the playbook that went is unknown', async () => (await run()).state === 'refused');
  });

  it('a playbooks folder that goes is named by who runs one of it, and by the bot’s state', async () => {
    const folder = join(own, 'playbooks');
    const gone = `There is no playbooks folder ${folder}.`;
    await rename(folder, `${folder}-away`);
    const order = await run();
    expect([order.state, titleOf(order.card)]).toEqual([expect.stringMatching(/failed|refused/), expect.any(String)]);
    expect(JSON.stringify(order.card)).toContain(gone);
    expect(JSON.stringify((await bot.call('GET', '/readyz')).body.warnings)).toContain(gone);
    const config = ['--config', join(own, 'quarterdeck.yaml')];
    expect((await quarterdeck(own, ['doctor', ...config])).out).toContain(`! playbooks: ${gone}`);
    for (const words of [
      ['run', 'mark.yml'],
      ['plan', 'mark'],
      ['run', 'mark', '--list-tasks'],
    ]) {
      const { code, error } = await quarterdeck(own, [...words, ...config]);
      expect([code, error]).toEqual([1, expect.stringContaining(gone)]);
    }
    await rename(`${folder}-away`, folder);
    expect(JSON.stringify((await bot.call('GET', '/readyz')).body.warnings)).not.toContain(gone);
  });

  it('a host that moves to another group is another’s to change', async () => {
    await put(marking('five'));
    await until('the playbook is back', async () => (await run()).state === 'done');
    await writeFile(
      join(own, 'inventory/hosts'),
      `[web]\nweb-2\n[db]\nweb-1 ansible_host=127.0.0.1 ansible_port=${sshd.port}\n`,
    );
    await until('it is refused', async () => (await run()).state === 'refused');
  });
});
