import type { AuditFact } from '#core/audit.ts';
import type { Card } from '#core/card.ts';
import type { Incoming, Outgoing } from '#core/chat.ts';
import type { Clock } from '#core/clock.ts';
import type { Order } from '#core/order.ts';
import type { Run, Step } from '#core/run.ts';
import type { ConsoleMessage } from '#core/store.ts';

/** When everything in these tests happens. */
export const at = '2026-03-01T10:00:00.000Z';

/** A time that many milliseconds later. */
export const later = (ms: number): string => new Date(Date.parse(at) + ms).toISOString();

/** A clock that is moved by hand. */
export const heldClock = (): Clock & { move(ms: number): void } => {
  let now = Date.parse(at);
  return {
    now: () => now,
    move(ms) {
      now += ms;
    },
  };
};

export const incoming = (eventId: string, more: Partial<Incoming> = {}): Incoming => ({
  eventId,
  chat: 'console',
  kind: 'message',
  actor: 'console:local:ada',
  channel: 'ops',
  text: 'deploy shop v2',
  at,
  ...more,
});

export const order = (eventId: string, more: Partial<Omit<Order, 'id'>> = {}): Omit<Order, 'id'> => ({
  eventId,
  kind: 'message',
  chat: 'console',
  channel: 'ops',
  actor: 'console:local:ada',
  text: 'deploy shop v2',
  confirmed: false,
  state: 'received',
  createdAt: at,
  ...more,
});

export const run = (more: Partial<Omit<Run, 'id'>> = {}): Omit<Run, 'id'> => ({
  orderId: 1,
  actor: 'console:local:ada',
  state: 'queued',
  request: { playbook: 'deploy.yml', vars: { version: 'v2' }, locks: ['app:shop'] },
  planHash: 'abc',
  recap: {},
  queuedAt: at,
  ...more,
});

export const step = (runId: number, id: string, more: Partial<Step> = {}): Step => ({
  runId,
  id,
  host: 'web-1',
  task: 'Unpack',
  module: 'unarchive',
  state: 'running',
  startedAt: at,
  differences: [],
  result: {},
  ...more,
});

export const card = (title: string): Card => ({ tone: 'good', title });

export const outgoing = (key: string, title: string): Omit<Outgoing, 'revision'> => ({
  key,
  chat: 'console',
  channel: 'ops',
  card: card(title),
});

export const said = (
  key: string,
  more: Partial<Omit<ConsoleMessage, 'id' | 'changed'>> = {},
): Omit<ConsoleMessage, 'id' | 'changed'> => ({ key, channel: 'ops', text: key, revision: 1, at, ...more });

export const fact = <A extends string>(action: A, more: Partial<Omit<AuditFact, 'action'>> = {}) => ({
  actor: 'console:local:ada',
  action,
  details: { text: 'deploy shop v2' },
  ...more,
});
