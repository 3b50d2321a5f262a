import { dirname, isAbsolute, join } from 'node:path';
import { noEdges } from '#audit/redact.ts';
import { Fault } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { JsonObject } from '#core/json.ts';
import type { Plan } from '#core/plan.ts';
import { t } from '#core/text.ts';
import { createRunInventory, type RunInventory } from '#playbook/inventory/regroup.ts';
import type { ModuleRegistry } from '#playbook/modules/registry.ts';
import { parseIncluded, readVariables } from '#playbook/parse.ts';
import { layeredScope, type TemplateEnv } from '#playbook/templates/index.ts';
import type { Play, Role } from '#playbook/tree.ts';
import type { DoneStep, ExecutionJob, StepKey } from '../executor.ts';
import { type Calm, createAnswers, createCalm } from './ahead.ts';
import type { Connections } from './connections.ts';
import { createController } from './controller.ts';
import { expectationOf } from './drift.ts';
import { driftOfFiles } from './drift-before.ts';
import type { FetchedFiles } from './fetched.ts';
import { mentionsFacts, readHostFacts, templatesMentionFacts } from './gather.ts';
import { createHalt } from './halt.ts';
import { type HostState, newHostState } from './host-state.ts';
import { beyondHost, createHostsOf, unplannedHost } from './hosts-of.ts';
import type { ExecutionLimits } from './limits.ts';
import type { Loaded } from './load.ts';
import type { ExecutorOptions } from './options.ts';
import { createPending, type Pending } from './pending.ts';
import type { ReadableFiles } from './readable.ts';
import { createRemote, type Remote } from './remote.ts';
import type { Reporter } from './reporter.ts';
import type { Seal } from './seals.ts';
import { createStart } from './start-at.ts';
import { createJournals } from './sweeping.ts';
import { toldFiles } from './told-files.ts';
import { createTurns } from './turns.ts';
import { createVarsFor } from './typed/free-text.ts';
import { flagOf } from './unit.ts';
import type { Uses } from './uses/uses.ts';
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
  /** The hosts that may be asked anything; any when undefined. */
  readonly within?: readonly string[] | undefined;
  readonly done: readonly DoneStep[];
  readonly begun?: readonly StepKey[] | undefined;
  readonly reporter: Reporter;
};

/** Everything a walk is made of. */
export interface Making extends Preparing {
  readonly files: ReadableFiles;
  readonly fetched: FetchedFiles;
  readonly env: TemplateEnv;
  readonly omission: { readonly mark: string };
  readonly language: Language;
  readonly uses: Uses;
  readonly how: Going;
}

/** What the tasks of one going-over share. */
export function createWalk(job: ExecutionJob, loaded: Loaded, making: Making): Walk {
  const { options, limits, language, how, registry } = making;
  const states = new Map<string, HostState>(loaded.hosts.map((host) => [host.name, newHostState(host)]));
  const inventory = createRunInventory(loaded.inventory);
  const pendings = new Map<string, Pending>();
  const delegated = new Set<string>();
  const stateOf = (host: Host): HostState => {
    const state = states.get(host.name) ?? newHostState(host);
    states.set(host.name, state);
    return state;
  };
  const extra = createVarsFor(job.request);
  const calm = createCalm();
  const halt = createHalt(how.control);
  making.uses.onDrift = () => halt.drifted();
  const remote = remotes(loaded, making, calm);
  const sums = () => ({ ...making.files.sums(), ...loaded.parts.sums });
  const told = toldFiles(() => Object.keys(sums()));
  const parsing = { known: registry, files: loaded.parts };
  const variablesFile: Walk['variablesFile'] = (name, place) =>
    readVariables(variableFilesFor(name, place), loaded.parts);
  return {
    mode: how.mode,
    key: job.key,
    expected: how.plan && expectationOf(how.plan),
    told,
    filesDrift: () => driftOfFiles(how.plan, sums(), told.mayTell),
    done: new Map(how.done.map((step) => [stepKey(step.host, step.id), step])),
    begun: how.begun && new Map(how.begun.map((step) => [stepKey(step.host, step.id), step])),
    control: how.control,
    halt,
    reporter: how.reporter,
    registry,
    language,
    states,
    stateOf,
    inventory,
    hostsOf: createHostsOf({ loaded, inventory, plan: how.plan, within: how.within, delegated, stateOf }),
    ...createScopes({
      inventory: () => inventory.now,
      uses: making.uses,
      env: making.env,
      extra,
      typed: job.request.typed ?? [],
      prompted: loaded.plays.flatMap(({ play }) => play.prompts.map(({ name }) => name)),
      omit: making.omission.mark,
      root: options.playbooks,
      playbook: loaded.playbook.file,
      states: () => states,
    }),
    extraScope: (play) => layeredScope([extra(play)], making.env),
    typedVars: typedOf(job.request),
    quote: options.quote,
    limits,
    log: options.log,
    redact: options.redact ?? ((text) => text),
    seal: making.seal,
    remote,
    calm,
    fetched: making.fetched,
    controller: controllers(loaded, making, inventory, remote, extra),
    included: (include, name, { id, file, play, parts }) =>
      parseIncluded(include, name, { id, file, folder: dirname(play), parts }, parsing),
    variablesFile,
    inventoryUsesFacts: ({ host }) =>
      inventory.now
        .variables(host.name)
        .some((layer) => Object.values(layer.values).some((written) => templatesMentionFacts(written.value))),
    become: options.become,
    delegated,
    delegate: delegation(loaded, how, delegated),
    pendingOn(machine) {
      const pending = pendings.get(machine) ?? createPending();
      pendings.set(machine, pending);
      return pending;
    },
    turns: createTurns(),
    journals: createJournals(),
    left: new Map(),
    passesOver: createStart(job.request.startAt),
  };
}

const typedOf = ({ vars, chosen = [] }: ExecutionJob['request']): JsonObject =>
  Object.fromEntries(Object.entries(vars).filter(([name]) => !chosen.includes(name)));

/** Delegation goes to hosts of the inventory; in a run, to none that its plan did not name. */
function delegation({ inventory, hosts }: Loaded, how: Going, delegated: Set<string>): Walk['delegate'] {
  const own = new Set(hosts.map((host) => host.name));
  return (name, at) => {
    const host = inventory.host(name);
    const place = `${at.file}:${at.line}:${at.column}`;
    if (!host) throw noDelegate(name, place);
    if (how.plan && !how.plan.hosts.includes(name)) throw new Fault(unplannedHost(name, place));
    if (how.within?.includes(name) === false) throw new Fault(beyondHost(name, place));
    if (!own.has(name)) delegated.add(name);
    return host;
  };
}

const noDelegate = (name: string, place: string): Fault =>
  new Fault({
    code: 'step.no_delegate',
    say: t(
      `${place}: the inventory has no host “${name}” to delegate to.`,
      `${place} : l’inventaire n’a pas d’hôte « ${name} » à qui déléguer.`,
    ),
    next: t(
      'Add it to the inventory, with how to reach it.',
      'Ajoutez-le à l’inventaire, avec le moyen de le joindre.',
    ),
  });

/** Where a file of variables is looked for: in the role's `vars`, beside the file that names it and in its `vars`. */
const variableFilesFor = (
  name: string,
  { file, role }: { readonly file: string; readonly role?: Role | undefined },
): readonly string[] => {
  const folders = [
    ...(role ? [join(role.folder, 'vars'), role.folder] : []),
    dirname(file),
    join(dirname(file), 'vars'),
  ];
  return folders.map((folder) => (isAbsolute(name) ? name : join(folder, name)));
};

/** One remote per host and account; plans have a lane of their own. */
function remotes({ inventory }: Loaded, { connections, options, how }: Making, calm: Calm): Walk['remote'] {
  const lane = how.mode === 'plan' ? 'read' : 'run';
  const made = new Map<string, Remote>();
  const known = how.plan !== undefined || how.mode === 'plan';
  return (host, account, local = false) => {
    const key = `${host.name} ${account ?? ''} ${local}`;
    const before = made.get(key);
    if (before) return before;
    const remote = createRemote(connections, options.target(host, inventory, account, local), {
      lane,
      signal: how.control.now,
      answers: createAnswers(calm, { known }),
      quote: options.quote,
      edges: options.edges ?? noEdges,
    });
    made.set(key, remote);
    return remote;
  };
}

function controllers(
  { playbook, parts }: Loaded,
  { files, fetched, env, language, options, limits, how }: Making,
  inventory: RunInventory,
  remote: Walk['remote'],
  extra: (play: Play) => JsonObject,
): Walk['controller'] {
  const gathers = (play: Play): boolean => flagOf(language.value(play.gatherFacts, layeredScope([extra(play)], env)));
  return (state, play, task, scope) =>
    createController(files, language, {
      scope,
      at: task.at,
      host: state.host.name,
      news: (regroup) => inventory.news(regroup),
      fetched,
      variables: (file) => readVariables(variableFilesFor(file, task), parts),
      names: (folder) =>
        variableFilesFor(folder, task)
          .map((path) => parts.names(path))
          .find((names) => names.length > 0) ?? [],
      places: [...(task.role ? [task.role.folder] : []), dirname(task.file), dirname(playbook.file)],
      async before(text) {
        if (!gathers(play) || state.gathered !== undefined || !mentionsFacts(text)) return;
        const { host } = state;
        const asking = { quote: options.quote, limits, signal: how.control.now };
        state.gathered = await readHostFacts(host.name, remote(host), asking);
      },
    });
}
