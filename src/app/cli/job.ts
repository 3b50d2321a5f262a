import { resolve } from 'node:path';
import { createRedactor } from '#audit/redact.ts';
import { Fault } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { Plan, PlayRequest } from '#core/plan.ts';
import { present } from '#core/present.ts';
import { t } from '#core/text.ts';
import { type Inventory, loadInventory } from '#playbook/inventory/load.ts';
import type { Given } from '#playbook/parse.ts';
import { createVault } from '#playbook/vault.ts';
import type { TwoEngines } from '#runs/ansible/engine.ts';
import type { ExecutionEvent, ExecutionOutcome } from '#runs/executor.ts';
import type { Settings } from '#settings/schema.ts';
import { createSsh } from '#ssh/real/open.ts';
import { executorOver } from '../executor-options.ts';
import { executorSettings } from '../executor-settings.ts';
import { vaultSecretsOf } from '../vault.ts';
import { settingsFor } from './arguments.ts';
import { readVars } from './extra-vars.ts';
import type { Looking } from './listing.ts';
import { orDemo } from './or-demo.ts';
import { type Terminal, Usage } from './terminal.ts';
import { type VaultFlags, vaultOptions, vaultSecrets } from './vault-secrets.ts';

/** The options by which `ansible` and `ansible-playbook` say on what, as whom and with what. */
export const jobOptions = {
  inventory: { type: 'string', short: 'i', multiple: true },
  limit: { type: 'string', short: 'l' },
  'extra-vars': { type: 'string', short: 'e', multiple: true },
  check: { type: 'boolean', short: 'C' },
  diff: { type: 'boolean', short: 'D' },
  user: { type: 'string', short: 'u' },
  become: { type: 'boolean', short: 'b' },
  'become-user': { type: 'string' },
  forks: { type: 'string', short: 'f' },
  verbose: { type: 'boolean', short: 'v', multiple: true },
  'list-hosts': { type: 'boolean' },
  ...vaultOptions,
} as const;

/** Those options as given. */
export interface JobFlags extends VaultFlags {
  readonly config?: string | undefined;
  readonly inventory?: readonly string[] | undefined;
  readonly limit?: string | undefined;
  readonly 'extra-vars'?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly become?: boolean | undefined;
  readonly 'become-user'?: string | undefined;
  readonly forks?: string | undefined;
}

/** What to play: a playbook of a folder. */
export interface Playing {
  readonly folder: string;
  readonly playbook: string;
  /** Playbooks that are in no file. */
  readonly given?: Given;
}

/** A playbook with all it takes to play it. */
export interface Job {
  readonly executor: TwoEngines;
  readonly request: PlayRequest;
  readonly looking: Looking;
}

/** `-f`: as many hosts at once. */
function forksOf({ forks }: JobFlags): { readonly hostsAtOnce?: number } {
  if (forks === undefined) return {};
  const most = Number(forks);
  if (Number.isInteger(most) && most > 0) return { hostsAtOnce: most };
  throw new Usage(t(`-f ${forks}: wants a number from 1.`, `-f ${forks} : attend un nombre à partir de 1.`));
}

/** Puts a job together; `playing` is told the settings in force. The caller closes its executor. */
export async function openJob(
  flags: JobFlags,
  terminal: Terminal,
  playing: (settings: Settings) => Playing | Promise<Playing>,
): Promise<Job> {
  const loaded = await settingsFor(flags.config, terminal);
  const paths = flags.inventory?.map((path) => resolve(path));
  const settings = orDemo({ ...loaded.settings, ...present({ inventory: paths }) });
  const ssh = flags.user === undefined ? settings.ssh : { ...settings.ssh, user: flags.user };
  const { folder, playbook, given: written } = await playing(settings);
  const redactor = createRedactor(loaded.secrets);
  const secrets = [...(await vaultSecrets(flags, terminal)), ...vaultSecretsOf(settings)];
  const vault = createVault(secrets, (value) => redactor.add(value));
  const vars = await readVars(flags['extra-vars'] ?? [], vault);
  // The operator's own: nothing of it came by chat.
  const chosen = Object.keys(vars);
  const request: PlayRequest = { playbook, vars, chosen, locks: [], ...present({ limit: flags.limit }) };
  const inventory = async (): Promise<Inventory> => {
    const read = await loadInventory(settings.inventory, { beside: folder, vault });
    if (!read.ok) throw new Fault(read.refusal);
    return read.value;
  };
  const executor = executorOver({
    ssh: createSsh({
      // Whoever types this is on that machine already, with the same rights.
      local: true,
      log: silentLog,
      keepaliveMs: ssh.keepaliveSeconds * 1000,
      keepaliveCount: ssh.keepaliveCount,
    }),
    settings: executorSettings(
      { ...settings, ssh, playbooks: folder },
      // Whatever the person who types this may read.
      { readable: ['/'], secrets: loaded.secrets },
    ),
    inventory,
    secrets,
    more: {
      vault,
      redact: (text) => redactor.text(text),
      edges: redactor.edges,
      limits: forksOf(flags),
      here: true,
      environment: Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ''])),
      ...present({ given: written }),
      ...(flags.become || flags['become-user'] ? { become: flags['become-user'] ?? 'root' } : {}),
    },
    log: silentLog,
  });
  return { executor, request, looking: { root: folder, request, vault, inventory, ...present({ given: written }) } };
}

/** What the job would change. Throws a Fault where that cannot be told. */
export async function planJob({ executor, request }: Job, { signal }: Terminal): Promise<Plan> {
  const planned = await executor.plan({ key: `plan-${process.pid}`, request }, signal);
  if (!planned.ok) throw new Fault(planned.refusal);
  return planned.value;
}

/** Does the job, up to a task's end when the terminal asks to stop. */
export const applyJob = (
  { executor, request }: Job,
  { signal }: Terminal,
  tell: (event: ExecutionEvent) => void,
): Promise<ExecutionOutcome> =>
  executor.apply({ key: `cli-${process.pid}-${Date.now()}`, request, done: [] }, tell, {
    boundary: signal,
    now: new AbortController().signal,
  });
