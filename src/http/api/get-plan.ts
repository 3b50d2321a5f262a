import type { Identity, Route } from '#core/http.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';
import { HttpRefusal } from '../refusals.ts';
import { identityOf, noOrder, seesOrder } from './identity.ts';
import type { ApiOptions } from './options.ts';

/** Whoever is shown the order's message is asked about its plan, so they may read all of it. */
const isShown = async ({ actor }: Identity, order: Order, { messages, channels }: ApiOptions): Promise<boolean> => {
  const message = await messages.get(`order:${order.id}`);
  if (message === undefined || !channels().includes(message.channel)) return false;
  return message.to === undefined || message.to === actor;
};

const noPlan = (): HttpRefusal =>
  new HttpRefusal(404, {
    code: 'api.no_plan',
    say: t('This order has no plan.', 'Cet ordre n’a pas de plan.'),
    next: t('Only changes have one, once they are planned.', 'Seuls les changements en ont un, une fois planifiés.'),
  });

/** `GET /api/v1/plans/:order`: all an order would change, step by step, for whoever sees the order or its message. */
export const getPlan = (options: ApiOptions): Route => ({
  method: 'GET',
  path: '/api/v1/plans/:order',
  access: 'any',
  async run(request) {
    const identity = identityOf(request);
    const id = request.params.order ?? '';
    const order = /^\d{1,15}$/.test(id) ? await options.orders.get(Number(id)) : undefined;
    if (order === undefined) throw noOrder();
    if (!(await seesOrder(identity, order, options)) && !(await isShown(identity, order, options))) throw noOrder();
    const text = await options.planText(order.id, identity.actor, request.headers['accept-language']);
    if (text === undefined) throw noPlan();
    return { status: 200, body: { order: order.id, text } };
  },
});
