import { expect, test } from 'vitest';
import type { Card } from '#core/card.ts';
import { type Plan, type PlannedStep, planHash } from '#core/plan.ts';
import type { Run, Step } from '#core/run.ts';
import { inLanguage, t } from '#core/text.ts';
import { planCard, runCard } from '#runs/cards.ts';
import { noCounts, recapOf } from '#runs/execute/recap.ts';
import { cannotBegin } from '#runs/refusals.ts';

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
  expect(titleOf(card)).toBe('Deploy shop v2: 2 changes on web-1, web-2');
  expect(titleOf(card, 'fr')).toBe('Déployer shop v2 : 2 changements sur web-1, web-2');
  expect(textOf(card)).toBe('**Steps that change something**\n- Task 1.1 (2 hosts)');
  expect(textOf(card, 'fr')).toBe('**Étapes qui changent quelque chose**\n- Task 1.1 (2 hôtes)');
  expect(card.tone).toBe('info');
});

test('a title that names the hosts already does not name them twice, and names others', () => {
  const onWeb1 = t('Deploy shop v2 on web-1', 'Déployer shop v2 sur web-1');
  const plan = planOf([planned('web-1', '1.1', 'change'), planned('web-1', '1.2', 'change')]);
  expect(titleOf(planCard(plan, onWeb1))).toBe('Deploy shop v2 on web-1: 2 changes');
  expect(titleOf(planCard(plan, onWeb1), 'fr')).toBe('Déployer shop v2 sur web-1 : 2 changements');
  const elsewhere = planOf([planned('web-1', '1.1', 'change', { on: 'lb-1' })]);
  expect(titleOf(planCard(elsewhere, onWeb1))).toBe('Deploy shop v2 on web-1: 1 change on lb-1');
  const longer = planOf([planned('eb-1', '1.1', 'change')]);
  expect(titleOf(planCard(longer, onWeb1))).toBe('Deploy shop v2 on web-1: 1 change on eb-1');
  const bad = step('web-1', '1.1', 'failed', { refusal: { code: 'step.failed', say: 'exit code 1' } });
  expect(titleOf(runCard(run({ state: 'failed' }), [bad], onWeb1))).toBe(
    'Deploy shop v2 on web-1: failed, exit code 1',
  );
});

test('hosts that differ, or are many, are told apart under the title', () => {
  const one = planned('web-1', '1.1', 'change');
  const differ = planCard(planOf([one, planned('web-2', '1.1', 'ok')]), title);
  expect(textOf(differ)).toContain('- `web-1` 1 change\n- `web-2` as wanted');
  const many = planCard(planOf(['a', 'b', 'c', 'd'].map((host) => planned(host, '1.1', 'change'))), title);
  expect(titleOf(many)).toBe('Deploy shop v2: 4 changes on 4 hosts');
  expect(textOf(many)).toContain('- `a` `b` `c` `d` 1 change each');
});

test('what depends on how it goes is a number, not a list', () => {
  const card = planCard(
    planOf([planned('web-1', '1.1', 'change'), planned('web-1', '1.2', 'unknown'), planned('web-1', '1.3', 'unknown')]),
    title,
  );
  expect(titleOf(card)).toBe('Deploy shop v2: 1 change or more on web-1');
  expect(textOf(card)).toBe('**Steps that change something**\n- Task 1.1\n\n2 steps depend on how it goes');
  expect(textOf(card, 'fr')).toContain('2 étapes dépendent de la suite');
});

test('a card has no empty text: an empty line would stand for it', () => {
  expect(planCard(planOf([planned('web-1', '1.1', 'ok')]), title).text).toBeUndefined();
  expect(runCard(run({}), [], title).text).toBeUndefined();
});

test('several changes of one host stand under its name once', () => {
  const mode = (subject: string) => ({ differences: [{ subject, aspect: 'mode', before: '0600', after: '0644' }] });
  const plan = planOf([
    planned('web-1', '1.1', 'change', mode('/a')),
    planned('web-1', '1.2', 'change', mode('/b')),
    planned('web-2', '1.3', 'change', mode('/c')),
  ]);
  expect(planCard(plan, title).code?.text).toBe(
    ['# web-1', '  /a mode: 0600 -> 0644', '  /b mode: 0600 -> 0644', '# web-2', '  /c mode: 0600 -> 0644'].join('\n'),
  );
});

test('a run that is over says how long it took, and when it was over', () => {
  const times = { startedAt: '2026-11-28T08:00:00.000Z', finishedAt: '2026-11-28T08:02:05.400Z' };
  expect(runCard(run(times), [], title).footer).toEqual({
    en: 'run 12, took 2 min 5 s',
    fr: 'exécution 12, en 2 min 5 s',
  });
  expect(runCard(run(times), [], title).run).toBe(12);
  expect(runCard(run(times), [], title).ended).toBe('2026-11-28T08:02:05.400Z');
  expect(runCard(run({}), [], title).ended).toBeUndefined();
});

test('of a run that died with the bot it is known how long it took at least, if anything', () => {
  const died = (finishedAt: string) => ({
    ...({ state: 'interrupted', startedAt: '2026-11-28T08:00:00.000Z', finishedAt } as const),
    refusal: { code: 'run.bot_died', say: 'The bot stopped while this ran.' } as const,
  });
  expect(runCard(run(died('2026-11-28T08:00:05.000Z')), [], title).footer).toEqual({
    en: 'run 12, took at least 5 s',
    fr: 'exécution 12, en au moins 5 s',
  });
  expect(runCard(run(died('2026-11-28T08:00:00.300Z')), [], title).footer).toEqual({
    en: 'run 12',
    fr: 'exécution 12',
  });
});

test('a plan with nothing to do says so and is good', () => {
  const card = planCard(planOf([planned('web-1', '1.1', 'ok'), planned('web-1', '1.2', 'skip')]), title);
  expect(titleOf(card)).toBe('Deploy shop v2: nothing to change');
  expect(card.tone).toBe('good');
  expect(card.code).toBeUndefined();
});

test('a plan that changes nothing, and still runs something, says what', () => {
  const command = { subject: 'command', aspect: 'runs', before: false, after: 'true' } as const;
  const asks = { subject: 'uri', aspect: 'asks', before: false, after: true, reads: true } as const;
  const become = { subject: 'become', aspect: 'user', before: 'a', after: 'root', how: true } as const;
  const both = planOf([
    planned('web-1', '1.1', 'ok', { differences: [command, become] }),
    planned('web-1', '1.2', 'ok', { differences: [asks] }),
    planned('web-1', '1.3', 'ok', { differences: [become] }),
  ]);
  const card = planCard(both, title);
  expect(titleOf(card)).toBe('Deploy shop v2: nothing to change, 2 steps to run');
  expect(card.tone).toBe('info');
  expect(textOf(card)).toContain('**Run too, and count as no change**\n- Task 1.1');
  expect(textOf(card)).toContain('**Run too, and only ask**\n- Task 1.2');
  expect(textOf(card)).not.toContain('Task 1.3');
});

test('what would fail comes first, with host, task and reason', () => {
  const refusal = { code: 'step.failed', say: 'no such folder' } as const;
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
  expect(titleOf(card)).toBe('Deploy shop v2: web-2 unreachable');
});

test('many changes are folded, and the same change on many hosts is shown once', () => {
  const tasks = Array.from({ length: 20 }, (_, task) =>
    ['web-1', 'web-2'].map((host) => planned(host, `1.${task}`, 'change')),
  );
  const card = planCard(planOf(tasks.flat()), title);
  expect(textOf(card)).toContain('- Task 1.3 (2 hosts)\n- and 16 more');
  expect(card.code?.text).toContain('# web-1');
  expect(card.code?.text.match(/0600 -> 0644/g)).toHaveLength(1);
});

test('a long diff is cut, and says how many lines are left out', () => {
  const differences = [{ subject: '/a', aspect: 'content', before: '', after: '', diff: '+line\n'.repeat(5000) }];
  const card = planCard(planOf([planned('web-1', '1.1', 'change', { differences })]), title);
  expect(card.code?.text.length).toBeLessThan(3100);
  const [, more] = /\n… \+(\d+)$/.exec(card.code?.text ?? '') ?? [];
  expect((card.code?.text.match(/^\+line$/gm)?.length ?? 0) + Number(more)).toBe(5000);
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

test('the title counts as the lines below it do, also an ignored failure that had changed something', () => {
  const recap = {
    'web-1': { ...noCounts, ok: 5, changed: 3, ignored: 1 },
    'web-2': { ...noCounts, ok: 2, changed: 1 },
  };
  const steps = [step('web-1', '1.1', 'changed'), step('web-1', '1.2', 'changed'), step('web-1', '1.3', 'ignored')];
  const card = runCard(run({ recap }), [...steps, step('web-2', '1.1', 'changed')], title);
  expect(titleOf(card)).toBe('Deploy shop v2: done, 4 changes');
  expect(textOf(card)).toContain('`web-1` 3 changed, 1 ignored');
  const only = { 'web-1': { ...noCounts, ok: 1, changed: 1, ignored: 1 } };
  expect(titleOf(runCard(run({ recap: only }), [step('web-1', '1.3', 'ignored')], title))).toBe(
    'Deploy shop v2: done, 1 change',
  );
});

test('a failed run shows host, task and reason first, and what the host said', () => {
  const refusal = { code: 'step.failed', say: 'exit code 1' } as const;
  const bad = step('web-2', '1.2', 'failed', { refusal, result: { stdout: '', stderr: 'boom\nlast words' } });
  const recap = { 'web-1': { ...noCounts, ok: 2 }, 'web-2': { ...noCounts, ok: 1, failed: 1 } };
  const card = runCard(run({ state: 'failed', recap }), [step('web-1', '1.1', 'ok'), bad], title);
  expect(titleOf(card)).toBe('Deploy shop v2: failed on web-2: exit code 1');
  expect(textOf(card).split('\n').slice(0, 4)).toEqual([
    '**What went wrong**',
    '- `web-2` Task 1.2',
    '',
    '- `web-2` 1 failed, 1 ok',
  ]);
  expect(card.code?.text).toBe('boom\nlast words');
});

test('hosts that failed alike are one line, and the title says how it is now', () => {
  const why = (host: string, ms: number) => ({
    code: 'step.failed' as const,
    say: `v3 is not healthy on ${host}; v2 is back. Its log ends with: 2026-11-24T18:29:44.${ms}Z error no prices`,
  });
  const bad = ['web-1', 'web-2'].map((host, at) =>
    step(host, '1.9', 'failed', { task: 'Check the new version', refusal: why(host, 351 + at) }),
  );
  const recap = {
    'web-1': { ...noCounts, ok: 5, changed: 5, failed: 1 },
    'web-2': { ...noCounts, ok: 5, changed: 5, failed: 1 },
  };
  const card = runCard(run({ state: 'failed', recap }), bad, title);
  expect(titleOf(card)).toBe('Deploy shop v2: failed, v3 is not healthy on web-1, web-2; v2 is back');
  expect(textOf(card)).toBe(
    [
      '**What went wrong**',
      '- `web-1` `web-2` Check the new version: Its log ends with: error no prices',
      '',
      '- `web-1` `web-2` 1 failed, 5 changed',
    ].join('\n'),
  );
  expect(textOf(card, 'fr')).toContain('1 en échec, 5 changements');
});

test('hosts that failed for different reasons are told apart', () => {
  const bad = [
    step('web-1', '1.1', 'failed', { refusal: { code: 'step.failed', say: 'no space' } }),
    step('web-2', '1.1', 'failed', { refusal: { code: 'step.failed', say: 'exit code 2' } }),
  ];
  const card = runCard(run({ state: 'failed' }), bad, title);
  expect(titleOf(card)).toBe('Deploy shop v2: failed on web-1, web-2');
  expect(textOf(card)).toContain('- `web-1` Task 1.1: no space\n- `web-2` Task 1.1: exit code 2');
});

test('a name that only begins like the host stays as it was written', () => {
  const refusal = { code: 'step.failed', say: 'web-10 and my-web-1 and web-1-old answered web-1' } as const;
  const bad = ['web-1', 'web-2'].map((host) => step(host, '1.1', 'failed', { refusal }));
  expect(textOf(runCard(run({ state: 'failed' }), bad, title))).toContain('web-10 and my-web-1 and web-1-old answered');
});

test('a step whose end nobody saw is not known, which is not unreachable', () => {
  const cut = step('web-1', '1.2', 'unknown');
  const recap = { 'web-1': { ...noCounts, ok: 2, unknown: 1 } };
  const card = runCard(run({ state: 'interrupted', recap }), [step('web-1', '1.1', 'ok'), cut], title);
  expect(textOf(card)).toContain('- `web-1` 1 not known, 2 ok');
  expect(textOf(card)).toContain('**End not known**\n- `web-1` Task 1.2');
  expect(textOf(card)).not.toContain('unreachable');
  expect(textOf(card, 'fr')).toContain('1 inconnue, 2 ok');
});

test('a run that failed only because nobody saw its end says so in its title', () => {
  const cut = step('web-1', '1.2', 'unknown');
  const recap = { 'web-1': { ...noCounts, unknown: 1 } };
  const card = runCard(run({ state: 'failed', recap }), [cut], title);
  expect(titleOf(card)).toContain('end not known on web-1');
  expect(titleOf(card, 'fr')).toContain('fin inconnue sur web-1');
});

test('a host that was lost in the middle of a step is unreachable, and the end of the step not known', () => {
  const cut = step('web-1', '1.2', 'unknown', { refusal: { code: 'step.lost', say: 'The connection broke.' } });
  const away = step('web-2', '1.2', 'unreachable', { refusal: { code: 'ssh.unreachable', say: 'No answer.' } });
  const recap = { 'web-1': { ...noCounts, unreachable: 1, unknown: 1 } };
  const card = runCard(run({ state: 'failed', recap }), [cut], title);
  expect(titleOf(card)).toContain('web-1 unreachable, end not known');
  expect(titleOf(card, 'fr')).toContain('web-1 injoignable, fin inconnue');
  expect(textOf(card)).toContain('**What went wrong**\n- `web-1` Task 1.2: The connection broke');
  expect(textOf(card)).toContain('- `web-1` 1 unreachable, 1 not known');
  expect(titleOf(runCard(run({ state: 'failed' }), [cut, away], title))).toContain('unreachable, end not known');
  expect(titleOf(runCard(run({ state: 'failed' }), [away], title))).not.toContain('not known');
});

test('a run under way shows where each host is', () => {
  const steps = [step('web-1', '1.1', 'ok'), step('web-2', '1.1', 'changed'), step('web-2', '1.2', 'running')];
  const card = runCard(run({ state: 'running' }), steps, title);
  expect(titleOf(card)).toBe('Deploy shop v2: running, 2 steps done');
  expect(textOf(card)).toBe('- `web-1` · Task 1.1\n- `web-2` ▸ Task 1.2');
  expect(card.tone).toBe('running');
});

test('a run that cannot begin says why, as something to look at', () => {
  const card = runCard(run({ state: 'queued', refusal: cannotBegin }), [], title);
  expect([card.tone, titleOf(card)]).toEqual(['warn', 'Deploy shop v2: waiting']);
  expect(textOf(card)).toContain('I cannot write down what I do, so I do nothing.');
  expect(textOf(card, 'fr')).toContain('Je ne peux pas consigner');
});

test('a drifted run tells why it stopped', () => {
  const refusal = { code: 'run.drifted', say: 'web-1 is no longer as planned', next: 'Give the order again.' } as const;
  const card = runCard(run({ state: 'drifted', refusal }), [], title);
  expect(titleOf(card)).toBe('Deploy shop v2: stopped: not as planned');
  expect(textOf(card)).toBe('web-1 is no longer as planned\n\nGive the order again.');
});

test('a run that was stopped says after what, where, and what it did not begin', () => {
  const hosts = ['web-1', 'web-2'];
  const plan = planOf([
    ...hosts.flatMap((host) => ['1.1', '1.2', '1.3', '1.4[0]', '1.4[1]'].map((id) => planned(host, id, 'change'))),
    ...hosts.map((host) => planned(host, '1.5', 'skip')),
  ]);
  const ran = [
    ...hosts.map((host) => step(host, '1.1', 'changed', { task: 'The release is on the host' })),
    ...hosts.map((host) => step(host, '1.2', 'changed', { task: 'The release is the current one' })),
    ...hosts.map((host) => step(host, '1.3', 'ok')),
  ];
  const refusal = { code: 'run.cancelled', say: 'It was stopped half-way.', next: 'Resume it.' } as const;
  const card = runCard(run({ state: 'cancelled', refusal }), ran, title, plan);
  expect(titleOf(card)).toBe(
    'Deploy shop v2: stopped half-way after “The release is the current one” on web-1, web-2; 2 steps not begun',
  );
  expect(titleOf(card, 'fr')).toBe(
    'Déployer shop v2 : arrêtée en cours de route après « The release is the current one » sur web-1, web-2 ; 2 étapes pas commencées',
  );
  expect(textOf(card)).toContain('**Changed by then**\n- The release is on the host (2 hosts)\n- The release is');
  expect(textOf(card)).toContain('Resume it.');
  expect(textOf(card)).not.toContain('It was stopped half-way.');
  expect(card.tone).toBe('warn');
});

test('a run that was stopped before it changed anything, or before it began, says so', () => {
  const state = 'cancelled';
  expect(titleOf(runCard(run({ state }), [step('web-1', '1.1', 'ok')], title))).toBe(
    'Deploy shop v2: stopped half-way, nothing was changed',
  );
  expect(titleOf(runCard(run({ state }), [], title))).toBe('Deploy shop v2: cancelled before it began');
});

const killed = {
  code: 'step.killed',
  say: t('It was killed by the cancellation; it may be half done.', 'Arrêtée net par l’annulation.'),
} as const;

test('a run that killed a task half-way says which and where, never that nothing was changed', () => {
  const cut = ['web-1', 'web-2'].map((host) => step(host, '1.2', 'failed', { task: 'Migrate', refusal: killed }));
  const card = runCard(run({ state: 'cancelled' }), [step('web-1', '1.1', 'ok'), ...cut], title);
  expect(titleOf(card)).toBe(
    'Deploy shop v2: stopped half-way; “Migrate” on web-1, web-2 was killed and may be half done',
  );
  expect(titleOf(card, 'fr')).toBe(
    'Déployer shop v2 : arrêtée en cours de route ; « Migrate » sur web-1, web-2 a été arrêtée net, peut-être à moitié faite',
  );
  expect(textOf(card)).toContain('`web-1` `web-2` Migrate: It was killed by the cancellation; it may be half done.');
  const other = step('web-2', '1.3', 'failed', { refusal: killed });
  const two = runCard(run({ state: 'cancelled' }), [step('web-1', '1.1', 'changed'), ...cut.slice(0, 1), other], title);
  expect(titleOf(two)).toBe(
    'Deploy shop v2: stopped half-way after “Task 1.1” on web-1; 2 tasks were killed and may be half done',
  );
});

test('a run is sure that nothing was changed only where no step can have begun a change', () => {
  const ended = (state: Step['state'], code: 'step.failed' | 'step.cancelled') =>
    titleOf(
      runCard(run({ state: 'cancelled' }), [step('web-1', '1.1', state, { refusal: { code, say: 'x' } })], title),
    );
  expect(ended('failed', 'step.failed')).toBe('Deploy shop v2: stopped half-way');
  expect(ended('ignored', 'step.failed')).toBe('Deploy shop v2: stopped half-way');
  expect(ended('failed', 'step.cancelled')).toContain('nothing was changed');
  expect(ended('unreachable', 'step.failed')).toContain('nothing was changed');
});

test('an interrupted run says how far it came, too', () => {
  const ran = [step('web-1', '1.1', 'changed'), step('web-1', '1.2', 'unknown')];
  const card = runCard(run({ state: 'interrupted' }), ran, title);
  expect(titleOf(card)).toBe('Deploy shop v2: interrupted after “Task 1.1” on web-1');
});

test('a step is a task on a host everywhere: the items of a loop are one', () => {
  const items = ['1.2[0]', '1.2[1]', '1.2[2]'];
  const hosts = ['web-1', 'web-2'];
  const plan = planOf([
    ...hosts.map((host) => planned(host, '1.1', 'change')),
    ...hosts.flatMap((host) => items.map((id) => planned(host, id, 'change', { task: `Copy (${id})` }))),
    ...hosts.flatMap((host) => ['1.3[0]', '1.3[1]'].map((id) => planned(host, id, 'unknown'))),
  ]);
  const asked = planCard(plan, title);
  expect(titleOf(asked)).toBe('Deploy shop v2: 4 changes or more on web-1, web-2');
  expect(textOf(asked)).toBe(
    '**Steps that change something**\n- Task 1.1 (2 hosts)\n- Copy (2 hosts)\n\n2 steps depend on how it goes',
  );
  const ran = hosts.flatMap((host) => [
    step(host, '1.1', 'changed'),
    step(host, '1.2[0]', 'ok'),
    step(host, '1.2[1]', 'changed'),
  ]);
  const going = [...ran, step('web-1', '1.2[2]', 'running')];
  expect(titleOf(runCard(run({ state: 'running' }), going, title, plan))).toBe('Deploy shop v2: running, 3 of 6 steps');
  expect(titleOf(runCard(run({ state: 'running' }), going, title, plan), 'fr')).toBe(
    'Déployer shop v2 : en cours, 3 étapes sur 6',
  );
  expect(titleOf(runCard(run({ recap: recapOf(ran) }), ran, title, plan))).toBe('Deploy shop v2: done, 4 changes');
});

test('the items of a delegated loop are one step, too, while one of them goes on or is passed over', () => {
  const plan = planOf([
    planned('web-1', '1.1[0]', 'change', { on: 'lb-1' }),
    planned('web-1', '1.1[1]', 'skip'),
    planned('web-1', '1.1[2]', 'change', { on: 'lb-1' }),
    planned('web-1', '1.2[0]', 'change', { on: 'lb-1' }),
    planned('web-1', '1.2[1]', 'change', { on: 'lb-2' }),
  ]);
  expect(titleOf(planCard(plan, title))).toBe('Deploy shop v2: 3 changes on lb-1, lb-2');
  const going = [
    step('web-1', '1.1[0]', 'changed', { on: 'lb-1' }),
    step('web-1', '1.1[1]', 'skipped'),
    step('web-1', '1.1[2]', 'running'),
  ];
  const titleNow = (steps: readonly Step[]) => titleOf(runCard(run({ state: 'running' }), steps, title, plan));
  expect(titleNow(going)).toBe('Deploy shop v2: running, 0 of 3 steps');
  const next = [...going.slice(0, 2), step('web-1', '1.1[2]', 'changed', { on: 'lb-1' })];
  expect(titleNow(next)).toBe('Deploy shop v2: running, 1 of 3 steps');
  expect(titleNow([...next, step('web-1', '1.2[0]', 'changed', { on: 'lb-1' })])).toContain('2 of 3 steps');
  expect(titleNow([...next, step('web-1', '1.2[0]', 'running')])).toContain('1 of 3 steps');
});
