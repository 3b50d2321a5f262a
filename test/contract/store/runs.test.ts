import { describe, expect, test } from 'vitest';
import { at, later, run, step } from '#test/store/samples.ts';
import { subjects } from './subjects.ts';

describe.each(subjects)('$name keeps runs', ({ fresh }) => {
  test('a run comes back as it was put and changes only from the states it is said to come from', async () => {
    await using opened = await fresh();
    const { runs } = opened.store;
    const added = await runs.add(run({ resumes: 3 }));
    expect(added).toStrictEqual({ ...run({ resumes: 3 }), id: added.id });
    expect(await runs.change(added.id, ['running'], { state: 'done' })).toBeUndefined();
    expect(await runs.change(added.id, [], { state: 'done' })).toBeUndefined();
    const recap = { 'web-1': { ok: 1, changed: 2, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 } };
    const running = await runs.change(added.id, ['queued'], { state: 'running', startedAt: later(1), recap });
    expect(running).toStrictEqual({ ...added, state: 'running', startedAt: later(1), recap });
    expect(await runs.get(added.id)).toStrictEqual(running);
    expect(await runs.get(99)).toBeUndefined();
  });

  test('runs are found by state, oldest first, and listed newest first', async () => {
    await using opened = await fresh();
    const { runs } = opened.store;
    for (const state of ['running', 'done', 'queued'] as const) await runs.add(run({ state }));
    expect((await runs.inStates(['queued', 'running'])).map((one) => one.state)).toEqual(['running', 'queued']);
    expect(await runs.inStates([])).toEqual([]);
    expect((await runs.last(2)).map((one) => one.state)).toEqual(['queued', 'done']);
    const [newest] = await runs.last(1);
    expect((await runs.last(2, newest?.id)).map((one) => one.state)).toEqual(['done', 'running']);
  });

  test('those that ended of late with a step whose end nobody saw are found', async () => {
    await using opened = await fresh();
    const { runs } = opened.store;
    const added = async (state: 'unknown' | 'changed', finishedAt?: string) => {
      const { id } = await runs.add(
        run(finishedAt === undefined ? { state: 'running' } : { state: 'failed', finishedAt }),
      );
      await runs.putStep(step(id, '1.1', { state }));
      return id;
    };
    await added('unknown', later(1));
    const cut = await added('unknown', later(2));
    await added('changed', later(2));
    await added('unknown');
    expect((await runs.cut(later(2))).map(({ id }) => id)).toEqual([cut]);
    // One that was found to be over later than it was last seen alive.
    const found = await added('unknown', later(1));
    const other = await added('changed', later(1));
    for (const id of [found, other]) await runs.change(id, ['failed'], { foundAt: later(3) });
    expect((await runs.cut(later(3))).map(({ id }) => id)).toEqual([found]);
  });

  test('a step put again replaces itself and keeps its place', async () => {
    await using opened = await fresh();
    const { runs } = opened.store;
    const { id } = await runs.add(run());
    const other = await runs.add(run());
    await runs.putStep(step(id, '1.2'));
    await runs.putStep(step(id, '1.1'));
    await runs.putStep(step(id, '1.2', { host: 'web-2' }));
    await runs.putStep(step(other.id, '1.2'));
    const done = step(id, '1.2', {
      state: 'failed',
      finishedAt: later(5),
      differences: [{ subject: '/etc/x', aspect: 'mode', before: '0600', after: null }],
      result: { rc: 1, stderr: 'é\0' },
      refusal: { code: 'step.failed', say: 'no' },
    });
    await runs.putStep(done);
    expect(await runs.steps(id)).toStrictEqual([done, step(id, '1.1'), step(id, '1.2', { host: 'web-2' })]);
    expect(await runs.steps(99)).toEqual([]);
  });

  test('a step of a run that is not there is a fault', async () => {
    await using opened = await fresh();
    await expect(opened.store.runs.putStep(step(99, '1.1'))).rejects.toMatchObject({ code: 'store.conflict' });
  });

  test('locks are taken all or none, and the answer names who holds the first one', async () => {
    await using opened = await fresh();
    const { locks } = opened.store;
    expect(await locks.take(['host:b', 'app:shop'], 1)).toEqual({ taken: true });
    expect(await locks.take(['host:a', 'app:shop', 'host:b'], 2)).toEqual({ taken: false, name: 'app:shop', runId: 1 });
    expect(await locks.held()).toEqual([
      { name: 'app:shop', runId: 1, since: at },
      { name: 'host:b', runId: 1, since: at },
    ]);
    await locks.release(1);
    expect(await locks.take(['host:a', 'app:shop', 'host:a'], 2)).toEqual({ taken: true });
  });

  test('a run may take its own locks again, and no locks at all', async () => {
    await using opened = await fresh();
    const { locks } = opened.store;
    await locks.take(['app:shop'], 1);
    expect(await locks.take(['app:shop', 'host:a'], 1)).toEqual({ taken: true });
    expect(await locks.take([], 2)).toEqual({ taken: true });
    expect((await locks.held()).map((lock) => lock.runId)).toEqual([1, 1]);
  });

  test('a thousand locks are one taking', async () => {
    await using opened = await fresh();
    const names = Array.from({ length: 1_000 }, (_, at) => `host:${at}`);
    expect(await opened.store.locks.take(names, 1)).toEqual({ taken: true });
    expect(await opened.store.locks.take(['host:999'], 2)).toEqual({ taken: false, name: 'host:999', runId: 1 });
  });

  test('of many runs that want the same lock at once one gets it', async () => {
    await using opened = await fresh();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => opened.store.locks.take([`host:${at}`, 'app:shop'], at + 1)),
    );
    expect(answers.filter((answer) => answer.taken)).toHaveLength(1);
    expect(await opened.store.locks.held()).toHaveLength(2);
  });
});
