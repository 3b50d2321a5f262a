import { type HoldsSecret, refuseSecrets } from '#audit/guesses.ts';
import { recordTo } from '#audit/record.ts';
import type { Redactor } from '#audit/redact.ts';
import { type Judges, judgesOf } from '#commands/approvers.ts';
import { reservedNames } from '#commands/builtin.ts';
import type { Desk } from '#commands/desk.ts';
import { pumpOutbox } from '#commands/outbox.ts';
import { createPipeline, type Pipeline } from '#commands/pipeline.ts';
import type { PluginHost, PluginOptions } from '#commands/plugins/contract.ts';
import { startPlugins } from '#commands/plugins/host.ts';
import { personOf } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import type { Changes } from '#core/changes.ts';
import type { Charts } from '#core/charts.ts';
import type { Chat } from '#core/chat.ts';
import type { Clock } from '#core/clock.ts';
import type { Files } from '#core/files.ts';
import type { Fleet } from '#core/hosts.ts';
import type { Log } from '#core/log.ts';
import type { Policy } from '#core/policy.ts';
import type { Runner } from '#core/run.ts';
import type { People, Store } from '#core/store.ts';
import { folderIsThere } from '#playbook/find.ts';
import { createPlaybookList, type ListedPlaybook } from '#playbook/list.ts';
import { planCard, runCard } from '#runs/cards.ts';
import type { Executor } from '#runs/executor.ts';
import { recoverRuns } from '#runs/recover.ts';
import { createRunner } from '#runs/runner.ts';
import { toPolicy } from '#settings/policy.ts';
import type { Settings } from '#settings/schema.ts';
import { openPluginTeller } from './plugin-news.ts';
import { createServices } from './services.ts';
import { stopInTime } from './stopping.ts';
import { Undo } from './undo.ts';
import { type SayOnBoard, untilSaid } from './until-said.ts';

/** Everything outside: what differs between the bot and its tests. */
export interface Edges {
  readonly store: Store;
  readonly files: Files;
  readonly executor: Executor;
  readonly charts: Charts;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly changes: Changes;
  readonly people: People;
  readonly runLogs: string;
  /** Logs of the machine the bot runs on, its own first. */
  readonly ownLogs?: readonly string[];
  settings(): Settings;
  fleet(): Fleet;
  /** Looks at the files of the inventory at once. */
  lookAtHosts(): Promise<void>;
  readonly plugins: Pick<PluginOptions, 'folders' | 'watch' | 'isolate' | 'plugins' | 'now'>;
}

/** The bot's inside: the order path with its plugins and its runner. */
export interface Core {
  readonly pipeline: Pipeline;
  readonly plugins: PluginHost;
  readonly runner: Runner;
  policy(): Policy;
  /** One count for all the ways in: who has tried enough in one place does not go on in another. */
  readonly holdsSecret: HoldsSecret;
  /** Who may approve a waiting order now. */
  approvers(orderId: number): Promise<Judges>;
  /** Says something on the board: one message per key, kept up to date. */
  tell(key: string, card: Card): Promise<void>;
  /** The same, as soon as the store takes it. */
  readonly onBoard: SayOnBoard;
  /** Delivers what is to be said to this chat from now on. */
  attach(chat: Chat): void;
  stop(): Promise<void>;
}

/** Whether a playbook has a host in this inventory, or may have one. */
const hasHosts =
  (fleet: Fleet) =>
  ({ hosts }: ListedPlaybook): boolean =>
    hosts === undefined ||
    hosts.some((pattern) => {
      const found = fleet.match(pattern);
      return found.ok && found.value.length > 0;
    });

/** How often the list of playbooks is read again, for completion and checks. */
const playbooksEveryMs = 3_000;

/** Wires the rooms together over the edges: the same for the bot and for `testBot`. */
export async function assemble(edges: Edges): Promise<Core> {
  const { store, clock, log, redactor, settings } = edges;
  const policy = () => toPolicy(settings());
  const person: Desk['person'] = (id) => edges.people.get(id);
  const listPlaybooks = createPlaybookList(log);
  let playbooks = await listPlaybooks(settings().playbooks);
  let folder = await folderIsThere(settings().playbooks);
  const listAgain = async (): Promise<void> => {
    folder = await folderIsThere(settings().playbooks);
    playbooks = await listPlaybooks(settings().playbooks).catch((cause: unknown) => {
      log.error({ err: cause }, 'the playbooks could not be listed again');
      return playbooks;
    });
  };
  const refresh = setInterval(listAgain, playbooksEveryMs);
  refresh.unref();

  await recoverRuns(store, { clock, redactor });
  const whole = Promise.withResolvers<Pipeline>();
  const runner = createRunner({
    store,
    executor: edges.executor,
    clock,
    log,
    redactor,
    folder: edges.runLogs,
    personOf: async (id) => personOf((await edges.people.get(id)) ?? { id }),
    async mayBegin(run) {
      const { mayBegin } = await whole.promise;
      await edges.lookAtHosts(); // whoever may begin it goes by the inventory that is played with
      return mayBegin(run);
    },
  });
  let host: PluginHost | undefined;
  const services = createServices({
    store,
    executor: edges.executor,
    charts: edges.charts,
    files: edges.files,
    redactor,
    people: edges.people,
    fleet: edges.fleet,
    policy,
    person,
    commands: () => host?.commands() ?? [],
    playbooks: async () => playbooks,
  });
  const plugins = await startPlugins({
    ...edges.plugins,
    disabled: settings().plugins.disable,
    settings: withOwnLogs(settings().plugins.settings, edges.ownLogs),
    seconds: settings().plugins.seconds,
    core: services,
    log,
    reserved: reservedNames,
  });
  host = plugins;

  const holdsSecret = refuseSecrets(recordTo(store.audit, redactor), { redactor, clock });
  const pumps = new Map<string, ReturnType<typeof pumpOutbox>>();
  const desk: Desk = {
    store,
    clock,
    log,
    redactor,
    holdsSecret,
    changes: edges.changes,
    plugins,
    runner,
    cards: { plan: planCard, run: runCard },
    policy,
    fleet: edges.fleet,
    playbooks: () => playbooks.map((playbook) => playbook.name),
    playbooksHere: () => playbooks.filter(hasHosts(edges.fleet())).map((playbook) => playbook.name),
    prompts: () => new Map(playbooks.map(({ name, prompts = [] }) => [name, prompts])),
    noPlaybooks: () => (folder.ok ? undefined : folder.refusal),
    lookAgain: async () => void (await Promise.all([listAgain(), edges.lookAtHosts()])),
    secrets: () => Object.keys(settings().secrets),
    language: () => settings().language,
    person,
    people: () => edges.people.all(),
    board: () => ({ chat: 'console', channel: settings().console.channels[0]?.name ?? 'ops' }),
    stopping: new Map(),
    working: new Map(),
    posted() {
      for (const pump of pumps.values()) pump.kick();
    },
  };
  const tell: Core['tell'] = async (key, card) => {
    await store.outbox.say({ key, ...desk.board(), card });
    desk.posted();
  };
  const pipeline = createPipeline(desk);
  whole.resolve(pipeline);
  const saying = new Undo();
  const onBoard = untilSaid(tell, log, saying);
  const stopRunNews = runner.listen((event) => {
    if (event.kind !== 'log')
      edges.changes.tell({ kind: 'run', id: event.kind === 'run' ? event.run.id : event.step.runId });
  });

  const tellNews = async () => {
    const pluginNews = await openPluginTeller({ tell: onBoard, outbox: store.outbox, redactor, clock });
    const stopPluginNews = plugins.onChange((news) => {
      log.info({ news }, 'the plugins changed');
      pluginNews.say(news);
    });
    const inUse = plugins.plugins().map(({ name }) => name);
    pluginNews.begin(plugins.faults(), inUse);
    return stopPluginNews;
  };
  const stop = async (): Promise<void> => {
    clearInterval(refresh);
    stopRunNews();
    await saying.all();
    await stopInTime({ pipeline, runner, executor: edges.executor, log });
    await plugins.stop();
    await Promise.all([...pumps.values()].map((pump) => pump.stop()));
  };
  const stopPluginNews = await tellNews().catch(async (thrown: unknown) => {
    await stop(); // a thread of the plugins would keep the process
    throw thrown;
  });

  return {
    pipeline,
    plugins,
    runner,
    policy,
    holdsSecret,
    tell,
    onBoard,
    approvers: (orderId) => judgesOf(desk, orderId),
    attach(chat) {
      pumps.set(chat.name, pumpOutbox({ outbox: store.outbox, chat, clock, log }));
    },
    stop() {
      stopPluginNews();
      return stop();
    },
  };
}

type PluginSettings = Settings['plugins']['settings'];

/** The logs of the machine the bot runs on are known without being told; what the configuration names goes before. */
export function withOwnLogs(given: PluginSettings, own: readonly string[] = []): PluginSettings {
  const machine = given.machine ?? {};
  if (own.length === 0 || typeof machine !== 'object' || Array.isArray(machine)) return given;
  const logs = 'logs' in machine ? machine.logs : {};
  if (typeof logs !== 'object' || logs === null) return given;
  return { ...given, machine: { ...machine, logs: { machine: own, ...logs } } };
}
