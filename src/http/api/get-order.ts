import { partsOf } from '#core/event-id.ts';
import type { Identity, Route, WebRequest } from '#core/http.ts';
import type { Order } from '#core/order.ts';
import { identityOf, noOrder, orderFor, seesOrder } from './identity.ts';
import type { ApiOptions } from './options.ts';
import { waitSeconds } from './shapes.ts';
import { isSettled } from './view.ts';

const eventForm = /^e:(.+)$/s;

const find = (id: string, options: ApiOptions): Promise<Order | undefined> => {
  const eventId = eventForm.exec(id)?.[1];
  if (eventId !== undefined) return options.orders.byEvent(eventId);
  return /^\d{1,15}$/.test(id) ? options.orders.get(Number(id)) : Promise.resolve(undefined);
};

/** Reads until the order is settled, woken by every change of an order, for at most `seconds`. */
const readSettled = async (
  read: () => Promise<Order | undefined>,
  known: number | undefined,
  seconds: number,
  options: ApiOptions,
  signal: AbortSignal,
): Promise<Order | undefined> => {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  let wake = Promise.withResolvers<void>();
  const unsubscribe = options.changes.subscribe((change) => {
    if (change.kind === 'order' && (known === undefined || change.id === known)) wake.resolve();
  });
  deadline.addEventListener('abort', () => wake.resolve(), { once: true });
  try {
    for (;;) {
      const order = await read();
      if (deadline.aborted || (order !== undefined && isSettled(order))) return order;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  } finally {
    unsubscribe();
  }
};

/** Is it an id that only this actor's own requests have? */
const isOwnEvent = (eventId: string, { actor }: Identity): boolean => {
  const parts = partsOf(eventId);
  return parts?.length === 3 && parts[0] === 'api' && parts[1] === actor;
};

const mayWait = (id: string, order: Order | undefined, identity: Identity): boolean => {
  const eventId = eventForm.exec(id)?.[1];
  return order !== undefined || (eventId !== undefined && (identity.by === 'local' || isOwnEvent(eventId, identity)));
};

const answer = async (request: WebRequest, options: ApiOptions): Promise<Order> => {
  const identity = identityOf(request);
  const id = request.params.id ?? '';
  const seconds = waitSeconds(request.query.wait);
  const first = await find(id, options);
  if (first !== undefined && !(await seesOrder(identity, first, options))) throw noOrder();
  if (!mayWait(id, first, identity)) throw noOrder();
  const settled = seconds === 0 || (first !== undefined && isSettled(first));
  const again = () => find(id, options);
  const order = settled ? first : await readSettled(again, first?.id, seconds, options, request.signal);
  if (order === undefined || (order !== first && !(await seesOrder(identity, order, options)))) throw noOrder();
  return order;
};

/**
 * `GET /api/v1/orders/:id?wait=30`: an order by its number or as `e:EVENT`. With `wait`, answers when the order is
 * closed or waits for a person, at the latest after that many seconds.
 */
export const getOrder = (options: ApiOptions): Route => ({
  method: 'GET',
  path: '/api/v1/orders/:id',
  access: 'any',
  waits: true,
  async run(request) {
    const order = await answer(request, options);
    return { status: 200, body: { order: await orderFor(identityOf(request), order, options) } };
  },
});
