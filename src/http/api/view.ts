import type { Json, JsonObject } from '#core/json.ts';
import { isClosed, type Order, type OrderState } from '#core/order.ts';
import type { Run, Step } from '#core/run.ts';

const waiting: Partial<Record<OrderState, string>> = {
  asking: 'arguments',
  confirming: 'confirmation',
  approving: 'approval',
};

/** Nothing more happens to the order unless a person does something. */
export const isSettled = (order: Order): boolean => isClosed(order.state) || waiting[order.state] !== undefined;

/** What is made of JSON alone, as JSON: optional fields that are absent stay absent. */
const asJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

/** An order as the API shows it; `waitsFor` names what a person must give. */
export const orderView = (order: Order): JsonObject => viewOf(order);

const viewOf = (order: Pick<Order, 'state'>): JsonObject => {
  const waitsFor = waiting[order.state];
  return { ...asJson(order), closed: isClosed(order.state), ...(waitsFor === undefined ? {} : { waitsFor }) };
};

/** An order without what was said in it, for whoever may only know that it is there. */
export const outline = ({ text: _text, args: _args, card: _card, refusal: _refusal, ...rest }: Order): JsonObject =>
  viewOf(rest);

/** A run as the API shows it: without the variables it was asked for with, which may hold what nobody is to read. */
export const runView = ({ request: { vars: _vars, ...request }, ...run }: Run): JsonObject =>
  asJson({ ...run, request });

/** A run's steps as the API shows them. */
export const stepsView = (steps: readonly Step[]): Json => steps.map(asJson);
