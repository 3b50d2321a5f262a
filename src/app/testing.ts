import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createRedactor } from '#audit/redact.ts';
import { createMemoryChat, type MemoryChat } from '#chat/memory/memory.ts';
import type { Card } from '#core/card.ts';
import type { Charts } from '#core/charts.ts';
import { type Clock, systemClock } from '#core/clock.ts';
import { Fault } from '#core/errors.ts';
import { type Log, silentLog } from '#core/log.ts';
import { isClosed, type Order } from '#core/order.ts';
import type { Store } from '#core/store.ts';
import type { AnyPlugin } from '#kit/plugin.ts';
import type { Settings } from '#settings/schema.ts';
import { settingsSchema } from '#settings/schema.ts';
import { createMemorySsh, type MemorySsh } from '#ssh/memory/open.ts';
import { openFiles } from '#store/files.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { createChanges } from './changes.ts';
import { assemble, type Core } from './core.ts';
import { executorOver } from './executor-options.ts';
import { openInventory, readInventory } from './inventory.ts';
import { notLoaded } from './not-loaded.ts';
import { knownPeople } from './people.ts';
import { Undo } from './undo.ts';

export { checkPlugin } from '#commands/plugins/check.ts';

/** Who is there, and what they may do: role names to permissions on hosts or groups. */
export interface TestWorld {
  /** Actor ids with their roles; `tester` with the role `everything` when left out. */
  readonly people?: Readonly<Record<string, readonly string[]>>;
  /** Further ids of people, by the first. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
  /** What people are called, by id; the end of the id for those left out. */
  readonly names?: Readonly<Record<string, string>>;
  /** `{ operator: { 'deploy.*': ['web'] } }`; `everything` may do everything. */
  readonly roles?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly rules?: Settings['rules'];
  /** Hosts by group: `{ web: ['web-1', 'web-2'] }`. Each is a folder with a real local shell. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  /** Playbooks by file name, as YAML text. */
  readonly playbooks?: Readonly<Record<string, string>>;
  /** Settings of the plugins under test, by name. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Keeps the data in this folder, for a second bot on the same store. */
  readonly folder?: string;
}

/** A whole bot over memory edges and a real store. */
export interface TestBot {
  readonly chat: MemoryChat;
  readonly ssh: MemorySsh;
  readonly store: Store;
  readonly core: Core;
  readonly folder: string;
  /** Says a line and waits until the order is closed or waits for a person; the card it then shows. */
  say(line: string, as?: string): Promise<Card>;
  /** The same, giving the whole order. */
  order(line: string, as?: string, event?: string): Promise<Order>;
  /** Taps a button of an order's card. */
  tap(order: Order, action: string, as?: string): Promise<void>;
  /** The order once it satisfies. */
  until(id: number, satisfies: (order: Order) => boolean): Promise<Order>;
  /** Puts another world's people, roles and rules in force. */
  configure(more: Pick<TestWorld, 'people' | 'roles' | 'rules'>): void;
  stop(): Promise<void>;
}

const noCharts: Charts = {
  png: async () => ({
    content: Buffer.from('a picture'),
    dark: Buffer.from('a dark picture'),
    width: 1200,
    height: 750,
  }),
  stop: async () => undefined,
};

const restingStates = ['asking', 'confirming', 'approving'];
const patienceMs = 60_000;

function settingsOf(world: TestWorld, folder: string): Settings {
  const roles = { everything: { '*': ['all'] }, ...world.roles };
  const people = world.people ?? { 'memory:local:tester': ['everything'] };
  return settingsSchema.parse({
    data: folder,
    playbooks: join(folder, 'playbooks'),
    inventory: [join(folder, 'inventory.yml')],
    people: Object.entries(people).map(([id, held]) => ({
      id,
      name: world.names?.[id] ?? id.split(':').at(-1),
      roles: held,
      also: world.also?.[id] ?? [],
    })),
    roles: Object.fromEntries(
      Object.entries(roles).map(([name, grants]) => [
        name,
        { allow: Object.entries(grants).map(([permission, on]) => ({ permission, on })) },
      ]),
    ),
    rules: world.rules ?? [],
    plugins: { settings: world.settings ?? {} },
    secrets: world.secrets ?? {},
  });
}

async function layOut(world: TestWorld, folder: string): Promise<void> {
  const groups = Object.entries(world.hosts ?? {}).map(([group, hosts]) => [
    group,
    { hosts: Object.fromEntries(hosts.map((host) => [host, { home: join(folder, 'hosts', host) }])) },
  ]);
  await mkdir(join(folder, 'playbooks'), { recursive: true });
  await writeFile(join(folder, 'inventory.yml'), stringify({ all: { children: Object.fromEntries(groups) } }));
  for (const [name, text] of Object.entries(world.playbooks ?? {})) {
    await writeFile(join(folder, 'playbooks', name), text);
  }
}

/**
 * Starts a bot for tests: the production pipeline and plugin host, real SQLite, hosts that are local shells. Rejects with
 * what is wrong where a plugin, or its settings, would not load.
 */
export async function testBot(plugins: AnyPlugin | readonly AnyPlugin[], world: TestWorld = {}): Promise<TestBot> {
  const undo = new Undo();
  const folder = world.folder ?? (await mkdtemp(join(tmpdir(), 'quarterdeck-test-')));
  if (world.folder === undefined) undo.add(() => rm(folder, { recursive: true, force: true }));
  await layOut(world, folder);
  let settings = settingsOf(world, folder);
  const clock = world.clock ?? systemClock;
  const log = world.log ?? silentLog;
  const store = await openSqliteStore({ path: join(folder, 'quarterdeck.db'), clock });
  undo.add(() => store.close());
  const ssh = createMemorySsh({ folder: join(folder, 'hosts'), hosts: Object.values(world.hosts ?? {}).flat() });
  undo.add(() => ssh.stop());
  const inventory = await openInventory(settings, log);
  if (!inventory.ok) throw new Fault(inventory.refusal);
  undo.add(() => inventory.value.stop());
  const executor = executorOver({
    ssh,
    settings: {
      playbooks: settings.playbooks,
      readable: [],
      inventory: settings.inventory,
      vault: settings.vault,
      ssh: testSsh,
      secrets: Object.values(world.secrets ?? {}),
      // A second bot on the same folder goes on with the plans of the first.
      digestKey: 'test',
    },
    inventory: async () => {
      const read = await readInventory(settings);
      if (!read.ok) throw new Fault(read.refusal);
      return read.value;
    },
    log,
  });
  undo.add(() => executor.close());
  const changes = createChanges(log);
  const core = await assemble({
    store,
    files: openFiles({ folder: join(folder, 'files'), index: store.files }),
    executor,
    charts: noCharts,
    clock,
    log,
    redactor: createRedactor(Object.values(world.secrets ?? {})),
    changes,
    people: knownPeople(() => settings, store.people),
    runLogs: join(folder, 'runs'),
    settings: () => settings,
    fleet: () => inventory.value.fleet(),
    lookAtHosts: () => inventory.value.look(),
    plugins: { folders: [], watch: false, isolate: false, plugins: [plugins].flat() },
  });
  undo.add(() => core.stop());
  const broken = notLoaded(core.plugins.faults(), settings);
  if (broken) {
    await undo.all();
    throw new Fault(broken);
  }
  const chat = createMemoryChat({ clock });
  chat.connect(core.pipeline);
  core.attach(chat);
  await core.pipeline.recover();

  const until = (id: number, satisfies: (order: Order) => boolean): Promise<Order> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`order ${id} did not get there in ${patienceMs / 1000} s`));
      }, patienceMs);
      const look = async () => {
        const order = await store.orders.get(id);
        if (!order || !satisfies(order)) return;
        clearTimeout(timer);
        stop();
        resolve(order);
      };
      const stop = changes.subscribe((change) => {
        if (change.kind === 'order' && change.id === id) look().catch(reject);
      });
      look().catch(reject);
    });
  const first = settings.people[0]?.id ?? '';
  const order = async (line: string, as = first, event?: string) => {
    const receipt = await chat.say({ actor: as, text: line, ...(event === undefined ? {} : { id: event }) });
    const made = await store.orders.byEvent(receipt.eventId);
    if (!made) throw new Error('the event made no order');
    return until(made.id, (one) => isClosed(one.state) || restingStates.includes(one.state));
  };
  return {
    chat,
    ssh,
    store,
    core,
    folder,
    order,
    until,
    async say(line, as) {
      const { card } = await order(line, as);
      if (!card) throw new Error('the order has no card');
      return card;
    },
    async tap(about, action, as = first) {
      await chat.until(
        (card, message) => message.key === `order:${about.id}` && (card.actions ?? []).some((one) => one.id === action),
      );
      await chat.tap(`order:${about.id}`, action, as);
      await core.pipeline.idle();
    },
    configure(more) {
      settings = settingsOf({ ...world, ...more }, folder);
    },
    stop: () => undo.all(),
  };
}

const testSsh = {
  user: 'tester',
  identityFiles: [],
  agent: false,
  knownHosts: [],
  connectTimeoutMs: 5000,
  keepaliveMs: 5000,
  keepaliveCount: 3,
} as const;
