import { expect, test } from 'vitest';
import { type Plan, planHash } from '#core/plan.ts';
import { noCounts } from '#runs/execute/recap.ts';
import type { ExecutedStep } from '#runs/executor.ts';
import {
  differenceLines,
  eventLines,
  exitCode,
  exitCodeOfPlan,
  planText,
  printable,
  recapOfPlan,
  recapText,
  stepLines,
} from '#runs/text.ts';

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
  const lost = { ...refusal, code: 'step.lost' } as const;
  expect(stepLines(step({ state: 'unknown', refusal: lost }))).toEqual([
    'fatal: [web-1]: UNREACHABLE! => no such file',
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

test('what nobody would see of a difference stands there as a mark, and tabs and joined emoji stay', () => {
  const unseen = ['\u200b', '\u{e0041}', '\u2028', '\u2029', '\u00ad', '\ufeff', '\u3164', '\u2063', '\u202e'];
  for (const mark of unseen) {
    const diff = `+a${mark}b\n`;
    expect(differenceLines({ subject: 's', aspect: 'content', before: '', after: '', diff })).toEqual(['+a�b']);
    expect(differenceLines({ subject: 's', aspect: 'a', before: '', after: `x${mark}` })[0]).toContain('x�');
  }
  expect(printable('\ta\t👩‍👧 é\n  b')).toBe('\ta\t👩‍👧 é\n  b');
});

test('a gap behind which a part of a line would be out of sight is told, ordinary indentation stays', () => {
  const lines = (diff: string) => differenceLines({ subject: 's', aspect: 'content', before: '', after: '', diff });
  const gap = (of: string, length: number) => of.repeat(length);
  expect(lines(`+# harmless${gap(' ', 200)}; rm -rf /\n`)).toEqual(['+# harmless ␣×200 ; rm -rf /']);
  expect(lines(`+a${gap('\t', 30)}b\n+a${gap('\u3000', 90)}b`)).toEqual(['+a ␣×30 b', '+a ␣×90 b']);
  expect(lines(`+${gap(' ', 300)}b\n ${gap(' ', 300)}c`)).toEqual(['+ ␣×300 b', ' ␣×301 c']);
  const ordinary = `+${gap(' ', 40)}deep\n ${gap('\t', 6)}deeper\n-key${gap(' ', 24)}# why\n+padded${gap(' ', 200)}`;
  expect(lines(ordinary)).toEqual(ordinary.split('\n'));
  const [value] = differenceLines({ subject: 's', aspect: 'a', before: '', after: `x${gap(' ', 99)}y` });
  expect(value).toContain('x ␣×99 y');
});

test('a gap without an end takes no time', () => {
  const began = process.cpuUsage();
  differenceLines({ subject: 's', aspect: 'a', before: '', after: '', diff: `+a${' '.repeat(2_000_000)}` });
  expect(process.cpuUsage(began).user / 1e6).toBeLessThan(2);
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
      'web-1                      : ok=1    changed=1    unreachable=0    failed=0    skipped=1    rescued=0    ignored=0    unknown=1',
      'web-2                      : ok=1    changed=0    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0',
      '',
    ].join('\n'),
  );
});

test('a plan counts what only a run can know apart, a loop by what is sure of it, and that is no failure', () => {
  const outcomes = {
    'web-1': ['unknown', 'unknown', 'ok'],
    'web-2': ['unknown', 'change', 'skip'],
    'web-3': ['unknown', 'failed', 'change'],
  } as const;
  const made: Omit<Plan, 'hash'> = {
    request: { playbook: 'site.yml', vars: {}, locks: [] },
    files: {},
    hosts: Object.keys(outcomes),
    steps: Object.entries(outcomes).flatMap(([host, items]) =>
      items.map((outcome, place) => ({
        ...{ id: `1.1[${place}]`, host, task: `Each (${place})`, module: 'file', outcome, differences: [] },
      })),
    ),
  };
  const plan = { ...made, hash: planHash(made) };
  expect(recapOfPlan(plan)).toEqual({
    'web-1': { ...noCounts, unknown: 1 },
    'web-2': { ...noCounts, ok: 1, changed: 1 },
    'web-3': { ...noCounts, failed: 1 },
  });
  expect(exitCodeOfPlan(plan)).toBe(2);
  expect(exitCodeOfPlan({ ...plan, steps: plan.steps.filter(({ host }) => host !== 'web-3') })).toBe(0);
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
