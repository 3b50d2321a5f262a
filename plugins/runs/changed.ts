import { join, type Run, type Step, show, type Text, t } from '#kit';

/** Tasks at most; the newest of them are shown. */
const shownTasks = 4;

const itemMark = /\[\d+\]$/;

/** The task's own name: that of a loop's item has the item after it. */
const taskOf = ({ id, task }: Step): string => (itemMark.test(id) ? task.replace(/ \([^()]*\)$/, '') : task);

const named = (hosts: ReadonlySet<string>): Text =>
  hosts.size > 3 ? show.count(hosts.size, ['host', 'hosts'], ['hôte', 'hôtes']) : [...hosts].join(', ');

/** What a run that is not done has changed so far, the newest last; of a run that is done its counts say it. */
export function changedByThen({ state }: Run, steps: readonly Step[]): Text | undefined {
  const tasks = new Map<string, Set<string>>();
  for (const step of state === 'done' ? [] : steps.filter((one) => one.state === 'changed'))
    tasks.set(taskOf(step), (tasks.get(taskOf(step)) ?? new Set()).add(step.on ?? step.host));
  if (tasks.size === 0) return undefined;
  const earlier = tasks.size - shownTasks;
  return join(
    [
      state === 'running'
        ? t('**Changed so far**', '**Changé jusqu’ici**')
        : t('**Changed by then**', '**Déjà changé**'),
      ...(earlier > 0 ? [t(`- ${earlier} before`, `- ${earlier} avant`)] : []),
      ...[...tasks].slice(-shownTasks).map(([task, hosts]) => join([`- ${task} (`, named(hosts), ')'])),
    ],
    '\n',
  );
}
