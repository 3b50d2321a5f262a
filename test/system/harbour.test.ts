import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { silentLog } from '#core/log.ts';
import { countOutcomes } from '#core/plan.ts';
import type { SshTarget } from '#core/ssh.ts';
import { layoutIn } from '#harbour/layout.ts';
import { type Harbour, startHarbour } from '#harbour/open.ts';
import { marked } from '#harbour/processes.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { createExecutor } from '#runs/execute/executor.ts';
import type { Executor } from '#runs/executor.ts';
import { quote } from '#ssh/quote.ts';
import { createSsh } from '#ssh/real/open.ts';

const never = new AbortController().signal;

/** The processes of a harbour's fleet and of the harbour itself, by the folder they serve. */
function processesOf(folder: string): readonly number[] {
  const { mark } = layoutIn(folder);
  const own = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && commandOf(pid).includes(folder));
  return [...new Set([...marked(mark), ...own])];
}

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
};

/** What the inventory says of reaching a host. */
function wayTo(inventory: Inventory, name: string) {
  const found = inventory.connection(name);
  if (!found.ok) throw new Error(JSON.stringify(found.refusal));
  return { address: found.value.host ?? name, port: found.value.port ?? 22, user: found.value.user ?? '' };
}

/** Waits until a condition holds; false when it never does. */
async function soon(holds: () => boolean | Promise<boolean>, withinMs = 8000): Promise<boolean> {
  for (const begun = Date.now(); Date.now() - begun < withinMs; await sleep(50)) if (await holds()) return true;
  return false;
}

describe('the harbour', () => {
  let folder: string;
  let harbour: Harbour;
  let executor: Executor;
  const urls: Record<string, string> = {};

  const health = async (host: string) => {
    const answer = await fetch(`${urls[host]}/health`);
    return { code: answer.status, ...((await answer.json()) as object) };
  };
  const job = (playbook: string, vars: JsonObject, limit?: string) => ({
    key: `test-${Math.random()}`,
    request: { playbook, vars, locks: [], ...(limit === undefined ? {} : { limit }) },
  });
  const plan = async (playbook: string, vars: JsonObject, limit?: string) => {
    const planned = await executor.plan(job(playbook, vars, limit), never);
    if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
    return planned.value;
  };
  /** Plans, then does exactly what was planned. */
  const play = async (playbook: string, vars: JsonObject, limit?: string) => {
    const shown = await plan(playbook, vars, limit);
    const failures: JsonObject[] = [];
    const outcome = await executor.apply(
      { ...job(playbook, vars, limit), plan: shown, done: [] },
      (event) => {
        if (event.kind === 'step' && event.step.state === 'failed') failures.push(event.step.result);
      },
      { boundary: never, now: never },
    );
    return { ...outcome, failures };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'harbour-'));
    harbour = await startHarbour({ folder, log: silentLog });
    await harbour.boot();
    const loaded = await loadInventory([harbour.inventory]);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusal));
    const inventory = loaded.value;
    executor = createExecutor({
      ssh: createSsh({ log: silentLog }),
      quote,
      registry: bundledModules(),
      playbooks: harbour.settings.playbooks,
      readable: harbour.readable,
      inventory: async () => inventory,
      target: (host, known): SshTarget => ({
        name: host.name,
        ...wayTo(known, host.name),
        identityFiles: [harbour.identityFile],
        agent: false,
        via: [],
        knownHosts: [harbour.knownHosts],
        connectTimeoutMs: 10_000,
      }),
      log: silentLog,
    });
    const ports = JSON.parse(await readFile(layoutIn(folder).ports, 'utf8'));
    for (const host of ['web-1', 'web-2']) urls[host] = `http://127.0.0.1:${ports[host].service}`;
    await soon(() =>
      health('web-2').then(
        () => true,
        () => false,
      ),
    );
    await soon(() =>
      health('web-1').then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    await executor?.close();
    await harbour?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('opens three hosts, on which v1 of the shop runs from the first', async () => {
    expect(await health('web-1')).toEqual({ code: 200, status: 'ok', version: 'v1', host: 'web-1' });
    expect(await health('web-2')).toMatchObject({ code: 200, version: 'v1', host: 'web-2' });
    const facts = await executor.facts(['web-1', 'web-2', 'db-1'], never);
    expect(facts.map(({ host, reachable, failedServices }) => ({ host, reachable, failedServices }))).toEqual(
      ['web-1', 'web-2', 'db-1'].map((host) => ({ host, reachable: true, failedServices: [] })),
    );
  });

  it('keeps its keys and folders to the owner, and lets nobody in without the key', async () => {
    for (const path of [harbour.identityFile, layoutIn(folder).hostKey('web-1'), harbour.knownHosts, harbour.inventory])
      expect((await stat(path)).mode & 0o077, path).toBe(0);
    const other = join(folder, 'other');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    const ports = JSON.parse(await readFile(layoutIn(folder).ports, 'utf8'));
    const target = {
      name: 'web-1',
      address: '127.0.0.1',
      port: ports['web-1'].ssh,
      agent: false,
      via: [],
      knownHosts: [harbour.knownHosts],
      connectTimeoutMs: 5000,
    };
    const ssh = createSsh({ log: silentLog });
    const stranger = await ssh.connect({ ...target, user: 'deploy', identityFiles: [other] }, never).catch(refusalOf);
    expect(stranger).toMatchObject({ code: 'ssh.auth' });
    const root = await ssh
      .connect({ ...target, user: 'root', identityFiles: [harbour.identityFile] }, never)
      .catch(refusalOf);
    expect(root).toMatchObject({ code: 'ssh.auth' });
  });

  it('deploying the version that runs plans no change', async () => {
    const { steps } = await plan('deploy.yml', { app_version: 'v1' });
    expect(countOutcomes(steps)).toMatchObject({ change: 0, unknown: 0, failed: 0, unreachable: 0 });
  });

  it('a deploy of v2 changes the page on both hosts, and doing it again changes nothing', async () => {
    expect(await play('deploy.yml', { app_version: 'v2' })).toMatchObject({ state: 'done', failures: [] });
    expect(await health('web-1')).toMatchObject({ code: 200, version: 'v2' });
    expect(await (await fetch(urls['web-2'] ?? '')).text()).toContain('Rope, 20 m');
    expect(await readlink(join(folder, 'web-1/srv/shop/current'))).toBe('releases/v2');
    const again = await play('deploy.yml', { app_version: 'v2' });
    expect(again.state).toBe('done');
    expect(Object.values(again.recap).map(({ changed }) => changed)).toEqual([0, 0]);
  });

  it('a deploy of the broken v3 fails, says why, and v2 is back', async () => {
    const { state, failures } = await play('deploy.yml', { app_version: 'v3' });
    expect(state).toBe('failed');
    expect(JSON.stringify(failures)).toContain('v3 is not healthy on web-1; v2 is back.');
    expect(JSON.stringify(failures)).toMatch(/the price list is empty|shop\.service/);
    for (const host of ['web-1', 'web-2']) expect(await health(host)).toMatchObject({ code: 200, version: 'v2' });
    expect(await readlink(join(folder, 'web-2/srv/shop/previous'))).toBe('releases/v1');
  });

  it('a rollback goes back to v1, and another one forward again', async () => {
    expect(await play('rollback.yml', {})).toMatchObject({ state: 'done' });
    expect(await health('web-1')).toMatchObject({ version: 'v1' });
    expect(await play('rollback.yml', {}, 'web-1')).toMatchObject({ state: 'done' });
    expect([await health('web-1'), await health('web-2')]).toMatchObject([{ version: 'v2' }, { version: 'v1' }]);
  });

  it('a restart of the database really starts another process, which keeps its values', async () => {
    const ports = JSON.parse(await readFile(layoutIn(folder).ports, 'utf8'));
    const tell = async (line: string) => {
      const socket = net.connect(ports['db-1'].service, '127.0.0.1');
      socket.write(`${line}\n`);
      const [answer] = await once(socket, 'data');
      socket.destroy();
      return String(answer).trim();
    };
    const pid = () => readFile(join(folder, 'db-1/run/db.pid'), 'utf8');
    expect(await tell('SET berth 7')).toBe('OK');
    const before = await pid();
    expect(await play('restart.yml', { service_name: 'db' }, 'db-1')).toMatchObject({ state: 'done' });
    expect(await pid()).not.toBe(before);
    await soon(() =>
      tell('PING').then(
        () => true,
        () => false,
      ),
    );
    expect(await tell('GET berth')).toBe('7');
  });

  it('a service that is killed shows as failed, in the facts too', async () => {
    process.kill(Number(await readFile(join(folder, 'db-1/run/db.pid'), 'utf8')), 'SIGKILL');
    await soon(() =>
      stat(join(folder, 'db-1/run/db.failed')).then(
        () => true,
        () => false,
      ),
    );
    const [facts] = await executor.facts(['db-1'], never);
    expect(facts?.failedServices?.join()).toContain('db');
  });

  it('what is on the hosts survives a stop, and runs again after the next start', async () => {
    await harbour.stop();
    expect(processesOf(folder)).toEqual([]);
    harbour = await startHarbour({ folder, log: silentLog });
    await harbour.boot();
    expect(
      await soon(() =>
        health('web-1').then(
          () => true,
          () => false,
        ),
      ),
    ).toBe(true);
    expect(await health('web-1')).toMatchObject({ version: 'v2' });
  });
});

describe('no process of the harbour outlives the bot', () => {
  /** Starts a bot of its own and waits until its fleet is up. */
  const startBot = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'harbour-bot-'));
    const bot = spawn(process.execPath, [join(import.meta.dirname, 'harbour-bot.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(bot.stdout, 'data');
    const up = await soon(() => marked(layoutIn(folder).mark).length >= 6);
    expect(up).toBe(true);
    return { folder, bot };
  };
  const childOf = (folder: string) =>
    processesOf(folder).find((pid) => commandOf(pid).includes('child-entry.mjs')) ?? 0;
  const guardianOf = (folder: string) => {
    const { mark } = layoutIn(folder);
    return (
      readdirSync('/proc')
        .map(Number)
        .find((pid) => commandOf(pid).includes(`guardian.sh\0${mark}`)) ?? 0
    );
  };
  /** A signal for this one process: 0 would be everybody of the tests. */
  const end = (pid: number | undefined, signal: NodeJS.Signals) => {
    if (!pid) throw new Error(`there is no process to send ${signal}`);
    process.kill(pid, signal);
  };
  const gone = (folder: string) => soon(() => processesOf(folder).length === 0 && guardianOf(folder) === 0);

  it('when the bot is killed', async () => {
    const { folder, bot } = await startBot();
    bot.kill('SIGKILL');
    expect(await gone(folder)).toBe(true);
    await rm(folder, { recursive: true, force: true });
  });

  it('when the bot and the harbour are killed at once', async () => {
    const { folder, bot } = await startBot();
    const child = childOf(folder);
    bot.kill('SIGKILL');
    end(child, 'SIGKILL');
    expect(await gone(folder)).toBe(true);
    await rm(folder, { recursive: true, force: true });
  });

  it('when the guardian was killed before, since it has a successor', async () => {
    const { folder, bot } = await startBot();
    const first = guardianOf(folder);
    end(first, 'SIGKILL');
    expect(await soon(() => guardianOf(folder) !== 0 && guardianOf(folder) !== first)).toBe(true);
    const child = childOf(folder);
    bot.kill('SIGKILL');
    end(child, 'SIGKILL');
    expect(await gone(folder)).toBe(true);
    await rm(folder, { recursive: true, force: true });
  });

  it('and what all three left behind is ended by the next start', async () => {
    const { folder, bot } = await startBot();
    const [child, guardian] = [childOf(folder), guardianOf(folder)];
    const left = marked(layoutIn(folder).mark);
    end(bot.pid, 'SIGSTOP');
    end(child, 'SIGSTOP');
    end(guardian, 'SIGKILL');
    end(child, 'SIGKILL');
    end(bot.pid, 'SIGKILL');
    await sleep(300);
    expect(marked(layoutIn(folder).mark).length).toBeGreaterThan(0);
    const harbour = await startHarbour({ folder, log: silentLog });
    await harbour.boot();
    expect(marked(layoutIn(folder).mark).filter((pid) => left.includes(pid))).toEqual([]);
    await harbour.stop();
    expect(await gone(folder)).toBe(true);
    await rm(folder, { recursive: true, force: true });
  });

  it('and a harbour that dies alone comes back on the same ports', async () => {
    const { folder, bot } = await startBot();
    const ports = await readFile(layoutIn(folder).ports, 'utf8');
    const child = childOf(folder);
    end(child, 'SIGKILL');
    expect(await soon(() => childOf(folder) !== 0 && childOf(folder) !== child)).toBe(true);
    expect(
      await soon(
        async () =>
          (await readFile(layoutIn(folder).ports, 'utf8')) === ports && marked(layoutIn(folder).mark).length >= 6,
      ),
    ).toBe(true);
    bot.kill('SIGKILL');
    expect(await gone(folder)).toBe(true);
    await rm(folder, { recursive: true, force: true });
  });
});
