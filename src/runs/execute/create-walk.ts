import { Fault } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { Plan } from '#core/plan.ts';
import type { HostConnection } from '#playbook/inventory/inventory.ts';
import type { ModuleRegistry } from '#playbook/modules/registry.ts';
import type { TemplateEnv } from '#playbook/templates/index.ts';
import type { DoneStep, ExecutionJob, StepKey } from '../executor.ts';
import { becomeOf } from './become.ts';
import type { Connections } from './connections.ts';
import { createController } from './controller.ts';
import { expectationOf } from './drift.ts';
import { driftOfFiles } from './drift-before.ts';
import { mentionsFacts, readHostFacts, templatesMentionFacts } from './gather.ts';
import { createHalt } from './halt.ts';
import { type HostState, newHostState } from './host-state.ts';
import type { ExecutionLimits } from './limits.ts';
import type { Loaded } from './load.ts';
import type { ExecutorOptions } from './options.ts';
import type { ReadableFiles } from './readable.ts';
import { createRemote, type Remote } from './remote.ts';
import type { Reporter } from './reporter.ts';
import type { Seal } from './seals.ts';
import { createScopes } from './variables.ts';
import { type Language, stepKey, type Walk } from './walk.ts';

/** What all jobs of an executor share. */
export interface Preparing {
  readonly options: ExecutorOptions;
  readonly limits: ExecutionLimits;
  readonly connections: Connections;
  readonly registry: ModuleRegistry;
  readonly seal: Seal;
}

/** How a prepared job is gone over. */
export type Going = Pick<Walk, 'mode' | 'control'> & {
  /** What may be done; anything when undefined. */
  readonly plan?: Plan | undefined;
  readonly done: readonly DoneStep[];
  readonly begun?: readonly StepKey[] | undefined;
  readonly reporter: Reporter;
};

/** Everything a walk is made of. */
export interface Making extends Preparing {
  readonly files: ReadableFiles;
  readonly env: TemplateEnv;
  readonly omission: { readonly mark: string };
  readonly language: Language;
  readonly how: Going;
}

/** What the tasks of one going-over share. */
export function createWalk(job: ExecutionJob, loaded: Loaded, making: Making): Walk {
  const { options, limits, language, how, registry } = making;
  const states = new Map<string, HostState>(loaded.hosts.map((host) => [host.name, newHostState(host)]));
  const remote = remotes(loaded, making);
  const playHosts = new Map(loaded.plays.map(({ play, hosts }) => [play, hosts.map((host) => host.name)]));
  return {
    mode: how.mode,
    key: job.key,
    expected: how.plan && expectationOf(how.plan),
    filesDrift: () => driftOfFiles(how.plan, making.files.sums()),
    done: new Map(how.done.map((step) => [stepKey(step.host, step.id), step])),
    begun: how.begun && new Set(how.begun.map((step) => stepKey(step.host, step.id))),
    control: how.control,
    halt: createHalt(how.control),
    reporter: how.reporter,
    registry,
    language,
    states,
    scopeOf: createScopes({
      inventory: loaded.inventory,
      env: making.env,
      extra: job.request.vars,
      omit: making.omission.mark,
      checkMode: how.mode === 'plan',
      root: options.playbooks,
      playbook: loaded.playbook.file,
      states: () => states,
      hostsOf: (play) => playHosts.get(play) ?? [],
    }),
    extra: job.request.vars,
    quote: options.quote,
    limits,
    log: options.log,
    redact: options.redact ?? ((text) => text),
    seal: making.seal,
    remote,
    controller: controllers(loaded, making, remote),
    inventoryUsesFacts: ({ host }) =>
      loaded.inventory
        .variables(host.name)
        .some((layer) => Object.values(layer.values).some((written) => templatesMentionFacts(written.value))),
    userOf: (state, task, scope) => becomeOf(task, connectionOf(loaded, state.host), language, scope),
  };
}

const connectionOf = ({ inventory }: Loaded, host: Host): HostConnection => {
  const connection = inventory.connection(host.name);
  if (!connection.ok) throw new Fault(connection.refusal);
  return connection.value;
};

/** One remote per host; plans have a lane of their own. */
function remotes({ inventory }: Loaded, { connections, options, how }: Making): (host: Host) => Remote {
  const lane = how.mode === 'plan' ? 'read' : 'run';
  const made = new Map<string, Remote>();
  return (host) => {
    const known = made.get(host.name);
    if (known) return known;
    const remote = createRemote(connections, options.target(host, inventory), lane, how.control.now);
    made.set(host.name, remote);
    return remote;
  };
}

function controllers(
  { playbook }: Loaded,
  { files, language, options, limits, how }: Making,
  remote: (host: Host) => Remote,
): Walk['controller'] {
  return (state, play, task, scope) =>
    createController(files, language, {
      scope,
      at: task.at,
      playbook: playbook.file,
      async before(text) {
        if (!play.gatherFacts || state.gathered !== undefined || !mentionsFacts(text)) return;
        const { host } = state;
        const asking = { quote: options.quote, limits, signal: how.control.now };
        state.gathered = await readHostFacts(host.name, remote(host), asking);
      },
    });
}
