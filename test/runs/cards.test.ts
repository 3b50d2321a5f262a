import { expect, test } from 'vitest';
import type { Card } from '#core/card.ts';
import { type Plan, type PlannedStep, planHash } from '#core/plan.ts';
import type { Run, Step } from '#core/run.ts';
import { inLanguage, t } from '#core/text.ts';
import { planCard, runCard } from '#runs/cards.ts';
import { noCounts } from '#runs/execute/recap.ts';

const title = t('Deploy shop v2', 'Déployer shop v2');

const planned = (
  host: string,
  id: string,
  outcome: PlannedStep['outcome'],
  more: Partial<PlannedStep> = {},
): PlannedStep => ({
  id,
  host,
  task: `Task ${id}`,
  module: 'copy',
  outcome,
  differences: outcome === 'change' ? [{ subject: '/a', aspect: 'mode', before: '0600', after: '0644' }] : [],
  ...more,
});

const planOf = (steps: readonly PlannedStep[]): Plan => {
  const made = {
    request: { playbook: 'site.yml', vars: {}, locks: [] },
    files: {},
    hosts: [...new Set(steps.map((step) => step.host))],
    steps,
  };
  return { ...made, hash: planHash(made) };
};

const titleOf = (card: Card, language: 'en' | 'fr' = 'en'): string => inLanguage(card.title, language);
const textOf = (card: Card, language: 'en' | 'fr' = 'en'): string => inLanguage(card.text ?? '', language);

test('the title of a plan says how much would change where', () => {
  const card = planCard(
    planOf([planned('web-1', '1.1', 'change'), planned('web-2', '1.1', 'change'), planned('web-2', '1.2', 'ok')]),
    title,
  );
  expect(titleOf(card)).toBe('Deploy shop v2: 2 changes on 2 hosts');
  expect(titleOf(card, 'fr')).toBe('Déployer shop v2: 2 changements sur 2 hôtes');
  expect(textOf(card)).toContain('- `web-1` `web-2` 1 change each');
  expect(card.tone).toBe('info');
});

test('a plan with nothing to do says so and is good', () => {
  const card = planCard(planOf([planned('web-1', '1.1', 'ok'), planned('web-1', '1.2', 'skip')]), title);
  expect(titleOf(card)).toBe('Deploy shop v2: nothing to change');
  expect(card.tone).toBe('good');
  expect(card.code).toBeUndefined();
});

test('what would fail comes first, with host, task and reason', () => {
  const refusal = { code: 'step.failed', say: 'no such folder' };
  const card = planCard(
    planOf([planned('web-1', '1.1', 'change'), planned('web-2', '1.2', 'failed', { refusal })]),
    title,
  );
  expect(titleOf(card)).toBe('Deploy shop v2: would fail at 1 step');
  expect(textOf(card).startsWith('**Would fail**\n- Task 1.2 (web-2): no such folder')).toBe(true);
  expect(card.tone).toBe('bad');
});

test('an unreachable host is the verdict', () => {
  const card = planCard(planOf([planned('web-1', '1.1', 'change'), planned('web-2', '1.1', 'unreachable')]), title);
  expect(titleOf(card)).toBe('Deploy shop v2: 1 host unreachable');
});

test('many changes are folded, and the same change on many hosts is shown once', () => {
  const tasks = Array.from({ length: 20 }, (_, task) =>
    ['web-1', 'web-2'].map((host) => planned(host, `1.${task}`, 'change')),
  );
  const card = planCard(planOf(tasks.flat()), title);
  expect(textOf(card)).toContain('- Task 1.7\n- and 12 more');
  expect(card.code?.text).toContain('# web-1');
  expect(card.code?.text.match(/0600 -> 0644/g)).toHaveLength(1);
});

test('a long diff is cut', () => {
  const differences = [{ subject: '/a', aspect: 'content', before: '', after: '', diff: '+line\n'.repeat(5000) }];
  const card = planCard(planOf([planned('web-1', '1.1', 'change', { differences })]), title);
  expect(card.code?.text.length).toBeLessThan(3100);
  expect(card.code?.text.endsWith('\n…')).toBe(true);
});

test('names of tasks are never markup', () => {
  const card = planCard(planOf([planned('web-1', '1.1', 'change', { task: '**boo** `x`\n- y\u001b' })]), title);
  expect(textOf(card)).toContain("- *boo* 'x' - y�");
});

const run = (more: Partial<Run>): Run => ({
  id: 12,
  orderId: 1,
  actor: 'a',
  state: 'done',
  request: { playbook: 'site.yml', vars: {}, locks: [] },
  planHash: 'h',
  recap: {},
  queuedAt: '',
  ...more,
});

const step = (host: string, id: string, state: Step['state'], more: Partial<Step> = {}): Step => ({
  runId: 12,
  id,
  host,
  task: `Task ${id}`,
  module: 'copy',
  state,
  startedAt: '',
  ...(state === 'running' ? {} : { finishedAt: '' }),
  differences: [],
  result: {},
  ...more,
});

test('a run that is done says what it changed, with a line per host', () => {
  const recap = { 'web-1': { ...noCounts, ok: 3, changed: 2 }, 'web-2': { ...noCounts, ok: 3, skipped: 1 } };
  const card = runCard(run({ recap }), [step('web-1', '1.1', 'changed'), step('web-1', '1.2', 'changed')], title);
  expect(titleOf(card)).toBe('Deploy shop v2: done, 2 changes');
  expect(textOf(card)).toBe('- `web-1` 2 changed, 1 ok\n- `web-2` 3 ok, 1 skipped');
  expect(card.tone).toBe('good');
});

test('a failed run shows host, task and reason first, and what the host said', () => {
  const refusal = { code: 'step.failed', say: 'exit code 1' };
  const bad = step('web-2', '1.2', 'failed', { refusal, result: { stdout: '', stderr: 'boom\nlast words' } });
  const recap = { 'web-1': { ...noCounts, ok: 2 }, 'web-2': { ...noCounts, ok: 1, failed: 1 } };
  const card = runCard(run({ state: 'failed', recap }), [step('web-1', '1.1', 'ok'), bad], title);
  expect(titleOf(card)).toBe('Deploy shop v2: failed on 1 host');
  expect(textOf(card).split('\n').slice(0, 4)).toEqual([
    '**What went wrong**',
    '- `web-2` Task 1.2: exit code 1',
    '',
    '- `web-2` 1 failed, 1 ok',
  ]);
  expect(card.code?.text).toBe('boom\nlast words');
});

test('a run under way shows where each host is', () => {
  const steps = [step('web-1', '1.1', 'ok'), step('web-2', '1.1', 'changed'), step('web-2', '1.2', 'running')];
  const card = runCard(run({ state: 'running' }), steps, title);
  expect(titleOf(card)).toBe('Deploy shop v2: running, 2 steps done');
  expect(textOf(card)).toBe('- `web-1` · Task 1.1\n- `web-2` ▸ Task 1.2');
  expect(card.tone).toBe('running');
});

test('a drifted run tells why it stopped', () => {
  const refusal = { code: 'run.drifted', say: 'web-1 is no longer as planned', next: 'Give the order again.' };
  const card = runCard(run({ state: 'drifted', refusal }), [], title);
  expect(titleOf(card)).toBe('Deploy shop v2: stopped: not as planned any more');
  expect(textOf(card)).toBe('web-1 is no longer as planned\n\nGive the order again.');
});
