import { describe, expect, it } from 'vitest';
import { at, deploy, everyInstant, rollback, settle, shop } from './stopped.ts';

describe('a deploy that was stopped', () => {
  it('is finished by the same deploy', async () => {
    await everyInstant(
      'v2',
      (stopAfter) => deploy('v2', stopAfter),
      async () => {
        expect(await deploy('v2')).toMatchObject({ state: 'done' });
        expect(await shop()).toEqual(at('v2', 'v1'));
      },
      4,
    );
  });

  it('is undone by a deploy of the version before, and the way back is another version', async () => {
    await everyInstant(
      'v2',
      (stopAfter) => deploy('v2', stopAfter),
      async () => {
        expect(await deploy('v1')).toMatchObject({ state: 'done' });
        expect(await shop()).toEqual(at('v1', 'v2'));
      },
    );
  });

  it('is undone by a rollback, once it has switched', async () => {
    await settle('v2');
    expect(await deploy('v2', 2)).toMatchObject({ state: 'interrupted' });
    expect(await rollback()).toMatchObject({ state: 'done' });
    expect(await shop()).toEqual(at('v1', 'v2'));
  });
});
