import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '#core/run.ts';
import { ada, type RealBot, realBots, until } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const bots = realBots();
let bot: RealBot;
let hanging: Sshd;
let steady: Sshd;

/** A task that only looks, after a while; and a command that takes its time. */
const playbooks = {
  looks: `- { name: Change something, command: "true" }
    - { name: Wait, pause: { seconds: 4 } }
    - { name: Look, stat: { path: /tmp } }`,
  sleeps: `- { name: Sleep, shell: 'touch "$HOME/begun"; sleep 60' }`,
  naps: `- { name: Nap, shell: 'echo begun >>"$HOME/naps"; sleep 20; echo ended >>"$HOME/naps"' }
    - { name: After, shell: 'echo after >>"$HOME/naps"' }`,
};

const configOf = (own: string): string => `harbour: false
playbooks: ./playbooks
inventory: [./hosts.ini]
ssh: { agent: false, knownHosts: ['${join(hanging.folder, 'known_hosts')}', '${join(steady.folder, 'known_hosts')}'] }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
data: '${own}'
`;

const lineOf = (name: string, { address, port, user, identityFiles }: ReturnType<Sshd['target']>): string =>
  `${name} ansible_host=${address} ansible_port=${port} ansible_user=${user} ansible_ssh_private_key_file=${identityFiles[0]}\n`;

beforeAll(async () => {
  if (!hasSshd) return;
  [hanging, steady] = await Promise.all([startSshd({ hostKeys: ['ed25519'] }), startSshd({ hostKeys: ['ed25519'] })]);
  const own = await bots.folder();
  await mkdir(join(own, 'playbooks'));
  for (const [name, tasks] of Object.entries(playbooks))
    await writeFile(
      join(own, 'playbooks', `${name}.yml`),
      `- hosts: all\n  gather_facts: false\n  tasks:\n    ${tasks}\n`,
    );
  await writeFile(
    join(own, 'hosts.ini'),
    lineOf('hanging', hanging.target()) + lineOf('steady', steady.target({ name: 'steady' })),
  );
  await writeFile(join(own, 'quarterdeck.yaml'), configOf(own));
  bot = await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
});
afterAll(async () => {
  hanging?.thaw();
  await bots.end();
  await Promise.all([hanging?.stop(), steady?.stop()]);
});

/** Orders a run, freezes one host once the run does something there, and tells how long it took until that was known. */
async function freezeDuring(playbook: string, underWay: (steps: readonly Step[]) => boolean) {
  const { id } = await bot.say(`run ${playbook}`, { yes: true, wait: 0 });
  const stepsThere = async (): Promise<readonly Step[]> => {
    const runId = (await bot.order(id)).runId;
    const steps = runId === undefined ? [] : (await bot.run(runId)).steps;
    return steps.filter(({ host }) => host === 'hanging');
  };
  await until('the run does something there', async () => underWay(await stepsThere()), 60_000);
  const frozen = performance.now();
  hanging.freeze();
  const lost = ({ state }: Step): boolean => state === 'unreachable' || state === 'unknown';
  await until('the host is missed', async () => (await stepsThere()).some(lost), 60_000);
  const seconds = (performance.now() - frozen) / 1000;
  const order = await bot.order(id, 60);
  hanging.thaw();
  const { run, steps } = await bot.run(order.runId ?? 0);
  return { seconds, run, step: steps.find((step) => step.host === 'hanging' && lost(step)), order };
}

/** What runs have left in the home of the host that hangs. */
const journals = (): readonly string[] => {
  const folder = join(hanging.home, '.quarterdeck');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe.skipIf(!hasSshd)('a host that hangs in the middle of a run', () => {
  it('while the run looks at it is unreachable within 20 s, apart from failed', async () => {
    const { seconds, step, run, order } = await freezeDuring('looks', (steps) => steps.length > 1);
    expect(step).toMatchObject({ state: 'unreachable', refusal: { code: 'ssh.lost', details: { reason: 'silent' } } });
    expect(seconds).toBeLessThan(20);
    expect(run.recap.hanging).toMatchObject({ unreachable: 1, failed: 0 });
    expect(run.recap.steady).toMatchObject({ unreachable: 0, failed: 0 });
    expect(order.state).toBe('failed');
  });

  it('is gone on with from there: what was under way is not done again, and the host says how it ended', async () => {
    const naps = join(hanging.home, 'naps');
    const { run, order } = await freezeDuring('naps', () => existsSync(naps));
    const line = `runs resume ${run.id}`;
    expect([run.state, order.card?.actions?.[0]]).toMatchObject(['failed', { id: 'resume', line }]);
    const resumed = await bot.say(line, { wait: 60 });
    expect(resumed.state).toBe('done');
    expect(readFileSync(naps, 'utf8')).toBe('begun\nended\nafter\n');
    expect(readFileSync(join(steady.home, 'naps'), 'utf8')).toBe('begun\nended\nafter\n');
    await until('its journal is gone', async () => !journals().some((name) => name.startsWith(`run-${run.id}-`)));
  });

  it('while a command runs there is unreachable within 20 s, with an end that nobody saw', async () => {
    // The last but one: what was cut here, nobody goes on with, and nothing else begins there without a yes.
    const { seconds, step, run, order } = await freezeDuring('sleeps', () => existsSync(join(hanging.home, 'begun')));
    expect(step).toMatchObject({ state: 'unknown', refusal: { code: 'step.lost', details: { reason: 'silent' } } });
    expect(seconds).toBeLessThan(20);
    expect(run.recap.hanging).toMatchObject({ unreachable: 1, unknown: 1, failed: 0 });
    expect(JSON.stringify(order.card?.title)).toContain('hanging unreachable, end not known');
  });

  it('is missed within 20 s when a run only begins to look for it', async () => {
    hanging.freeze();
    const begun = performance.now();
    const order = await bot.say('run looks', { yes: true, wait: 60 });
    const seconds = (performance.now() - begun) / 1000;
    hanging.thaw();
    expect(JSON.stringify(order)).toContain('unreachable');
    expect(seconds).toBeLessThan(20 + 4);
  });
});
