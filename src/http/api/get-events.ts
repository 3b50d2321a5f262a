import type { StoreChange } from '#core/changes.ts';
import type { Identity, Route, ServerSentEvent } from '#core/http.ts';
import { identityOf, orderFor, seesOrder } from './identity.ts';
import type { ApiOptions } from './options.ts';
import { runView } from './view.ts';

/** More changes than this waiting for one slow reader are dropped, and the reader is told to read again. */
const mostWaiting = 1000;

const read = async (
  change: StoreChange,
  identity: Identity,
  options: ApiOptions,
): Promise<ServerSentEvent | undefined> => {
  if (change.kind === 'message') return;
  const run = change.kind === 'run' ? await options.runs.get(change.id) : undefined;
  const orderId = change.kind === 'order' ? change.id : run?.orderId;
  const order = orderId === undefined ? undefined : await options.orders.get(orderId);
  if (order === undefined || !(await seesOrder(identity, order, options))) return;
  if (run !== undefined) return { event: 'run', data: runView(run) };
  return { event: 'order', data: await orderFor(identity, order, options) };
};

/** Changes that wait to be read, each thing once: a slow reader gets the newest state, not every state. */
const collect = (options: ApiOptions, signal: AbortSignal) => {
  const waiting = new Map<string, StoreChange>();
  let lagged = false;
  let wake = Promise.withResolvers<void>();
  const unsubscribe = options.changes.subscribe((change) => {
    if (change.kind === 'message') return;
    if (waiting.size >= mostWaiting) {
      waiting.clear();
      lagged = true;
    }
    waiting.set(`${change.kind}:${change.id}`, change);
    wake.resolve();
  });
  signal.addEventListener('abort', () => wake.resolve(), { once: true });
  return {
    unsubscribe,
    async take(): Promise<{ changes: readonly StoreChange[]; lagged: boolean }> {
      if (waiting.size === 0 && !signal.aborted) await wake.promise;
      wake = Promise.withResolvers<void>();
      const taken = { changes: [...waiting.values()], lagged };
      waiting.clear();
      lagged = false;
      return taken;
    },
  };
};

async function* follow(identity: Identity, options: ApiOptions, signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
  const collected = collect(options, signal);
  try {
    yield { event: 'hello', data: { actor: identity.actor } };
    while (!signal.aborted) {
      const { changes, lagged } = await collected.take();
      if (lagged) yield { event: 'lagged', data: {} };
      for (const change of changes) {
        const event = await read(change, identity, options);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    collected.unsubscribe();
  }
}

/** `GET /api/v1/events`: changes of orders and runs the actor may see, as they happen; after `lagged`, read again. */
export const getEvents = (options: ApiOptions): Route => ({
  method: 'GET',
  path: '/api/v1/events',
  access: 'any',
  waits: true,
  run: async (request) => ({ status: 200, stream: follow(identityOf(request), options, request.signal) }),
});
