import type { Plan } from '#core/plan.ts';
import type { StepState } from '#core/run.ts';
import { join, type Text, t } from '#core/text.ts';
import { type Counted, notBegun } from './counting.ts';
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

/** How far a run came that did not end by itself: for a title. */
export function stopped(
  state: 'cancelled' | 'interrupted',
  ran: readonly Counted<StepState>[],
  plan: Plan | undefined,
): Text {
  if (ran.length === 0 && state === 'cancelled') return t('cancelled before it began', 'annulée avant de commencer');
  const isSure = ran.every((step) => step.state !== 'unknown');
  const where = lastChange(ran) ?? (isSure ? t(', nothing was changed', ', rien n’a été changé') : '');
  return join([heads[state], where, ...left(plan === undefined ? 0 : notBegun(plan, ran))]);
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
