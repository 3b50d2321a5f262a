import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Fleet, openFleet } from './fleet.ts';

/** The demo fleet of this test file; opened before its first test. */
export let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet();
});
afterAll(() => fleet.close());

const host = 'web-1';
/** A path of the shop's folder on the host. */
export const inShop = (path: string) => join(fleet.folder, host, 'srv/shop', path);
/** The release a link names. */
export const release = async (link: string) => basename(await readlink(inShop(link)));
const sum = async (path: string) =>
  createHash('sha1')
    .update(await readFile(inShop(path)))
    .digest('hex');

/** The version the page shows, those the links name, and whether the process was started from what is there now. */
export async function shop() {
  const [current, healthy, previous] = await Promise.all(['current', 'healthy', 'previous'].map(release));
  const page = /version (v\d)/.exec(await fleet.ask(host, '/'))?.[1];
  const parts = await Promise.all(['current/server.mjs', 'current/release.json', 'shared/shop.json'].map(sum));
  const whole = parts.map((one) => `${one}\n`).join('') === (await readFile(inShop('shared/running'), 'utf8'));
  return { page, current, healthy, previous, whole };
}

/** Deploys a version; stopped, as at a death, once so many steps changed something or failed. */
export const deploy = (version: string, stopAfter?: number) =>
  fleet.play('deploy.yml', { app_version: version }, host, stopAfter);
/** Goes back to the release before; stopped likewise. */
export const rollback = (stopAfter?: number) => fleet.play('rollback.yml', {}, host, stopAfter);
/** A shop that is whole, at a version. */
export const at = (version: string, previous: string) => ({
  page: version,
  current: version,
  healthy: version,
  previous,
  whole: true,
});

/** Brings the shop to v1 with v2 before it, and something to put right in the next release, so that a copy changes it. */
export async function settle(next: string) {
  const settled = async () => isDeepStrictEqual(await shop().catch(() => 'not whole'), at('v1', 'v2'));
  if (!((await settled()) && existsSync(inShop('releases/v2'))))
    for (const version of ['v2', 'v1']) expect(await deploy(version)).toMatchObject({ state: 'done' });
  expect(await shop()).toEqual(at('v1', 'v2'));
  if (next !== 'v3') await appendFile(inShop(`releases/${next}/server.mjs`), '// touched\n');
}

/**
 * `npm test` has to be short and tries one of the first instants, another each time; all of them with
 * QUARTERDECK_EVERY_INSTANT (CONTRIBUTING.md).
 */
const every = Boolean(process.env.QUARTERDECK_EVERY_INSTANT);
const firstInstants = 5;

/** Does `again` after `first` was stopped at every instant at which something had just changed; `atLeast` so many there are. */
export async function everyInstant(
  next: string,
  first: (stopAfter: number) => Promise<{ state: string }>,
  again: (stopAfter: number) => Promise<void>,
  atLeast = 1,
) {
  for (let stopAfter = every ? 1 : 1 + Math.floor(Math.random() * firstInstants); ; stopAfter += 1) {
    await settle(next);
    const { state } = await first(stopAfter);
    await again(stopAfter).catch((thrown: unknown) => {
      throw new Error(`stopped after ${stopAfter} changes`, { cause: thrown });
    });
    if (state !== 'interrupted') return expect(stopAfter - 1).toBeGreaterThanOrEqual(every ? atLeast : 0);
    if (!every) return;
  }
}
