import { describe, expect, it } from 'vitest';
import { at, deploy, everyInstant, settle, shop } from './stopped.ts';

describe('a deploy that was stopped', () => {
  it('of a broken version leaves no trace after a deploy of the one before', async () => {
    const instants = await everyInstant(
      'v3',
      (stopAfter) => deploy('v3', stopAfter),
      async () => {
        expect(await deploy('v1')).toMatchObject({ state: 'done' });
        expect(await shop()).toEqual(at('v1', 'v2'));
      },
    );
    expect(instants).toBeGreaterThanOrEqual(5);
  });

  it('of a broken version that runs already fails again, and goes back to the last healthy one', async () => {
    await settle('v3');
    expect(await deploy('v3', 3)).toMatchObject({ state: 'interrupted' });
    const { state, failures } = await deploy('v3');
    expect([state, failures]).toEqual(['failed', expect.stringContaining('v3 is not healthy on web-1; v1 is back.')]);
    expect(await shop()).toEqual(at('v1', 'v2'));
  });
});
