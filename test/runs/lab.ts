import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { type Log, silentLog } from '#core/log.ts';
import type { Plan, PlayRequest } from '#core/plan.ts';
import { isResumable } from '#core/run.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import { bundledModules, type ModuleRegistry } from '#playbook/modules/registry.ts';
import { createExecutor } from '#runs/execute/executor.ts';
import type { ExecutionLimits } from '#runs/execute/limits.ts';
import type { ExecutorOptions } from '#runs/execute/options.ts';
import type { ApplyJob, ExecutionControl, ExecutionEvent, ExecutionOutcome, Executor } from '#runs/executor.ts';
import { createMemorySsh, type MemorySsh } from '#ssh/memory/open.ts';
import { quote } from '#ssh/quote.ts';

/** Real shells in a temporary folder: each host is a folder, scripts really run. */
export interface Lab {
  readonly folder: string;
  readonly ssh: MemorySsh;
  readonly executor: Executor;
  /** Writes `site.yml`. */
  playbook(text: string, name?: string): Promise<void>;
  file(path: string, content: string | Buffer): Promise<void>;
  /** What a file of a host holds; undefined when there is none. */
  read(host: string, path: string): Promise<string | undefined>;
  path(host: string, path: string): string;
  /** `within`: the hosts that whoever asks may reach. */
  plan(request?: Partial<PlayRequest>, within?: readonly string[]): Promise<Plan>;
  /** Plans, then applies the plan. */
  run(request?: Partial<PlayRequest>, more?: Partial<ApplyJob>): Promise<Ran>;
  apply(job: Partial<ApplyJob>, control?: Partial<ExecutionControl>): Promise<Ran>;
  close(): Promise<void>;
}

export interface Ran {
  readonly outcome: ExecutionOutcome;
  readonly events: readonly ExecutionEvent[];
  /** Last state of each step: `web-1 1.2: changed`. */
  readonly steps: readonly string[];
}

export interface LabOptions {
  readonly hosts?: readonly string[];
  readonly limits?: Partial<ExecutionLimits>;
  readonly inventory?: string;
  readonly registry?: ModuleRegistry;
  readonly redact?: (text: string) => string;
  readonly vault?: ExecutorOptions['vault'];
  readonly folder?: string;
  /** Other folders that playbooks may read, in the lab's. */
  readonly readable?: readonly string[];
  readonly digestKey?: string;
  readonly sealing?: ExecutorOptions['sealing'];
  /** True where the machine that plays may itself be worked on, as in a terminal. */
  readonly here?: boolean;
  onEvent?(event: ExecutionEvent): void;
  /** What the executor logs. */
  onLog?(fields: object): void;
}

const request = (some: Partial<PlayRequest>): PlayRequest => ({ playbook: 'site.yml', vars: {}, locks: [], ...some });

export const registry = bundledModules();

const logTo = (take: (fields: object) => void): Log => ({
  ...silentLog,
  info: take,
  warn: take,
  error: take,
  child: () => logTo(take),
});

/** Opens a lab. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'runs-lab-')));
  const hosts = options.hosts ?? ['web-1', 'web-2'];
  const inventory = join(folder, 'inventory.ini');
  await mkdir(join(folder, 'playbooks'), { recursive: true });
  await writeFile(inventory, options.inventory ?? `[web]\n${hosts.join('\n')}\n`);
  const ssh = createMemorySsh({ folder: join(folder, 'hosts'), hosts });
  const executor = createExecutor({
    ssh,
    quote,
    playbooks: join(folder, 'playbooks'),
    inventory: async () => {
      const loaded = await loadInventory([inventory]);
      if (!loaded.ok) throw new Fault(loaded.refusal);
      return loaded.value;
    },
    target: (host, _inventory, account) => ({
      name: host.name,
      address: host.address,
      port: 22,
      user: account ?? 'me',
      identityFiles: [],
      agent: false,
      via: [],
      knownHosts: [],
      connectTimeoutMs: 5_000,
    }),
    registry: options.registry ?? registry,
    log: options.onLog ? logTo(options.onLog) : silentLog,
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.redact ? { redact: options.redact } : {}),
    ...(options.readable ? { readable: options.readable.map((path) => join(folder, path)) } : {}),
    ...(options.vault ? { vault: options.vault } : {}),
    ...(options.here ? { here: true } : {}),
    ...(options.sealing ? { sealing: options.sealing } : {}),
    ...(options.digestKey ? { digestKey: options.digestKey } : {}),
  });

  const path = (host: string, name: string): string => join(folder, 'hosts', host, name);

  const lab: Lab = {
    folder,
    ssh,
    executor,
    path,
    playbook: (text, name = 'site.yml') => lab.file(`playbooks/${name}`, text),
    async file(name, content) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    },
    read: (host, name) => readFile(path(host, name), 'utf8').catch(() => undefined),
    async plan(some = {}, within) {
      const job = { key: 'plan', request: request(some), ...(within && { within }) };
      const planned = await executor.plan(job, new AbortController().signal);
      if (!planned.ok) throw new Fault(planned.refusal);
      return planned.value;
    },
    async run(some = {}, more = {}) {
      const plan = await lab.plan(some);
      return lab.apply({ plan, request: plan.request, ...more });
    },
    async apply(job, control = {}) {
      const events: ExecutionEvent[] = [];
      const outcome = await executor.apply(
        { key: `run-${Math.random()}`, done: [], ...job, request: request(job.request ?? {}) },
        (event) => {
          events.push(event);
          options.onEvent?.(event);
        },
        {
          boundary: control.boundary ?? new AbortController().signal,
          now: control.now ?? new AbortController().signal,
          ...(control.recorded && { recorded: control.recorded }),
          conclude:
            control.conclude ?? (async (outcome) => !isResumable({ ...outcome, request: request(job.request ?? {}) })),
        },
      );
      return { outcome, events, steps: statesOf(events) };
    },
    async close() {
      await executor.close();
      await ssh.stop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  return lab;
}

const statesOf = (events: readonly ExecutionEvent[]): readonly string[] => {
  const states = new Map<string, string>();
  for (const event of events) {
    if (event.kind === 'step') states.set(`${event.step.host} ${event.step.id}`, event.step.state);
  }
  return [...states].map(([key, state]) => `${key}: ${state}`);
};

/** A plan's steps in short: `web-1 1.2: change`. */
export const outcomesOf = (plan: Plan): readonly string[] =>
  plan.steps.map((step) => `${step.host} ${step.id}: ${step.outcome}`);

/** The result of the last event of a step. */
export const resultOf = (ran: Ran, host: string, id: string): JsonObject => {
  const found = ran.events.findLast(
    (event) => event.kind === 'step' && event.step.host === host && event.step.id === id,
  );
  return found?.kind === 'step' ? found.step.result : {};
};
