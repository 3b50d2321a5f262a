import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sightOf } from '#app/sight.ts';
import { builtInCommands } from '#commands/builtin.ts';
import type { CommandDescription } from '#commands/catalogue.ts';
import { systemClock } from '#core/clock.ts';
import type { Host } from '#core/hosts.ts';
import type { Order } from '#core/order.ts';
import { planHash } from '#core/plan.ts';
import type { Role } from '#core/policy.ts';
import type { Sight } from '#core/sight.ts';
import type { Store } from '#core/store.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

const host = (name: string, ...groups: string[]): Host => ({ name, groups, address: name });
const hosts = [host('web-1', 'web'), host('web-2', 'web'), host('db-1', 'db')];

const base = { plugin: 'p', aliases: [], about: 'x', examples: [], needs: [], reports: false };
const hostArg = { name: 'on', kind: 'host', about: 'a host', required: false, named: false } as const;
const look: CommandDescription = { ...base, name: 'look', kind: 'question', permission: 'look.read', args: [hostArg] };
const change: CommandDescription = {
  ...base,
  name: 'deploy',
  kind: 'change',
  permission: 'deploy.run',
  args: [hostArg],
};

const grant = (permission: string, ...on: string[]) => ({ permission, on });
const roles = [
  { name: 'web-runs', allow: [grant('runs.read', 'web-1')] },
  { name: 'all-runs', allow: [grant('runs.read', 'all')] },
  { name: 'web-look', allow: [grant('look.read', 'web-1'), grant('deploy.run', 'web-1')] },
  { name: 'all-look', allow: [grant('look.read', 'all'), grant('deploy.run', 'all')] },
];
const actor = (role: string) => `console:local:${role}`;

const sightOver = (roles: readonly Role[]): Sight =>
  sightOf({
    people: store.people,
    plans: store.plans,
    messages: store.console,
    policy: () => ({ roles, members: {}, rules: [] }),
    fleet: () => ({ hosts: () => hosts }),
    commands: () => [look, change],
  });

let folder: string;
let store: Store;
let sight: Sight;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sight-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  for (const { name } of roles) await store.people.put({ id: actor(name), kind: 'person', name, roles: [name] });
  sight = sightOver(roles);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const anOrder = (more: Partial<Order>): Promise<Order> =>
  store.orders.add({
    eventId: Math.random().toString(36),
    chat: 'console',
    kind: 'message',
    channel: 'ops',
    actor: 'console:local:somebody',
    text: 'x',
    confirmed: false,
    state: 'done',
    createdAt: new Date().toISOString(),
    ...more,
  });

const aPlan = async (on: readonly string[]): Promise<string> => {
  const plan = { request: { playbook: 'a.yml', vars: {}, locks: [] }, files: {}, hosts: on, steps: [] };
  const hash = planHash(plan);
  await store.plans.put({ ...plan, hash });
  return hash;
};

const whoSees = async (order: Order): Promise<string[]> => {
  const seen: string[] = [];
  for (const { name } of roles) if (await sight.order(actor(name), order)) seen.push(name);
  return seen;
};

it('shows a planned order to whoever may list runs on every host of the plan, and to nobody who may on one of them', async () => {
  const both = await anOrder({ command: 'deploy', args: {}, planHash: await aPlan(['web-1', 'db-1']) });
  const one = await anOrder({ command: 'deploy', args: {}, planHash: await aPlan(['web-1']) });
  expect(await whoSees(both)).toEqual(['all-runs']);
  expect(await whoSees(one)).toEqual(['web-runs', 'all-runs']);
});

it('does not take a plan without hosts, of a host that left, or that is not there for a plan about nothing', async () => {
  expect(await whoSees(await anOrder({ command: 'deploy', planHash: await aPlan([]) }))).toEqual(['all-runs']);
  expect(await whoSees(await anOrder({ command: 'deploy', planHash: await aPlan(['gone-1']) }))).toEqual(['all-runs']);
  expect(await whoSees(await anOrder({ command: 'deploy', planHash: 'nowhere' }))).toEqual([]);
});

it('shows a question to whoever may ask it of the hosts it names; of no host in particular, of all of them', async () => {
  expect(await whoSees(await anOrder({ command: 'look', args: { on: 'web-1' } }))).toEqual(['web-look', 'all-look']);
  expect(await whoSees(await anOrder({ command: 'look', args: { on: 'db-1' } }))).toEqual(['all-look']);
  expect(await whoSees(await anOrder({ command: 'look', args: { on: 'WEB' } }))).toEqual(['all-look']);
  expect(await whoSees(await anOrder({ command: 'look', args: {} }))).toEqual(['all-look']);
});

it('shows the audit, which tells about every host, to whoever may read it of all of them', async () => {
  const among: Role[] = [
    { name: 'web-audit', allow: [grant('audit.read', 'web')] },
    { name: 'all-audit', allow: [grant('audit.read', 'all')] },
    { name: 'each-audit', allow: [grant('audit.read', 'web'), grant('audit.read', 'db')] },
  ];
  for (const { name } of among) await store.people.put({ id: actor(name), kind: 'person', name, roles: [name] });
  const read = sightOver(among);
  const may = await Promise.all(among.map(({ name }) => read.audit(actor(name))));
  expect(may).toEqual([false, true, true]);
});

it('shows a change without a plan to whoever may use it everywhere', async () => {
  expect(await whoSees(await anOrder({ command: 'deploy', args: { on: 'web-1' } }))).toEqual(['all-look']);
});

it.each([...builtInCommands.map(({ name }) => name), undefined, 'removed'])(
  'shows an order of the word %s to its own actor only',
  async (command) => {
    const order = await anOrder({ args: {}, ...(command === undefined ? {} : { command }) });
    expect(await whoSees(order)).toEqual([]);
    expect(await sight.order(order.actor, order)).toBe(true);
    expect(await sight.content(order.actor, order)).toBe(true);
  },
);

it('gives the content of a seen order only when its message was shown to everybody', async () => {
  const reader = actor('all-look');
  const orders = [];
  for (let n = 0; n < 3; n += 1) orders.push(await anOrder({ command: 'look', args: {} }));
  const [open, whispered, nowhere] = orders;
  const message = {
    channel: 'ops',
    card: { tone: 'info', title: 'x' },
    revision: 1,
    at: '2030-01-01T00:00:00Z',
  } as const;
  await store.console.put({ ...message, key: `order:${open?.id}` });
  await store.console.put({ ...message, key: `order:${whispered?.id}`, to: 'console:local:somebody' });
  const given = [];
  for (const order of [open, whispered, nowhere])
    given.push(order && [await sight.order(reader, order), await sight.content(reader, order)]);
  expect(given).toEqual([
    [true, true],
    [true, false],
    [true, false],
  ]);
  expect(open && (await sight.content(actor('web-look'), open))).toBe(false);
});

it('shows people what they asked for with another of their ids, and nobody else', async () => {
  const get = async (id: string) => ({
    ...({
      id,
      kind: 'person',
      name: id,
      roles: [],
      person: id.endsWith(':ben') ? id : 'console:local:somebody',
    } as const),
  });
  const own = sightOf({
    ...{ people: { get }, plans: store.plans, messages: store.console },
    ...{ policy: () => ({ roles, members: {}, rules: [] }), fleet: () => ({ hosts: () => hosts }), commands: () => [] },
  });
  const order = await anOrder({});
  for (const reader of ['console:local:somebody', 'cli:local:somebody', 'console:local:ben']) {
    const sees = !reader.endsWith(':ben');
    expect([await own.order(reader, order), await own.content(reader, order)], reader).toEqual([sees, sees]);
  }
});

it('does not read a large plan again for each look at a list of runs', async () => {
  const on = Array.from({ length: 1000 }, (_one, nth) => `host-${nth}`);
  const steps = on.flatMap((name) =>
    Array.from({ length: 20 }, (_one, nth) => ({
      id: `1.${nth}`,
      host: name,
      task: 'a task with a name',
      module: 'copy',
      outcome: 'change' as const,
      differences: [{ subject: '/etc/a/file', aspect: 'content', before: 'x'.repeat(40), after: 'y'.repeat(40) }],
    })),
  );
  const plan = { request: { playbook: 'a.yml', vars: {}, locks: [] }, files: {}, hosts: on, steps };
  await store.plans.put({ ...plan, hash: 'large' });
  const order = await anOrder({ planHash: 'large', command: 'deploy' });
  const began = performance.now();
  for (let time = 0; time < 60; time += 1) expect(await sight.order(actor('all-runs'), order)).toBe(true);
  expect(await sight.order(actor('web-runs'), order)).toBe(false);
  expect(performance.now() - began).toBeLessThan(1500);
});
