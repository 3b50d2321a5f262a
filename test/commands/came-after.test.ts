import { expect, it } from 'vitest';
import { afterwards } from '#commands/came-after.ts';
import type { Run } from '#core/run.ts';
import { inLanguage } from '#core/text.ts';

const run = (id: number, state: Run['state']): Run => ({
  ...{ id, state, orderId: 1, actor: 'console:local:ada', request: { playbook: 'site.yml', vars: {}, locks: [] } },
  ...{ planHash: 'x', recap: {}, queuedAt: '2026-01-01T00:00:00.000Z' },
});
const [done, running, queued] = [run(14, 'done'), run(15, 'running'), run(16, 'queued')] as const;
const many = [17, 18, 19, 20, 21, 22, 23].map((id) => run(id, 'queued'));

const plan = { tone: 'info', title: 'A plan' } as const;
const said = (later: readonly Run[]) => {
  const { text = '' } = afterwards(plan, 13, later);
  return (['en', 'fr'] as const).map((language) => inLanguage(text, language));
};

it.each([
  [
    [done],
    'Run 14 changed the same hosts since this was planned: what is left of run 13 may undo what it did.',
    'L’exécution 14 a changé les mêmes hôtes depuis ce plan : le reste de la 13 peut défaire ce qu’elle a fait.',
  ],
  [
    [queued],
    'Run 16 is about to change the same hosts: what is left of run 13 may undo what it does.',
    'L’exécution 16 va changer les mêmes hôtes : le reste de la 13 peut défaire ce qu’elle fait.',
  ],
  [
    [queued, running, done],
    'Runs 15 and 14 changed the same hosts since this was planned, and run 16 is about to: what is left of run 13 may undo what they do.',
    'Les exécutions 15 et 14 ont changé les mêmes hôtes depuis ce plan, et l’exécution 16 va le faire : le reste de la 13 peut défaire ce qu’elles font.',
  ],
  [
    many,
    'Runs 17, 18, 19, 20, 21 and 2 more are about to change the same hosts: what is left of run 13 may undo what they do.',
    'Les exécutions 17, 18, 19, 20, 21 et 2 de plus vont changer les mêmes hôtes : le reste de la 13 peut défaire ce qu’elles font.',
  ],
])('a resumption names the runs that came after it: %#', (later, en, fr) => {
  expect(said(later)).toEqual([en, fr]);
});

it('where none came after it, a card stays as it is', () => {
  expect(afterwards(plan, 13, [])).toEqual(plan);
});
