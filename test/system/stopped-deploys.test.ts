import { createHash } from 'node:crypto';
import { appendFile, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fleet, openFleet } from './fleet.ts';

let fleet: Fleet;
const host = 'web-1';
const inShop = (path: string) => join(fleet.folder, host, 'srv/shop', path);
const release = async (link: string) => basename(await readlink(inShop(link)));
const sum = async (path: string) =>
  createHash('sha1')
    .update(await readFile(inShop(path)))
    .digest('hex');

/** The version the page shows, those the links name, and whether the process was started from what is there now. */
async function shop() {
  const [current, healthy, previous] = await Promise.all(['current', 'healthy', 'previous'].map(release));
  const page = /version (v\d)/.exec(await fleet.ask(host, '/'))?.[1];
  const parts = await Promise.all(['current/server.mjs', 'current/release.json', 'shared/shop.json'].map(sum));
  const whole = parts.map((one) => `${one}\n`).join('') === (await readFile(inShop('shared/running'), 'utf8'));
  return { page, current, healthy, previous, whole };
}

const deploy = (version: string, stopAfter?: number) =>
  fleet.play('deploy.yml', { app_version: version }, host, stopAfter);
const rollback = (stopAfter?: number) => fleet.play('rollback.yml', {}, host, stopAfter);
const at = (version: string, previous: string) => ({
  page: version,
  current: version,
  healthy: version,
  previous,
  whole: true,
});

/** Brings the shop to v1 with v2 before it, and something to put right in the next release, so that a copy changes it. */
async function settle(next: string) {
  for (const version of ['v2', 'v1']) expect(await deploy(version)).toMatchObject({ state: 'done' });
  expect(await shop()).toEqual(at('v1', 'v2'));
  if (next !== 'v3') await appendFile(inShop(`releases/${next}/server.mjs`), '// touched\n');
}

/** Does `again` after `first` was stopped at every instant at which something had just changed; gives how many there were. */
async function everyInstant(
  next: string,
  first: (stopAfter: number) => Promise<{ state: string }>,
  again: () => Promise<void>,
) {
  for (let stopAfter = 1; ; stopAfter += 1) {
    await settle(next);
    const { state } = await first(stopAfter);
    await again();
    if (state !== 'interrupted') return stopAfter - 1;
  }
}

beforeAll(async () => {
  fleet = await openFleet();
});
afterAll(() => fleet.close());

it('a rollback of the only release there is says so, and what to do', async () => {
  const { state, failures } = await rollback();
  expect([state, failures]).toEqual([
    'failed',
    expect.stringContaining('web-1 remembers no release before v1: name the version to go back to, or deploy it.'),
  ]);
});

describe('a deploy that was stopped', () => {
  it('is finished by the same deploy', async () => {
    const instants = await everyInstant(
      'v2',
      (stopAfter) => deploy('v2', stopAfter),
      async () => {
        expect(await deploy('v2')).toMatchObject({ state: 'done' });
        expect(await shop()).toEqual(at('v2', 'v1'));
      },
    );
    expect(instants).toBeGreaterThanOrEqual(4);
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

describe('a rollback that was stopped', () => {
  it('is finished by the same rollback, from the turning of the way back to its end', async () => {
    const ends: unknown[] = [];
    await everyInstant(
      'v2',
      (stopAfter) => rollback(stopAfter),
      async () => {
        expect(await rollback()).toMatchObject({ state: 'done' });
        ends.push(await shop());
      },
    );
    // Switched only, it is undone; turned round or restarted, finished; at its end, the next one goes forward again.
    const [gone, undone] = [at('v2', 'v1'), at('v1', 'v2')];
    expect(ends).toEqual([undone, gone, gone, undone, undone]);
  });

  it('is finished by a deploy of either version', async () => {
    for (const [version, previous] of [
      ['v2', 'v1'],
      ['v1', 'v2'],
    ] as const) {
      await everyInstant(
        'v2',
        (stopAfter) => rollback(stopAfter),
        async () => {
          expect(await deploy(version)).toMatchObject({ state: 'done' });
          expect(await shop()).toEqual(at(version, previous));
        },
      );
    }
  });
});
