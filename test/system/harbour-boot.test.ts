import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Log, silentLog } from '#core/log.ts';
import { startHarbour } from '#harbour/open.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'harbour boot '));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const statusOf = async (host: string): Promise<number | string> => {
  const ports = JSON.parse(await readFile(join(folder, 'ports.json'), 'utf8'));
  return fetch(`http://127.0.0.1:${ports[host].service}/health`).then(
    ({ status }) => status,
    () => 'nobody there',
  );
};

it('is open when its services answer, at the first start and at later ones', async () => {
  for (let starts = 0; starts < 2; starts += 1) {
    const harbour = await startHarbour({ folder, log: silentLog });
    await harbour.boot();
    expect([await statusOf('web-1'), await statusOf('web-2')]).toEqual([200, 200]);
    await harbour.stop();
  }
});

it('opens with a service that does not start, and says which and why', async () => {
  const told: unknown[] = [];
  const log: Log = { ...silentLog, error: (...said: unknown[]) => told.push(said) };
  await writeFile(join(folder, 'web-1/srv/shop/releases/v1/server.mjs'), 'process.exit(7);\n');
  const harbour = await startHarbour({ folder, log });
  await harbour.boot();
  expect([await statusOf('web-1'), await statusOf('web-2')]).toEqual(['nobody there', 200]);
  expect(told).toEqual([
    [
      { host: 'web-1', unit: 'shop', said: expect.stringMatching(/exit|error code 7|shop\.log/) },
      'a service of the demo fleet did not start',
    ],
  ]);
  await harbour.stop();
});
