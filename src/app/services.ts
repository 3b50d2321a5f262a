import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Redactor } from '#audit/redact.ts';
import { approvedBy } from '#commands/approved-by.ts';
import type { CommandDescription } from '#commands/catalogue.ts';
import type { CoreServices } from '#commands/plugins/contract.ts';
import type { Actor } from '#core/actor.ts';
import type { Charts } from '#core/charts.ts';
import type { Files } from '#core/files.ts';
import type { Fleet, Host } from '#core/hosts.ts';
import type { Policy } from '#core/policy.ts';
import type { Run } from '#core/run.ts';
import type { People, Store } from '#core/store.ts';
import { allows } from '#policy/allows.ts';
import type { Executor } from '#runs/executor.ts';
import { calledBy } from './people.ts';
import { hostsOfPlan } from './sight.ts';

/** What the core does for plugins works with these. */
export interface ServicesOptions {
  readonly store: Store;
  readonly executor: Executor;
  readonly charts: Charts;
  readonly files: Files;
  readonly redactor: Pick<Redactor, 'text'>;
  readonly people: Pick<People, 'all'>;
  fleet(): Fleet;
  policy(): Policy;
  person(id: string): Promise<Actor | undefined>;
  commands(): readonly CommandDescription[];
  playbooks(): Promise<readonly { readonly name: string; readonly about: string }[]>;
}

/** So many lines are cleaned before others have their turn. */
const atOnce = 50;

async function cleaned(lines: readonly string[], { text }: Pick<Redactor, 'text'>): Promise<readonly string[]> {
  const clean: string[] = [];
  while (clean.length < lines.length) {
    clean.push(...lines.slice(clean.length, clean.length + atOnce).map(text));
    await nextTurn();
  }
  return clean;
}

/** So many runs are looked at together, and so far back for those that an actor may see. */
const smallestPage = 20;
const mostBack = 2_000;

/** The core's side of what plugins ask for: every answer is cut to what the order's actor may see with that command. */
export function createServices(options: ServicesOptions): CoreServices {
  const { store, executor, charts, files } = options;

  /** A test for hosts: may the actor of this order use its command there? */
  const sight = async (orderId: number): Promise<(hosts: readonly Host[]) => boolean> => {
    const order = await store.orders.get(orderId);
    const actor = order && (await options.person(order.actor));
    const command = options.commands().find((one) => one.name === order?.command);
    if (!actor || !command) return () => false;
    return (hosts) => allows(options.policy(), actor, command.permission, hosts).allowed;
  };
  const hostsNamed = (names: readonly string[]): readonly Host[] =>
    options
      .fleet()
      .hosts()
      .filter((host) => names.includes(host.name));
  const maySee = async (run: Run, sees: (hosts: readonly Host[]) => boolean): Promise<boolean> => {
    const hosts = await store.plans.hosts(run.planHash);
    return hosts !== undefined && sees(hostsOfPlan(hosts, options.fleet()));
  };

  /** The newest runs that may be seen: of those that may not, none takes the place of one that may. */
  const seenRuns = async (wanted: number, before: number | undefined, sees: (hosts: readonly Host[]) => boolean) => {
    const size = Math.max(wanted, smallestPage);
    const seen: Run[] = [];
    for (let [looked, from] = [0, before]; seen.length < wanted && looked < mostBack; looked += size) {
      const page = await store.runs.last(size, from);
      const may = await Promise.all(page.map((run) => maySee(run, sees)));
      seen.push(...page.filter((_run, index) => may[index]));
      from = page.at(-1)?.id;
      if (page.length < size) break;
    }
    return seen.slice(0, wanted);
  };

  /** The line that a run, or the first of those it goes on with, was asked for with. */
  const begunWith = async (run: Run): Promise<string | undefined> => {
    const before = run.resumes === undefined ? undefined : await store.runs.get(run.resumes);
    return before ? begunWith(before) : (await store.orders.get(run.orderId))?.text;
  };

  return {
    hosts: {
      async list(orderId) {
        const sees = await sight(orderId);
        return options
          .fleet()
          .hosts()
          .filter((host) => sees([host]));
      },
    },
    facts: {
      async gather(orderId, names, signal) {
        const sees = await sight(orderId);
        const seen = hostsNamed(names).filter((host) => sees([host]));
        return executor.facts(
          seen.map((host) => host.name),
          signal,
        );
      },
    },
    runs: {
      last: async (orderId, limit, before) => seenRuns(Math.min(limit, 200), before, await sight(orderId)),
      async get(orderId, id) {
        const sees = await sight(orderId);
        const run = await store.runs.get(id);
        if (run === undefined || !(await maySee(run, sees))) return undefined;
        const [plan, line] = [await store.plans.get(run.planHash), await begunWith(run)];
        const found = { run, steps: await store.runs.steps(id), approvedBy: await approvedBy(store, run) };
        return plan && { ...found, plan, ...(line === undefined ? {} : { line }) };
      },
    },
    audit: {
      last: (_orderId, limit, filter) => store.audit.last(Math.min(limit, 500), filter),
    },
    people: {
      async called(ids) {
        const called = calledBy(await options.people.all());
        return new Map(ids.map((id) => [id, called(id)]));
      },
    },
    charts: {
      async draw(request, alt, signal) {
        const { content, dark, width, height } = await charts.png(request, signal);
        const file = await files.put(content, 'chart.png', 'image/png');
        const darkFile = await files.put(dark, 'chart-dark.png', 'image/png');
        return { file: file.id, dark: darkFile.id, alt, width, height };
      },
    },
    playbooks: { list: options.playbooks },
    logs: { clean: (lines) => cleaned(lines, options.redactor) },
    values: {
      get: (plugin, key) => store.pluginValues.get(plugin, key),
      set: (plugin, key, value) => store.pluginValues.set(plugin, key, value),
      remove: (plugin, key) => store.pluginValues.remove(plugin, key),
    },
    series: {
      add: (plugin, at, values) => store.pluginValues.addSample(plugin, at, values),
      range: (plugin, name, from, to, stepMs) => store.pluginValues.samples(plugin, name, from, to, stepMs),
      summary: (...args) => store.pluginValues.sampleSummary(...args),
      forget: (plugin, before) => store.pluginValues.forgetSamples(plugin, before),
    },
  };
}
