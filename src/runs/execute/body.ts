import { type Text, t } from '#core/text.ts';
import { unknown } from '#playbook/templates/scope.ts';
import { type Block, type Item, type Play, type Task, tasksOf } from '#playbook/tree.ts';
import type { BodyGoing } from './going.ts';
import { comeBack, type HostState, leave, taking } from './host-state.ts';
import { runInclude } from './include.ts';
import { nameOf } from './labels.ts';
import { runMeta } from './meta.ts';
import { perhapsEnd } from './perhaps.ts';
import { takesPart } from './tags.ts';
import { runTask } from './task.ts';
import { numberOf } from './unit.ts';
import { eachOf } from './waiting.ts';
import type { Walk } from './walk.ts';

/** A list of tasks, one after the other, each over all the hosts that still take part. */
export async function runBody(
  walk: Walk,
  body: BodyGoing,
  items: readonly Item[],
  states: readonly HostState[],
): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (walk.halt.reason || taking(states).length === 0) return;
    const here: BodyGoing = { ...body, following: { items, from: index + 1, outer: body.following } };
    if (item.kind === 'block') await runBlock(walk, here, item, taking(states));
    else await runTaskOver(walk, here, item, taking(states));
  }
}

/** One task over some hosts. Handlers were notified: tags have nothing to say about them. */
export async function runTaskOver(
  walk: Walk,
  body: BodyGoing,
  task: Task,
  states: readonly HostState[],
  handler = false,
): Promise<void> {
  if (!handler && (!takesPart(task.tags, body.going.tags) || walk.passesOver(task))) return;
  walk.reporter.task(task.id, nameOf(task.name.value, ''), handler);
  if (task.module === 'meta') return runMeta(walk, body, task, states);
  if (task.include) return runInclude(walk, body, task, states);
  const [first] = states;
  const forAll = task.runOnce?.value === true || walk.registry.get(task.module)?.oneForAll === true;
  const once = forAll && first !== undefined;
  await eachOf(once ? [first] : states, widthOf(walk, task), async (state) => {
    if (!walk.halt.reason) await runTask(walk, state, body, task);
  });
  if (once) shareOnce(first, states, task);
  fatal(body, task, states);
}

const widthOf = (walk: Walk, task: Task): number => {
  if (walk.registry.get(task.module)?.inTurn) return 1;
  const width = numberOf(task.throttle?.value, 0);
  return width > 0 ? Math.min(width, walk.limits.hostsAtOnce) : walk.limits.hostsAtOnce;
};

/** What one host did for all: the others know its result, and share its end. */
function shareOnce(first: HostState, states: readonly HostState[], task: Task): void {
  for (const state of states) {
    if (state === first) continue;
    // What a module does for all by itself (`pause`) is registered by the host that did it.
    const shared = task.runOnce?.value === true ? task.register : undefined;
    const value = shared === undefined ? undefined : first.known[shared];
    if (shared !== undefined && value !== undefined) state.known[shared] = value;
    for (const name of first.typed) state.typed.add(name);
    for (const name of first.words) state.words.add(name);
    for (const [name, roots] of first.madeOf) state.madeOf.set(name, roots);
    for (const [name, chooser] of first.chosen) state.chosen.set(name, chooser);
    if (task.module === 'set_fact') {
      for (const name of Object.keys(task.args)) {
        const fact = first.known[name];
        if (fact !== undefined) state.known[name] = fact;
      }
    }
    if (first.left !== undefined) leave(state, first.left);
  }
}

/** Where one failure is everybody's, or there are too many, the others leave too. */
function fatal({ going }: BodyGoing, task: Task, states: readonly HostState[]): void {
  if (!states.some(hasFailed)) return;
  if (!(task.anyErrorsFatal?.value ?? going.play.anyErrorsFatal) && !tooMany(going.play, going.states)) return;
  for (const state of taking(going.states)) leave(state, 'failed');
}

const hasFailed = (state: HostState): boolean => state.left === 'failed' || state.left === 'unreachable';

/** True when more of a batch has failed than `max_fail_percentage` allows. */
export function tooMany({ maxFailPercentage }: Play, states: readonly HostState[]): boolean {
  if (maxFailPercentage === undefined) return false;
  const failed = states.filter(hasFailed).length;
  return (failed / states.length) * 100 > numberOf(maxFailPercentage.value, 100);
}

/** A block: its tasks, `rescue` on the hosts where one of them failed, `always` on all of them. */
async function runBlock(walk: Walk, body: BodyGoing, block: Block, states: readonly HostState[]): Promise<void> {
  const rescued = block.rescue.length > 0;
  for (const state of states) if (rescued) state.rescues += 1;
  await runBody(walk, body, block.tasks, states);
  for (const state of states) if (rescued) state.rescues -= 1;
  if (walk.halt.reason) return;
  if (rescued) await runRescue(walk, body, block, states);
  if (block.always.length > 0 && !walk.halt.reason) await runAlways(walk, body, block, states);
}

async function runRescue(walk: Walk, body: BodyGoing, block: Block, states: readonly HostState[]): Promise<void> {
  const failed = states.filter((state) => state.left === 'failed');
  for (const state of failed) comeBack(state);
  await runBody(walk, body, block.rescue, failed);
  if (walk.mode === 'plan')
    await planRescue(
      walk,
      body,
      block,
      taking(states).filter((state) => !failed.includes(state)),
    );
}

const onlyIfFailing = (block: string): Text =>
  t(`runs only if something in “${block}” fails`, `ne s’exécute que si quelque chose échoue dans « ${block} »`);

const setIfFailing = (block: string): Text =>
  t(`is set only if “${block}” fails`, `n’est défini que si « ${block} » échoue`);

/** A rescue runs only if something fails that nobody expects to: its steps are in the plan, as not known. */
async function planRescue(walk: Walk, body: BodyGoing, block: Block, states: readonly HostState[]): Promise<void> {
  const name = block.name?.value ?? block.id;
  for (const task of tasksOf(block.rescue)) {
    if (!takesPart(task.tags, body.going.tags)) continue;
    walk.reporter.task(task.id, nameOf(task.name.value, ''), false);
    for (const state of states) {
      const step = {
        host: state.host.name,
        id: task.id,
        task: task.name.value,
        module: task.module,
        noLog: task.noLog,
      };
      const unit = { state, body, task, name: step, more: body.more(state) };
      walk.reporter.ended(step, await perhapsEnd(walk, unit, onlyIfFailing(name)));
      if (task.register !== undefined) state.known[task.register] ??= unknown(setIfFailing(name));
    }
  }
}

async function runAlways(walk: Walk, body: BodyGoing, block: Block, states: readonly HostState[]): Promise<void> {
  const failed = states.filter((state) => state.left === 'failed');
  for (const state of failed) comeBack(state);
  await runBody(walk, body, block.always, states);
  for (const state of failed) if (state.taking) leave(state, 'failed');
}

/** The sentence of a play that ends because too many hosts failed. */
export const tooManyFailed = (failed: number, of: number) =>
  t(
    `${failed} of ${of} hosts failed: the play ended there.`,
    `${failed} hôtes sur ${of} ont échoué : le play s’est arrêté là.`,
  );
