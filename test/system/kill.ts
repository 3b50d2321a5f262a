import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import { z } from 'zod';
import { silentLog } from '#core/log.ts';
import type { OrderState } from '#core/order.ts';
import { type Harbour, startHarbour } from '#harbour/open.ts';
import {
  ada,
  fleetProcesses,
  processesFor,
  program,
  quarterdeck,
  type RealBot,
  realBots,
  type SeenOrder,
  titleOf,
  until,
} from '#test/support/real-bot.ts';

/** How often the bot is killed in each of two files, of which one runs by name only (CONTRIBUTING.md). */
const kills = z.coerce.number().int().min(2).default(50).parse(process.env.QUARTERDECK_KILLS);

/**
 * How a run may fail on hosts that die with the bot: nobody can say how a command ended that its host took with it, and a
 * host that is just starting again may not be as it was planned. Both stop rather than do anything twice.
 */
const becauseTheFleetDied = ['run.end_not_seen', 'run.drifted'];

const seed = Number(process.env.QUARTERDECK_SEED ?? (Date.now() + process.pid * 7919) % 1_000_000);

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(seed);
const bots = realBots();
let steady: Harbour | undefined;
afterAll(async () => {
  await steady?.stop();
  await bots.end();
});

/** Three commands that each add a line, so that a command that ran twice has left two. */
const marks = `- name: Leave marks
  hosts: "{{ where }}"
  gather_facts: false
  vars_prompt: [{ name: where, default: steady }, { name: tag, default: none }]
  tasks:
    - { name: One, shell: "echo {{ tag }}-one >>marks; sleep 0.2" }
    - { name: Two, shell: "sleep 0.1; echo {{ tag }}-two >>marks; sleep 0.1" }
    - { name: Three, command: "sh -c 'echo {{ tag }}-three >>marks; sleep 0.2'" }
`;
const steps = ['one', 'two', 'three'];

interface Place {
  readonly data: string;
  readonly config: string;
  /** The folders of the hosts that live on when the bot dies. */
  readonly steadyHomes: readonly string[];
}

/** A bot with the demo fleet, which dies with it, and two hosts of the group `steady`, which do not. */
async function prepare(): Promise<Place> {
  const data = await bots.folder();
  const own = await bots.folder();
  steady = await startHarbour({ folder: join(own, 'harbour'), log: silentLog });
  await steady.boot();
  const ports = JSON.parse(await readFile(join(own, 'harbour', 'ports.json'), 'utf8'));
  const keys = join(own, 'harbour', 'keys', 'user_ed25519');
  const names = ['web-1', 'web-2'];
  const hosts = names.map(
    (name, at) => `    steady-${at}: { ansible_port: ${ports[name].ssh}, ansible_ssh_private_key_file: ${keys} }`,
  );
  await writeFile(
    join(own, 'steady.yml'),
    `steady:\n  vars: { ansible_host: 127.0.0.1, ansible_user: deploy }\n  hosts:\n${hosts.join('\n')}\n`,
  );
  await mkdir(join(own, 'playbooks'));
  await cp(join(program, 'playbooks'), join(own, 'playbooks'), { recursive: true });
  await writeFile(join(own, 'playbooks', 'marks.yml'), marks);
  const config = join(own, 'quarterdeck.yaml');
  await writeFile(
    config,
    `harbour: true
playbooks: ./playbooks
inventory: [./steady.yml]
ssh: { knownHosts: [${steady.knownHosts}] }
people:
  - { id: '${ada}', name: Ada, roles: [everything] }
roles:
  everything: { allow: [{ permission: '*', on: [all] }] }
`,
  );
  return { data, config, steadyHomes: names.map((name) => join(own, 'harbour', name)) };
}

/** What was sent under one key, and what the bot said about it. */
interface Sent {
  readonly key: string;
  readonly text: string;
  readonly yes: boolean;
  event?: string;
  readonly ids: Set<number>;
}

/** All that the test has asked of the bot through all its lives. */
class Ledger {
  readonly sent = new Map<string, Sent>();

  prepare(key: string, text: string, yes = false): Sent {
    const known = this.sent.get(key) ?? { key, text, yes, ids: new Set<number>() };
    this.sent.set(key, known);
    return known;
  }

  get accepted(): readonly Sent[] {
    return [...this.sent.values()].filter((one) => one.event !== undefined);
  }

  /** Sends under a key, again or for the first time; a bot that dies meanwhile has promised nothing. */
  async send(bot: RealBot, one: Sent): Promise<void> {
    const { key, text, yes } = one;
    const { status, body } = await bot.post({ text, key, as: ada, ...(yes ? { yes } : {}) });
    expect([status, body.code]).toEqual([202, undefined]);
    expect(one.event ?? body.event).toBe(body.event);
    one.event = body.event;
    if (body.id !== undefined) one.ids.add(body.id);
  }
}

const eventOf = (bot: RealBot, one: Sent): Promise<SeenOrder> => bot.order(`e:${one.event}`);
const open: readonly OrderState[] = ['received', 'asking', 'working', 'confirming', 'approving', 'queued', 'running'];

/** The change under way: one at a time, and an interrupted one is resumed before the next begins. */
class Changes {
  private readonly ledger: Ledger;
  private readonly wanted: readonly ((n: number) => readonly [key: string, text: string])[] = [
    (n) => [`d${n}`, `deploy shop v${n % 8 < 4 ? 2 : 1}`],
    (n) => [`s${n}`, `run marks where=steady tag=s${n}`],
    (n) => [`s${n}`, `run marks where=steady tag=s${n}`],
    (n) => [`w${n}`, `run marks where=web tag=w${n}`],
  ];
  private count = 0;
  private current: Sent | undefined;
  /** A run of the present change was under way when it was last looked at. */
  running = false;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  private next(more: boolean): Sent | undefined {
    if (!more) return undefined;
    const make = this.wanted[this.count % this.wanted.length];
    const [key = '', text = ''] = make?.(this.count) ?? [];
    this.count += 1;
    return this.ledger.prepare(key, text, true);
  }

  /** Takes the next step; false when there is nothing more to do. */
  async step(bot: RealBot, more: boolean): Promise<boolean> {
    this.current ??= this.next(more);
    if (this.current === undefined) return false;
    if (this.current.event === undefined) await this.ledger.send(bot, this.current);
    const order = await eventOf(bot, this.current);
    this.running = order?.state === 'running';
    if (order === undefined || open.includes(order.state)) return true;
    this.current =
      order.state === 'interrupted' && order.runId !== undefined
        ? this.ledger.prepare(`r${order.runId}`, `runs resume ${order.runId}`, true)
        : this.next(more);
    return this.current !== undefined;
  }
}

/** Orders without end until the bot dies: new questions, old keys again, and one change after the other. */
async function work(bot: RealBot, ledger: Ledger, changes: Changes, over: AbortSignal): Promise<void> {
  const keys = () => [...ledger.sent.values()];
  for (let n = ledger.sent.size; !over.aborted; n += 1) {
    await changes.step(bot, true);
    await ledger.send(bot, ledger.prepare(`q${n}`, `echo word ${n}`));
    const again = keys()[Math.floor(random() * keys().length)];
    if (again) await ledger.send(bot, again);
    await sleep(5);
  }
}

/** When the bot is killed: some time after it was started, after it was ready, or after a run had begun. */
type Moment = 'starting' | 'ready' | 'running';

const anyMoment = (): Moment => {
  const drawn = random();
  return drawn < 0.3 ? 'starting' : drawn < 0.6 ? 'ready' : 'running';
};

/** One life of the bot: started, given work, and killed. */
async function live(place: Place, ledger: Ledger, changes: Changes, moment: Moment): Promise<void> {
  const part = random();
  const begun = Date.now();
  const bot = bots.launch(place.data, {}, ['--config', place.config]);
  if (moment === 'starting') {
    await Promise.race([sleep(part * 700), bot.ready]);
    return bot.kill();
  }
  const over = new AbortController();
  const ready = await bot.ready;
  const pace = Date.now() - begun; // on a busy machine everything takes longer, the bot's work too
  changes.running = false;
  const working = work(ready, ledger, changes, over.signal).catch((thrown: unknown) => {
    if (!(thrown instanceof TypeError || thrown instanceof SyntaxError)) throw thrown; // fetch: the bot is gone
  });
  if (moment === 'running') await Promise.race([working, until('a run is under way', () => changes.running, 180_000)]);
  await sleep(part * pace * 0.9);
  await bot.kill();
  over.abort();
  await working;
}

/** The chain is whole. */
async function verify(place: Place): Promise<void> {
  const { code, out, error } = await quarterdeck(place.data, ['audit', 'verify']);
  expect([code, error]).toEqual([0, '']);
  expect(out).toContain('The audit is intact');
}

/** Nothing lives on without its bot: not the fleet, nor the processes that run playbooks, plugins and charts. */
const allDead = (place: Place): Promise<void> =>
  until(
    'all have died with the bot',
    () => fleetProcesses(place.data).length === 0 && processesFor(place.data).length === 0,
    60_000,
  );

/** The version each page of the shop shows. */
async function pages(place: Place): Promise<readonly (string | undefined)[]> {
  const ports = JSON.parse(await readFile(join(place.data, 'harbour', 'ports.json'), 'utf8'));
  const shown = ['web-1', 'web-2'].map(async (name) => {
    const page = await fetch(`http://127.0.0.1:${ports[name].service}/`);
    return /version (v\d)/.exec(await page.text())?.[1];
  });
  return Promise.all(shown);
}

/** How often each mark is in a host's file. */
async function marksOf(home: string): Promise<ReadonlyMap<string, number>> {
  const text = await readFile(join(home, 'marks'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    Map.groupBy(lines, (line) => line)
      .entries()
      .map(([line, all]) => [line, all.length]),
  );
}

/** The name of the test, with what makes it the same again. */
export const killing = `loses no order and does nothing twice, killed at ${kills} random instants (seed ${seed})`;

/** A bot is killed again and again while orders and runs go on; then everything it ever accepted is looked at. */
export async function killAndLook(): Promise<void> {
  const place = await prepare();
  const ledger = new Ledger();
  const changes = new Changes(ledger);
  await live(place, ledger, changes, 'running'); // from here on there is a chain to verify
  for (let count = 1; count < kills; count += 1) {
    await allDead(place);
    await Promise.all([verify(place), live(place, ledger, changes, anyMoment())]);
  }
  await allDead(place);
  await verify(place);

  const bot = await bots.start(place.data, {}, ['--config', place.config]);
  for (const one of ledger.sent.values()) await ledger.send(bot, one); // what was cut off is said again
  await until('the last change is done', async () => !(await changes.step(bot, false)), 180_000);

  const ends: Record<string, number> = {};
  const failures: (string | undefined)[] = [];
  const orders = new Map<number, string>();
  for (const one of ledger.accepted) {
    const order = await bot.order(`e:${one.event}`, 30);
    expect(order).toMatchObject({ closed: true, text: one.text });
    expect(titleOf(order.card)).not.toBe('');
    expect(one.ids.size === 0 || (one.ids.size === 1 && one.ids.has(order.id))).toBe(true);
    expect(orders.get(order.id)).toBeUndefined();
    orders.set(order.id, one.key);
    if (one.key.startsWith('q')) expect([order.state, titleOf(order.card)]).toEqual(['done', one.text.slice(5)]);
    const end = `${one.key.charAt(0)} ${order.state}`;
    ends[end] = (ends[end] ?? 0) + 1;
    if (!['done', 'interrupted'].includes(order.state)) {
      failures.push(order.refusal?.code);
      console.log(one.text, JSON.stringify(order.refusal?.say ?? order.state));
    }
  }
  console.log(JSON.stringify({ seed, ends, failures }));
  expect(failures.filter((code) => !becauseTheFleetDied.includes(code ?? ''))).toEqual([]);
  expect(Object.keys(ends)).toContainEqual(expect.stringMatching(/interrupted$/));
  if (kills >= 50) expect(Object.keys(ends)).toContain('r done');
  for (const one of ledger.accepted.filter(({ key }) => key.startsWith('s'))) {
    for (const home of place.steadyHomes) {
      const found = await marksOf(home);
      expect(steps.map((step) => [`${one.key}-${step}`, found.get(`${one.key}-${step}`)])).toEqual(
        steps.map((step) => [`${one.key}-${step}`, 1]),
      );
    }
  }
  for (const host of ['web-1', 'web-2']) {
    const found = await marksOf(join(place.data, 'harbour', host));
    expect([...found].filter(([, count]) => count > 1)).toEqual([]);
  }
  for (const version of ['v1', 'v2']) {
    const { state, refusal, runId } = await bot.say(`deploy shop ${version}`, { yes: true, wait: 60 });
    const began = state === 'done' || runId === undefined ? [] : (await bot.run(runId)).steps;
    expect({ state, refusal, wrong: began.filter((step) => step.refusal) }).toEqual({ state: 'done', wrong: [] });
    expect(await pages(place)).toEqual([version, version]);
  }
  await bot.kill('SIGTERM');
  await allDead(place);
  await verify(place);
}
