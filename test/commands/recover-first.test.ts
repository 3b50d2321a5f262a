import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import type { Desk } from '#commands/desk.ts';
import { createPipeline } from '#commands/pipeline.ts';
import type { Incoming } from '#core/chat.ts';
import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

const event: Incoming = {
  eventId: 'e1',
  kind: 'message',
  chat: 'memory',
  channel: 'ops',
  actor: 'memory:local:nobody',
  text: 'help',
  at: '2026-01-01T00:00:00.000Z',
};

it('an event that arrives before the last life was taken up waits for that, and its order is begun once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recover-first-'));
  const store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  let begun = 0;
  // Nobody is known here, so of the desk an order needs no more than this.
  const desk = {
    store,
    clock: systemClock,
    log: silentLog,
    redactor: createRedactor([]),
    changes: { tell: () => undefined },
    runner: { listen: () => () => undefined },
    stopping: new Map(),
    working: new Map(),
    language: () => 'en',
    fleet: () => ({ hosts: () => [] }),
    playbooks: () => [],
    playbooksHere: () => [],
    prompts: () => new Map(),
    noPlaybooks: () => undefined,
    secrets: () => [],
    plugins: { commands: () => [] },
    posted: () => undefined,
    person: async () => {
      begun += 1;
      await sleep(100);
      return undefined;
    },
  } as unknown as Desk;
  const pipeline = createPipeline(desk);
  const receiving = pipeline.receive(event);
  await sleep(50);
  await pipeline.recover();
  expect(await receiving).toMatchObject({ status: 'accepted' });
  await pipeline.idle();
  expect(begun).toBe(1);
  await pipeline.stop();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});
