import { randomBytes } from 'node:crypto';
import { Fault, ok, type Result } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { HostConnection } from '#playbook/inventory/inventory.ts';
import type { ModuleRegistry } from '#playbook/modules/registry.ts';
import {
  isUnknown,
  type Lookup,
  layeredScope,
  pureLookups,
  type TemplateEnv,
  type Unknown,
} from '#playbook/templates/index.ts';
import type { DoneStep, ExecutionJob, StepKey } from '../executor.ts';
import { becomeOf } from './become.ts';
import type { Connections } from './connections.ts';
import { createController } from './controller.ts';
import { createHalt } from './halt.ts';
import { type HostState, newHostState } from './host-state.ts';
import { createLanguage } from './language.ts';
import type { ExecutionLimits } from './limits.ts';
import { type Loaded, load } from './load.ts';
import type { ExecutorOptions } from './options.ts';
import { type ReadableFiles, readableFiles } from './readable.ts';
import { createRemote, type Remote } from './remote.ts';
import type { Reporter } from './reporter.ts';
import { createScopes } from './variables.ts';
import { type Language, stepKey, type Walk } from './walk.ts';

/** A job read and ready to be gone over. */
export interface Prepared {
  readonly loaded: Loaded;
  readonly files: ReadableFiles;
  walk(how: Going): Walk;
}

/** How a prepared job is gone over. */
export type Going = Pick<Walk, 'mode' | 'expected' | 'control'> & {
  readonly done: readonly DoneStep[];
  readonly begun?: readonly StepKey[] | undefined;
  readonly reporter: Reporter;
};

export interface Preparing {
  readonly options: ExecutorOptions;
  readonly limits: ExecutionLimits;
  readonly connections: Connections;
  readonly registry: ModuleRegistry;
}

/** Reads playbook and inventory and puts together what its tasks share. */
export async function prepare(job: ExecutionJob, parts: Preparing): Promise<Result<Prepared>> {
  const { options, registry } = parts;
  const inventory = await options.inventory();
  const env: TemplateEnv = { lookups: { ...pureLookups, env: environment(options.environment ?? {}) } };
  const omission = { mark: `__omit_place_holder__${randomBytes(20).toString('hex')}` };
  const language = createLanguage(env, omission);
  const known = (vars: ExecutionJob['request']['vars']) => layeredScope([vars], env);
  const loaded = await load(job.request, {
    root: options.playbooks,
    known: registry,
    inventory,
    render: (written, vars) => settled(language.value(written, known(vars))),
  });
  if (!loaded.ok) return loaded;
  const files = readableFiles({ root: options.playbooks, others: options.readable ?? [] });
  return ok({
    loaded: loaded.value,
    files,
    walk: (how) => createWalk(job, loaded.value, files, { ...parts, env, omission, language, how }),
  });
}

interface Making extends Preparing {
  readonly env: TemplateEnv;
  readonly omission: { readonly mark: string };
  readonly language: Language;
  readonly how: Going;
}

function createWalk(job: ExecutionJob, loaded: Loaded, files: ReadableFiles, making: Making): Walk {
  const { options, connections, limits, env, omission, language, how, registry } = making;
  const { inventory, playbook } = loaded;
  const states = new Map<string, HostState>(loaded.hosts.map((host) => [host.name, newHostState(host)]));
  const lane = how.mode === 'plan' ? 'read' : 'run';
  const remotes = new Map<string, Remote>();
  const remote = (host: Host): Remote => {
    const known =
      remotes.get(host.name) ?? createRemote(connections, options.target(host, inventory), lane, how.control.now);
    remotes.set(host.name, known);
    return known;
  };
  const connectionOf = (host: string): HostConnection => {
    const connection = inventory.connection(host);
    if (!connection.ok) throw new Fault(connection.refusal);
    return connection.value;
  };
  return {
    mode: how.mode,
    key: job.key,
    expected: how.expected,
    done: new Map(how.done.map((step) => [stepKey(step.host, step.id), step])),
    begun: how.begun && new Set(how.begun.map((step) => stepKey(step.host, step.id))),
    control: how.control,
    halt: createHalt(how.control),
    reporter: how.reporter,
    registry,
    language,
    states,
    scopeOf: createScopes({
      inventory,
      env,
      extra: job.request.vars,
      omit: omission.mark,
      checkMode: how.mode === 'plan',
      root: options.playbooks,
      playbook: playbook.file,
      states: () => states,
    }),
    quote: options.quote,
    limits,
    log: options.log,
    redact: options.redact ?? ((text) => text),
    remote,
    controller: (_state, _play, task, scope) =>
      createController(files, language, { scope, at: task.at, playbook: playbook.file }),
    userOf: (state, task, scope) => becomeOf(task, connectionOf(state.host.name), language, scope),
  };
}

/** Only what the bot's owner lets through: its environment holds its secrets. */
const environment =
  (allowed: Readonly<Record<string, string>>): Lookup =>
  ({ terms, at }) =>
    terms.map((term) => {
      const name = String(term);
      if (Object.hasOwn(allowed, name)) return allowed[name] ?? '';
      throw new Fault({
        code: 'template.environment',
        say: t(
          `${at.file}:${at.line}:${at.column}: the environment variable ${name} is not open to playbooks.`,
          `${at.file}:${at.line}:${at.column} : la variable d’environnement ${name} n’est pas ouverte aux playbooks.`,
        ),
        next: t('Give it as a variable of the inventory.', 'Donnez-la comme variable de l’inventaire.'),
      });
    });

/** What depends on a run has no place in a play's name or hosts. */
function settled(value: Json | Unknown): Json {
  if (isUnknown(value)) throw new TypeError('a value unknown before anything was planned');
  return value;
}
