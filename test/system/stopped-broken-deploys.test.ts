import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { at, deploy, everyInstant, inShop, release, settle, shop } from './stopped.ts';

describe('a deploy that was stopped', () => {
  it('of a broken version leaves no trace after a deploy of the one before', async () => {
    await everyInstant(
      'v3',
      (stopAfter) => deploy('v3', stopAfter),
      async () => {
        expect(await deploy('v1')).toMatchObject({ state: 'done' });
        expect(await shop()).toEqual(at('v1', 'v2'));
      },
      5,
    );
  });

  it('of a broken version that runs already fails again, and goes back to the last healthy one', async () => {
    await settle('v3');
    expect(await deploy('v3', 3)).toMatchObject({ state: 'interrupted' });
    const { state, failures } = await deploy('v3');
    expect([state, failures]).toEqual(['failed', expect.stringContaining('v3 is not healthy on web-1; v1 is back.')]);
    expect(await shop()).toEqual(at('v1', 'v2'));
  });
});

describe('a deploy of a broken version', () => {
  it('goes back past a release that is not there any more', async () => {
    await settle('v3');
    await rm(inShop('releases/v1'), { recursive: true });
    const { state, failures } = await deploy('v3');
    expect([state, failures]).toEqual(['failed', expect.stringContaining('v3 is not healthy on web-1; v2 is back.')]);
    expect(await shop()).toMatchObject({ page: 'v2', current: 'v2' });
  });

  it('says what is wrong and that it stays, when no release to go back to is there', async () => {
    await settle('v3');
    for (const version of ['v1', 'v2']) await rm(inShop(`releases/${version}`), { recursive: true });
    const { state, failures } = await deploy('v3');
    const words =
      'v3 is not healthy on web-1; there was no release to go back to (gone: v1, v2), so v3 stays the current one.';
    expect([state, failures]).toEqual(['failed', expect.stringContaining(words)]);
    expect(await release('current')).toBe('v3');
    expect(await deploy('v2')).toMatchObject({ state: 'done' });
    expect(await shop()).toMatchObject({ page: 'v2', current: 'v2', healthy: 'v2' });
  });
});
