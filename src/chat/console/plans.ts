import type { Route } from '#core/http.ts';
import type { ConsoleOptions } from './options.ts';
import type { WirePlan } from './protocol.ts';
import { readerOf, seen, seesOrder } from './reader.ts';
import { refuses, reply } from './replies.ts';

/** `GET /console/api/plans/:order`: all an order would change, for whoever sees its message or may see the order. */
export const planRoute = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/plans/:order',
  access: 'session',
  async run(request) {
    const reader = readerOf(request);
    const id = request.params.order ?? '';
    const order = /^\d{1,15}$/.test(id) ? await options.orders.get(Number(id)) : undefined;
    if (order === undefined) return refuses.noPlan();
    const message = await seen(`order:${order.id}`, reader, options);
    if (message === undefined && !(await seesOrder(order, reader, options))) return refuses.noPlan();
    const text = await options.planText(order.id, reader, request.headers['accept-language']);
    if (text === undefined) return refuses.noPlan();
    const plan: WirePlan = { order: order.id, text };
    return reply(plan);
  },
});
