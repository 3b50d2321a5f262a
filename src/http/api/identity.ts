import type { Identity, WebRequest } from '#core/http.ts';
import type { Order } from '#core/order.ts';
import { unauthorized } from '../refusals.ts';
import type { ApiOptions } from './options.ts';

/** Who asks; the server has checked it before the route runs. */
export const identityOf = (request: WebRequest): Identity => {
  if (request.identity === undefined) throw unauthorized();
  return request.identity;
};

/** Whoever holds the data folder may see all of it; others their own orders and what `sight` allows. */
export const seesOrder = async (identity: Identity, order: Order, { sight }: ApiOptions): Promise<boolean> =>
  identity.by === 'local' || order.actor === identity.actor || sight.order(identity.actor, order);
