import type { Identity, WebRequest } from '#core/http.ts';
import type { JsonObject } from '#core/json.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';
import { HttpRefusal, unauthorized } from '../refusals.ts';
import type { ApiOptions } from './options.ts';
import { orderView, outline } from './view.ts';

/** Who asks; the server has checked it before the route runs. */
export const identityOf = (request: WebRequest): Identity => {
  if (request.identity === undefined) throw unauthorized();
  return request.identity;
};

/** Whoever holds the data folder may see all of it; others their own orders and what `sight` allows. */
export const seesOrder = async (identity: Identity, order: Order, { sight }: ApiOptions): Promise<boolean> =>
  identity.by === 'local' || order.actor === identity.actor || sight.order(identity.actor, order);

/** May they read its line, arguments and card as well? */
export const seesContent = async (identity: Identity, order: Order, { sight }: ApiOptions): Promise<boolean> =>
  identity.by === 'local' || order.actor === identity.actor || sight.content(identity.actor, order);

/** An order as this reader may see it. Whether they may at all was asked before. */
export const orderFor = async (identity: Identity, order: Order, options: ApiOptions): Promise<JsonObject> =>
  (await seesContent(identity, order, options)) ? orderView(order) : outline(order);

/** The same whether it is not there or not theirs to see. */
export const noOrder = (): HttpRefusal =>
  new HttpRefusal(404, {
    code: 'api.no_order',
    say: t('There is no such order, or you may not see it.', 'Cet ordre n’existe pas, ou vous ne pouvez le voir.'),
    next: t(
      'Use its number, or the address that was given when it was taken.',
      'Utilisez son numéro, ou l’adresse donnée quand il a été pris.',
    ),
  });
