import { describe, expect, it } from 'vitest';
import type { PlannedStep } from '#core/plan.ts';
import { keepReport } from '#runs/ansible/foreseen.ts';
import { createRecorder } from '#runs/ansible/recorder.ts';
import type { EndTold, Told } from '#runs/ansible/told.ts';
import { readTold } from '#runs/ansible/told.ts';
import { usualLimits } from '#runs/execute/limits.ts';
import { planReporter } from '#runs/execute/reporters.ts';

const task = (uuid: string, more: object = {}): Told =>
  ({ kind: 'task', uuid, name: `Task ${uuid}`, module: 'ansible.builtin.copy', handler: false, ...more }) as Told;
const end = (uuid: string, how: EndTold['how'], more: Partial<EndTold> = {}): readonly Told[] => [
  { kind: 'begin', uuid, host: more.host ?? 'web-1' },
  {
    kind: 'end',
    how,
    uuid,
    host: 'web-1',
    on: null,
    result: { changed: false },
    diffs: [],
    untold: false,
    hidden: false,
    ...more,
  },
];
const counts = { ok: 1, changed: 0, unreachable: 0, failures: 0, skipped: 0, rescued: 0, ignored: 0 };
const recapOf = (more: object = {}): Told => ({ kind: 'recap', hosts: { 'web-1': { ...counts, ...more } } });

/** The plan that is made of what Ansible told. */
function planned(all: readonly Told[], noKeys: readonly string[] = []): readonly PlannedStep[] {
  const kept = keepReport();
  const recorder = createRecorder(kept.reporter, { limits: usualLimits, noKeys: new Set(noKeys) });
  for (const told of all) recorder.hear(told);
  const { reporter, steps } = planReporter(['web-1', 'web-2'], (text) => text);
  kept.tell(reporter, recorder.recap() ?? {});
  return steps();
}
const outcomes = (all: readonly Told[]) => planned(all).map(({ id, outcome }) => [id, outcome]);

describe('what Ansible tells', () => {
  it('is taken only as it should be', () => {
    expect(readTold('{"kind":"play","name":"x"}')).toEqual({ kind: 'play', name: 'x' });
    for (const line of ['', 'x', '[]', '{"kind":"play"}', '{"kind":"end","how":"fine"}'])
      expect(readTold(line)).toBeUndefined();
  });

  it('becomes steps with places of their own, handlers apart', () => {
    const play: Told = { kind: 'play', name: 'Web' };
    expect(
      outcomes([
        play,
        task('a'),
        ...end('a', 'ok'),
        task('b', { handler: true }),
        ...end('b', 'ok', { result: { changed: true } }),
        play,
        task('a'),
        ...end('a', 'skipped'),
        recapOf(),
      ]),
    ).toEqual([
      ['1.1', 'ok'],
      ['1.h2', 'change'],
      ['2.1', 'skip'],
    ]);
  });

  it('has one place where each host begins by itself, and another each time a handler runs', () => {
    const other = { host: 'web-2' };
    const all = [task('a'), ...end('a', 'ok'), task('b'), ...end('b', 'ok'), task('a'), ...end('a', 'ok', other)];
    expect(planned([...all, recapOf()]).map(({ host, id }) => [host, id])).toEqual([
      ['web-1', '0.1'],
      ['web-1', '0.2'],
      ['web-2', '0.1'],
    ]);
    const handler = task('h', { handler: true });
    expect(outcomes([handler, ...end('h', 'ok'), handler, ...end('h', 'ok'), recapOf()])).toEqual([
      ['0.h1', 'ok'],
      ['0.h2', 'ok'],
    ]);
  });

  it('shows differences without the names of Ansible’s own files, and none of what is hidden', () => {
    const diff = {
      before_header: '/etc/motd',
      after_header: '/root/.ansible/tmp/ansible-local-1/x.j2',
      before: 'old\n',
      after: 'new\n',
    };
    const [shown, hidden] = planned([
      task('a'),
      ...end('a', 'ok', { result: { changed: true }, diffs: [diff] }),
      task('b'),
      ...end('b', 'ok', { result: { changed: true, censored: 'x' }, hidden: true }),
      recapOf(),
    ]);
    expect(shown?.differences).toEqual([
      {
        subject: '/etc/motd',
        aspect: 'content',
        before: 'old\n',
        after: 'new\n',
        diff: '--- /etc/motd\n+++ /etc/motd\n@@ -1 +1 @@\n-old\n+new\n',
      },
    ]);
    expect(hidden?.differences).toEqual([
      { subject: 'copy', aspect: 'changed', before: 'hidden by no_log', after: 'hidden by no_log' },
    ]);
  });

  it('calls unknown what check mode does not say', () => {
    expect(outcomes([task('a'), ...end('a', 'skipped', { untold: true }), recapOf()])).toEqual([['0.1', 'unknown']]);
  });

  it('takes a failure in a check for one of the run only where nothing before it would have changed', () => {
    const failing = end('b', 'failed', { result: { msg: 'no such unit' } });
    const failed = recapOf({ failures: 1 });
    expect(outcomes([task('b'), ...failing, failed])).toEqual([['0.1', 'failed']]);
    const change = end('a', 'ok', { result: { changed: true } });
    expect(outcomes([task('a'), ...change, task('b'), ...failing, failed])).toEqual([
      ['0.1', 'change'],
      ['0.2', 'unknown'],
    ]);
    expect(outcomes([task('b'), ...failing, recapOf({ rescued: 1 })])).toEqual([['0.1', 'unknown']]);
  });

  it('says which host was not entered, and why', () => {
    const away = end('a', 'unreachable', { result: { msg: 'Host key verification failed.' } });
    expect(planned([task('a'), ...away, recapOf()], ['web-1'])[0]?.refusal?.code).toBe('ssh.host_key_unknown');
    expect(planned([task('a'), ...away, recapOf()])[0]?.refusal?.code).toBe('ssh.unreachable');
    const other = end('a', 'unreachable', { on: 'db-1', result: { msg: 'x' } });
    expect(planned([task('a'), ...other, recapOf()], ['db-1'])[0]).toMatchObject({
      on: 'db-1',
      outcome: 'unreachable',
    });
  });

  it('leaves open what it told no end of', () => {
    const kept = keepReport();
    const recorder = createRecorder(kept.reporter, { limits: usualLimits, noKeys: new Set() });
    for (const told of [task('a'), ...end('a', 'ok').slice(0, 1)]) recorder.hear(told);
    expect([recorder.recap(), recorder.open()]).toEqual([
      undefined,
      [{ host: 'web-1', id: '0.1', task: 'Task a', module: 'copy', noLog: false }],
    ]);
  });
});
