import { expect, test } from 'vitest';
import { type Plan, planHash } from '#core/plan.ts';
import { noCounts } from '#runs/execute/recap.ts';
import type { ExecutedStep } from '#runs/executor.ts';
import { eventLines, exitCode, planText, recapText, stepLines } from '#runs/text.ts';

const step = (more: Partial<ExecutedStep>): ExecutedStep => ({
  id: '1.1',
  host: 'web-1',
  task: 'Copy',
  module: 'copy',
  state: 'ok',
  startedAt: '',
  differences: [],
  result: {},
  ...more,
});

test('a step is a line as ansible-playbook prints it', () => {
  expect(stepLines(step({}))).toEqual(['ok: [web-1]']);
  expect(stepLines(step({ state: 'changed' }))).toEqual(['changed: [web-1]']);
  expect(stepLines(step({ state: 'skipped' }))).toEqual(['skipping: [web-1]']);
  expect(stepLines(step({ state: 'changed', id: '1.1[3]', task: 'Copy (a.conf)' }))).toEqual([
    'changed: [web-1] => (item=a.conf)',
  ]);
});

test('a failure says why, an ignored one that it is ignored', () => {
  const refusal = { code: 'step.failed', say: { en: 'no such file', fr: 'pas de fichier' } } as const;
  expect(stepLines(step({ state: 'failed', refusal }))).toEqual(['fatal: [web-1]: FAILED! => no such file']);
  expect(stepLines(step({ state: 'ignored', refusal }), { language: 'fr' })).toEqual([
    'fatal: [web-1]: FAILED! => pas de fichier',
    '...ignoring',
  ]);
  expect(stepLines(step({ state: 'unreachable', refusal }))).toEqual(['fatal: [web-1]: UNREACHABLE! => no such file']);
});

test('a step under way prints nothing, debug prints its message', () => {
  expect(stepLines(step({ state: 'running' }))).toEqual([]);
  expect(stepLines(step({ module: 'debug', result: { msg: 'hello' } }))).toEqual(['ok: [web-1]', '    msg: hello']);
  const said = (result: ExecutedStep['result']) =>
    stepLines(step({ module: 'debug', result: { ...result, changed: false, failed: false } })).slice(1);
  expect(said({ 'u.rc': 0 })).toEqual(['    u.rc: 0']);
  expect(said({ u: { rc: 0, lines: ['a'] } })).toEqual(
    ['u: {', '  "rc": 0,', '  "lines": [', '    "a"', '  ]', '}'].map((line) => `    ${line}`),
  );
  expect(said({ msg: 'one\ntwo' })).toEqual(['    msg: one', '    two']);
  expect(said({ msg: 'a\u001b[31mb' })).toEqual(['    msg: a�[31mb']);
});

test('differences stand before their line', () => {
  const differences = [
    { subject: '/etc/a', aspect: 'content', before: 'a', after: 'b', diff: '--- before\n+++ after\n-a\n+b\n' },
    { subject: '/etc/a', aspect: 'mode', before: '0600', after: '0644' },
  ];
  expect(stepLines(step({ state: 'changed', differences }), { diff: true })).toEqual([
    '--- before',
    '+++ after',
    '-a',
    '+b',
    '  /etc/a mode: 0600 -> 0644',
    'changed: [web-1]',
  ]);
});

test('control characters of a host never reach the terminal', () => {
  const text = 'a\u001b[31mred\u0007\u202etxt\r\n';
  const [line] = eventLines({ kind: 'output', host: 'web-1', stepId: '1.1', text });
  expect(line).toBe('web-1 | a�[31mred��txt�');
});

test('a plan is told task by task, with the recap it would have', () => {
  const made: Omit<Plan, 'hash'> = {
    request: { playbook: 'site.yml', vars: {}, locks: [] },
    files: {},
    hosts: ['web-1', 'web-2'],
    steps: [
      { id: '1.1', host: 'web-1', task: 'Copy', module: 'copy', outcome: 'change', differences: [] },
      { id: '1.1', host: 'web-2', task: 'Copy', module: 'copy', outcome: 'ok', differences: [] },
      { id: '1.2[0]', host: 'web-1', task: 'Each (a)', module: 'file', outcome: 'skip', differences: [] },
      {
        id: '1.h1',
        host: 'web-1',
        task: 'Restart',
        module: 'service',
        outcome: 'unknown',
        differences: [],
        refusal: { code: 'plan.unknown', say: 'runs only if “Copy” changes' },
      },
    ],
  };
  expect(planText({ ...made, hash: planHash(made) }).replace(/\*{3,}/g, '***')).toBe(
    [
      'TASK [Copy] ***',
      'changed: [web-1]',
      'ok: [web-2]',
      '',
      'TASK [Each] ***',
      'skipping: [web-1] => (item=a)',
      '',
      'HANDLER [Restart] ***',
      'unknown: [web-1] => runs only if “Copy” changes',
      '',
      'PLAY RECAP ***',
      'web-1                      : ok=2    changed=1    unreachable=0    failed=0    skipped=1    rescued=0    ignored=0',
      'web-2                      : ok=1    changed=0    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0',
      '',
    ].join('\n'),
  );
});

test('for a small screen a plan has no lines of asterisks, and only the figures that say something', () => {
  const step = { id: '1.1', host: 'web-1', task: 'Copy', module: 'copy', differences: [] } as const;
  const made: Omit<Plan, 'hash'> = {
    request: { playbook: 'site.yml', vars: {}, locks: [] },
    files: {},
    hosts: ['web-1'],
    steps: [{ ...step, outcome: 'change' }],
  };
  expect(planText({ ...made, hash: planHash(made) }, { narrow: true })).toBe(
    'TASK [Copy]\nchanged: [web-1]\n\nPLAY RECAP\nweb-1: ok=1 changed=1\n',
  );
});

test('the recap has steps whose end nobody saw only where there are any', () => {
  const recap = { a: noCounts, b: { ...noCounts, ok: 2, unknown: 1 } };
  const [, a, b] = recapText(recap).split('\n');
  expect(a).toMatch(/ignored=0$/);
  expect(b).toMatch(/ignored=0 {4}unknown=1$/);
  expect(recapText(recap, { narrow: true })).toContain('b: ok=2 unknown=1');
});

test('headers are as wide as a terminal and at least marked', () => {
  expect(eventLines({ kind: 'task', id: '1.1', name: 'Copy', handler: false })[1]).toHaveLength(79);
  expect(eventLines({ kind: 'task', id: '1.1', name: 'x'.repeat(200), handler: true })[1]).toMatch(/ \*\*\*$/);
});

test('the exit code tells failed hosts from unreachable ones', () => {
  const recap = (counts: Partial<typeof noCounts>) => ({ a: noCounts, b: { ...noCounts, ...counts } });
  expect(exitCode(recap({ ok: 1, changed: 1, ignored: 1 }))).toBe(0);
  expect(exitCode(recap({ failed: 1 }))).toBe(2);
  expect(exitCode(recap({ unreachable: 1 }))).toBe(4);
  expect(exitCode(recap({ unknown: 1 }))).toBe(4);
  expect(recapText(recap({}))).toMatch(/^PLAY RECAP \*+\n/);
});
