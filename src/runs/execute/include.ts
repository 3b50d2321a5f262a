import { Fault } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { present } from '#core/present.ts';
import type { Text } from '#core/text.ts';
import { isUnknown, type Scope } from '#playbook/templates/scope.ts';
import type { Item, Task } from '#playbook/tree.ts';
import { runBody } from './body.ts';
import { mayRun } from './conditions.ts';
import { endOfThrown, toldFault, toldOf, undecidedEnd } from './failures.ts';
import type { BodyGoing, More, Perhaps } from './going.ts';
import { type HostState, leave, type Made } from './host-state.ts';
import { itemsOf, loopVariables, unitOf } from './loop.ts';
import { inEnglish } from './reach.ts';
import { count } from './recap.ts';
import type { StepEnd } from './reporter.ts';
import { placeText } from './typed/faults.ts';
import { noteTyped } from './typed/guard.ts';
import { guardPath } from './typed/places.ts';
import { madeAround, noteMade } from './typed/roots.ts';
import { Undecided } from './undecided.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** What the loops around the tasks give one host, and what of that is typed. */
interface Given {
  readonly more: More;
  readonly made: ReadonlyMap<string, Made> | undefined;
}

/** One file or role that an include brings in, and the hosts it is for. */
interface Bringing {
  readonly id: string;
  readonly name: string;
  readonly hosts: Map<HostState, Given>;
  /** In a plan: why nobody knows whether these hosts bring it in. */
  readonly perhaps: Perhaps | undefined;
}

const included: StepEnd = { state: 'ok', differences: [], result: { changed: false }, changed: false };
const skipped: StepEnd = {
  state: 'skipped',
  differences: [],
  result: { changed: false, skipped: true, skip_reason: 'Conditional result was False' },
  changed: false,
};

/** An include: each host says which file it wants, then each file runs on the hosts that want it. */
export async function runInclude(walk: Walk, body: BodyGoing, task: Task, states: readonly HostState[]): Promise<void> {
  const wanted = new Map<string, Bringing>();
  await walk.told.during(task, async () => {
    for (const state of states) {
      const ends = ask(walk, unitOf(walk, state, body, task), wanted);
      for (const end of counted(task, ends)) state.counts = count(state.counts, end.state);
      if (ends.some((end) => end.state === 'failed')) leave(state, 'failed');
    }
  });
  for (const bringing of wanted.values()) {
    if (walk.halt.reason) return;
    const items = await walk.told.during(task, async () => read(walk, body, task, bringing));
    const hosts = [...bringing.hosts.keys()];
    const more = (state: HostState): More => bringing.hosts.get(state)?.more ?? {};
    const made = (state: HostState): Given['made'] => bringing.hosts.get(state)?.made;
    const perhaps = bringing.perhaps ?? body.perhaps;
    if (items) await runBody(walk, { ...body, more, made, ...present({ perhaps }) }, items, hosts);
  }
}

/** What the recap has of an include, as Ansible counts: each file it brings in, but no role. */
const counted = (task: Task, ends: readonly StepEnd[]): readonly StepEnd[] => {
  const brought = ends.filter((end) => end.state === 'ok');
  const [first] = ends;
  if (brought.length > 0) return task.include?.what === 'role' ? [] : brought;
  return first ? [first] : [];
};

/** Notes what one host wants; the ends of the include itself on that host, for each item of its loop. */
function ask(walk: Walk, unit: Unit, wanted: Map<string, Bringing>): readonly StepEnd[] {
  const ends = asking(walk, unit, wanted);
  const first = ends.find((end) => end.state === 'unknown') ?? ends.find((end) => end.state === 'ok') ?? ends[0];
  walk.reporter.ended(unit.name, first ?? skipped);
  return ends;
}

function asking(walk: Walk, unit: Unit, wanted: Map<string, Bringing>): readonly StepEnd[] {
  try {
    const items = unit.task.loop === undefined ? undefined : itemsOf(walk, unit, unit.task.loop);
    if (items !== undefined && !Array.isArray(items)) return [items as StepEnd];
    const units =
      items === undefined ? [unit] : (items as readonly Json[]).map((_, index) => withItem(unit, index, items));
    return units.map((one) => askOne(walk, one, wanted));
  } catch (thrown) {
    return [endOfThrown(walk, unit, thrown, false)];
  }
}

const withItem = (unit: Unit, index: number, items: readonly Json[]): Unit => ({
  ...unit,
  name: { ...unit.name, id: `${unit.name.id}[${index}]` },
  more: { ...unit.more, ...loopVariables(unit.task.loopControl, index, items) },
});

function askOne(walk: Walk, unit: Unit, wanted: Map<string, Bringing>): StepEnd {
  const scope = scopeOf(walk, unit);
  const may = mayRun(walk, unit);
  if (may === false || unit.task.include === undefined) return skipped;
  if (isUnknown(may)) {
    perhapsBrings(walk, unit, scope, may.unknownBecause, wanted);
    return undecidedEnd(walk, unit, may.unknownBecause);
  }
  noteTyped(walk, unit, scope);
  noteMade(walk, unit, scope);
  const name = walk.language.value(unit.task.include.name, scope);
  if (isUnknown(name)) return undecidedEnd(walk, unit, name.unknownBecause);
  guardPath(walk, unit, scope, unit.task.include.name, String(name));
  bring(walk, unit, scope, String(name), wanted);
  return included;
}

function bring(
  walk: Walk,
  unit: Unit,
  scope: Scope,
  name: string,
  wanted: Map<string, Bringing>,
  perhaps?: Perhaps,
): void {
  const key = `${unit.name.id} ${perhaps ? 'perhaps ' : ''}${name}`;
  const bringing = wanted.get(key) ?? { id: unit.name.id, name, hosts: new Map(), perhaps };
  bringing.hosts.set(unit.state, { more: unit.more, made: madeAround(walk, unit, scope) });
  wanted.set(key, bringing);
}

/** What a plan can tell of an include that may be passed over: its tasks, each of which nobody can foresee. */
function perhapsBrings(walk: Walk, unit: Unit, scope: Scope, because: Text, wanted: Map<string, Bringing>): void {
  const { include, at } = unit.task;
  const within = unit.body.perhaps?.within ?? [];
  const place = placeText(at);
  // One that brings in itself would do so for ever.
  if (walk.mode !== 'plan' || include === undefined || within.includes(place)) return;
  try {
    const name = walk.language.value(include.name, scope);
    if (!isUnknown(name)) bring(walk, unit, scope, String(name), wanted, { because, within: [...within, place] });
  } catch (thrown) {
    // What it is called is found out if it comes to it.
    if (!(thrown instanceof Fault) && !(thrown instanceof Undecided)) throw thrown;
  }
}

function parsed(
  walk: Walk,
  body: BodyGoing,
  task: Task,
  { id, name }: Pick<Bringing, 'id' | 'name'>,
): ReturnType<Walk['included']> | undefined {
  if (task.include === undefined) return undefined;
  const { play, number, handlers, roles } = body.going;
  const parts = { number, common: play.common, handlers, roles };
  try {
    return walk.included(task.include, name, { id, file: task.file, play: play.file, parts });
  } catch (thrown) {
    throw toldFault(task, thrown);
  }
}

/** The tasks; undefined when they cannot be read: then the hosts that wanted them have failed. */
function read(
  walk: Walk,
  body: BodyGoing,
  task: Task,
  { id, name, hosts, perhaps }: Bringing,
): readonly Item[] | undefined {
  const items = parsed(walk, body, task, { id, name });
  if (items === undefined) return undefined;
  if (items.ok) return items.value;
  if (perhaps) return undefined;
  for (const state of hosts.keys()) {
    leave(state, 'failed');
    const step = { host: state.host.name, id, task: task.name.value, module: task.module, noLog: task.noLog };
    const refusal = toldOf(task, items.refusal);
    const end: StepEnd = {
      state: 'failed',
      differences: [],
      result: { changed: false, failed: true, msg: inEnglish(refusal) },
      changed: false,
      refusal,
    };
    state.counts = count(state.counts, 'failed');
    walk.reporter.ended(step, end);
  }
  return undefined;
}
