import type { Plan } from '#core/plan.ts';
import type { Step, StepState } from '#core/run.ts';
import { join, type Text, t } from '#core/text.ts';
import { killedCode, stoppedInTimeCode } from '../refusals.ts';
import { type Counted, notBegun, ranSteps } from './counting.ts';
import { byTask, clipped, hostsNamed, literal, plural, section } from './words.ts';

/** Tasks of a run that was stopped, at most; the newest of them are shown. */
const shownChanged = 4;

const heads: Readonly<Record<'cancelled' | 'interrupted', Text>> = {
  cancelled: t('stopped half-way', 'arrêtée en cours de route'),
  interrupted: t('interrupted', 'interrompue'),
};

/** The last task that changed something, and where it did. */
function lastChange(ran: readonly Counted<StepState>[]): Text | undefined {
  const last = ran.findLast(({ state }) => state === 'changed');
  if (!last) return undefined;
  const on = ran.filter(({ id, state }) => id === last.id && state === 'changed').map(({ host }) => host);
  const name = clipped(literal(last.task));
  return join([t(` after “${name}” on `, ` après « ${name} » sur `), hostsNamed(on)]);
}

const left = (count: number): readonly Text[] =>
  count === 0
    ? []
    : [
        t('; ', ' ; '),
        plural(count, ['step not begun', 'étape pas commencée'], ['steps not begun', 'étapes pas commencées']),
      ];

/** Whether a step has changed nothing for certain: it found all as wanted, or had not sent anything that changes. */
const changedNothing = ({ state, refusal }: Step): boolean =>
  state === 'ok' || state === 'skipped' || state === 'unreachable' || refusal?.code === stoppedInTimeCode;

/** The tasks that were killed under way, and where: of many their number. */
function halfDone(all: readonly Step[]): readonly Text[] {
  const killed = ranSteps(all.filter(({ refusal }) => refusal?.code === killedCode));
  const [first] = killed;
  if (!first) return [];
  const may = t(' was killed and may be half done', ' a été arrêtée net, peut-être à moitié faite');
  const were = t(' tasks were killed and may be half done', ' tâches ont été arrêtées net, peut-être à moitié faites');
  if (killed.some(({ id }) => id !== first.id)) return [t('; ', ' ; '), String(killed.length), were];
  const name = clipped(literal(first.task));
  const on = hostsNamed(killed.map(({ host }) => host));
  return [t(`; “${name}” on `, ` ; « ${name} » sur `), on, may];
}

/** How far a run came that did not end by itself: for a title. */
export function stopped(state: 'cancelled' | 'interrupted', all: readonly Step[], plan: Plan | undefined): Text {
  if (all.length === 0 && state === 'cancelled') return t('cancelled before it began', 'annulée avant de commencer');
  const ran = ranSteps(all);
  const isSure = all.every(changedNothing);
  const where = lastChange(ran) ?? (isSure ? t(', nothing was changed', ', rien n’a été changé') : '');
  return join([heads[state], where, ...halfDone(all), ...left(plan === undefined ? 0 : notBegun(plan, ran))]);
}

/** What it had changed by then, the newest last. */
export function changedByThen(ran: readonly Counted<StepState>[]): Text | undefined {
  const changed = ran.filter(({ state }) => state === 'changed');
  const hosts = new Set(ran.map(({ host }) => host)).size;
  const tasks = byTask(changed, hosts, Number.POSITIVE_INFINITY);
  const earlier = Math.max(0, tasks.length - shownChanged);
  const more = earlier === 0 ? [] : [t(`${earlier} before`, `${earlier} avant`)];
  return section(t('Changed by then', 'Déjà changé'), [...more, ...tasks.slice(-shownChanged)]);
}
