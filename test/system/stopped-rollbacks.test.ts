import { describe, expect, it } from 'vitest';
import { at, deploy, everyInstant, fleet, rollback, settle, shop } from './stopped.ts';

it('a rollback of the only release there is says so, and what to do', async () => {
  const { state, failures } = await rollback();
  expect([state, failures]).toEqual([
    'failed',
    expect.stringContaining('web-1 remembers no release before v1: name the version to go back to, or deploy it.'),
  ]);
});

describe('a rollback that was stopped', () => {
  it('on some hosts only goes no further by itself, but to a version that is named', async () => {
    await settle('v2');
    const other = async (version: string) => fleet.play('deploy.yml', { app_version: version }, 'web-2');
    for (const version of ['v1', 'v2']) expect(await other(version)).toMatchObject({ state: 'done' });
    const { state, failures } = await fleet.play('rollback.yml', {}, 'web');
    expect([state, failures]).toEqual(['failed', expect.stringContaining('(web-2: v1): name the version')]);
    expect(await shop()).toEqual(at('v1', 'v2'));
    expect(await fleet.play('rollback.yml', { app_version: 'v1' }, 'web')).toMatchObject({ state: 'done' });
    expect(await fleet.ask('web-2', '/')).toContain('version v1');
  });

  it('is finished by the same rollback, from the turning of the way back to its end', async () => {
    const ends: (readonly [number, unknown])[] = [];
    await everyInstant(
      'v2',
      (stopAfter) => rollback(stopAfter),
      async (stopAfter) => {
        expect(await rollback()).toMatchObject({ state: 'done' });
        ends.push([stopAfter, await shop()]);
      },
    );
    // Switched only, it is undone; turned round or restarted, finished; at its end, the next one goes forward again.
    const [gone, undone] = [at('v2', 'v1'), at('v1', 'v2')];
    const atEach = [undone, gone, gone, undone, undone];
    expect(ends).toEqual(ends.map(([stopAfter]) => [stopAfter, atEach[stopAfter - 1] ?? undone]));
  });

  it('is finished by a deploy of either version', async () => {
    let turn = Math.floor(Math.random() * 2);
    await everyInstant(
      'v2',
      (stopAfter) => rollback(stopAfter),
      async () => {
        turn += 1;
        const [version, previous] = turn % 2 === 0 ? (['v1', 'v2'] as const) : (['v2', 'v1'] as const);
        expect(await deploy(version)).toMatchObject({ state: 'done' });
        expect(await shop()).toEqual(at(version, previous));
      },
    );
  });
});
