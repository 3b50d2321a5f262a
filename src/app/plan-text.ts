import type { Redactor } from '#audit/redact.ts';
import type { ActorId } from '#core/actor.ts';
import type { People, Store } from '#core/store.ts';
import type { Language } from '#core/text.ts';
import { askedLanguage } from '#http/language.ts';
import { planText } from '#runs/text.ts';

/** What the text of a plan is made of. */
export interface PlanTextParts {
  readonly store: Pick<Store, 'orders' | 'plans'>;
  readonly people: Pick<People, 'get'>;
  readonly redactor: Pick<Redactor, 'text'>;
  settings(): { readonly language: Language };
}

/** The whole plan of an order, as it is printed on a terminal, in its reader's language and without secrets. */
export const planTextOf =
  ({ store, people, redactor, settings }: PlanTextParts, more: { readonly narrow?: boolean } = {}) =>
  async (orderId: number, reader: ActorId, asked: string | undefined): Promise<string | undefined> => {
    const order = await store.orders.get(orderId);
    const plan = order?.planHash === undefined ? undefined : await store.plans.get(order.planHash);
    const language = askedLanguage(asked) ?? (await people.get(reader))?.language ?? settings().language;
    return plan && redactor.text(planText(plan, { diff: true, language, ...more }));
  };
