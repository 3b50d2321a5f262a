import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { JsonObject } from '#core/json.ts';
import { silentLog } from '#core/log.ts';
import type { PlannedStep } from '#core/plan.ts';
import { demoPlaybooks, shopSource } from '#harbour/layout.ts';
import { provisionHost } from '#harbour/provision.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { createExecutor } from '#runs/execute/executor.ts';
import { createMemorySsh } from '#ssh/memory/open.ts';
import { quote } from '#ssh/quote.ts';

const outcome = z.enum(['ok', 'change', 'skip', 'unknown', 'failed']);
const caseShape = z.array(
  z.strictObject({
    name: z.string(),
    before: z.string().optional(),
    vars: z.record(z.string(), z.string()),
    plan: z.record(z.string(), outcome),
  }),
);

const read = async (playbook: string) =>
  caseShape.parse(parse(await readFile(join(demoPlaybooks, `${playbook}.cases.yml`), 'utf8')));

/** A freshly provisioned web host in a folder, with the shop running as at every boot. */
async function freshHost() {
  const folder = await mkdtemp(join(tmpdir(), 'playbook-cases-'));
  const home = join(folder, 'web-1');
  await provisionHost(home, { name: 'web-1', group: 'web' }, 0);
  const sh = (script: string) =>
    execFileSync('sh', ['-c', script], {
      cwd: home,
      env: { HOME: home, SHOP: shopSource, PATH: `${home}/bin:/usr/bin:/bin` },
    });
  sh('systemctl start shop');
  sh('tries=0; until [ -e srv/shop/shared/running ] || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.05; done');
  return { folder, home, sh };
}

/** An executor over local shells and one host. */
async function executorFor(folder: string, home: string) {
  const vars = {
    shop_root: join(home, 'srv', 'shop'),
    shop_log: join(home, 'var', 'log', 'shop.log'),
    shop_port: 0,
    shop_url: 'http://127.0.0.1:9',
    shop_source: shopSource,
  };
  const inventory = join(folder, 'inventory.yml');
  await writeFile(inventory, stringify({ all: { children: { web: { hosts: { 'web-1': vars } } } } }));
  return createExecutor({
    ssh: createMemorySsh({ folder, hosts: ['web-1'] }),
    quote,
    registry: bundledModules(),
    playbooks: demoPlaybooks,
    readable: [shopSource],
    inventory: async () => {
      const loaded = await loadInventory([inventory]);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.refusal));
      return loaded.value;
    },
    target: (host) => ({
      name: host.name,
      address: host.name,
      port: 22,
      user: 'deploy',
      identityFiles: [],
      agent: false,
      via: [],
      knownHosts: [],
      connectTimeoutMs: 5000,
    }),
    log: silentLog,
  });
}

async function planOf(playbook: string, vars: JsonObject, before: string | undefined): Promise<readonly PlannedStep[]> {
  const { folder, home, sh } = await freshHost();
  const executor = await executorFor(folder, home);
  try {
    if (before !== undefined) sh(before);
    const planned = await executor.plan(
      { key: 'case', request: { playbook: `${playbook}.yml`, vars, locks: [] } },
      new AbortController().signal,
    );
    if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
    return planned.value.steps;
  } finally {
    await executor.close();
    sh('systemctl stop shop');
    await rm(folder, { recursive: true, force: true });
  }
}

for (const playbook of ['deploy', 'rollback', 'restart']) {
  const cases = await read(playbook);
  describe(`${playbook}.yml`, () => {
    it.each(cases)('$name', async ({ vars, before, plan }) => {
      const steps = await planOf(playbook, vars, before);
      const seen = Object.fromEntries(steps.map((step) => [step.task, step.outcome]));
      expect(seen).toMatchObject(plan);
    });
  });
}
