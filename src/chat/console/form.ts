import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ActorId } from '#core/actor.ts';
import type { Form, FormField } from '#core/card.ts';
import { eventIdOf } from '#core/event-id.ts';
import type { Route, WebReply } from '#core/http.ts';
import { canonical } from '#core/json.ts';
import { idOf } from './again.ts';
import type { ConsoleOptions } from './options.ts';
import { readerOf, seen } from './reader.ts';
import { read, refuses, reply } from './replies.ts';
import type { Say } from './say.ts';

const formShape = z.strictObject({
  key: z.string().min(1).max(500),
  revision: z.int().min(1),
  form: z.string().min(1).max(200),
  id: z.uuid().optional(),
  values: z.record(z.string().max(200), z.string().max(10_000)),
});

type Values = Readonly<Record<string, string>>;

const fits = (field: FormField, value: string): boolean => {
  if (field.kind === 'choice') return field.choices?.some((choice) => choice.value === value) ?? false;
  if (field.kind === 'number') return /^#?[+-]?\d+(?:[.,]\d+)?$/.test(value); // as the commands read one
  return true;
};

/** The values of the form's own fields that are not empty, or why the first wrong one is refused. */
const take = (form: Form, given: Values): { readonly values: Values } | { readonly refusal: WebReply } => {
  const values: Record<string, string> = {};
  for (const field of form.fields) {
    const value = (given[field.name] ?? '').trim();
    if (value === '' && field.required) return { refusal: refuses.formEmpty(field.label) };
    if (value !== '' && !fits(field, value)) return { refusal: refuses.formUnfit(field, value) };
    if (value !== '') values[field.name] = value;
  }
  return { values };
};

type Sent = z.infer<typeof formShape>;

/** With the page's own id a form that is sent again, whenever that is, is the same; without one, for a few seconds. */
const eventOf = async (sent: Sent, values: Values, actor: ActorId, options: ConsoleOptions): Promise<string> => {
  const { key, revision, form, id } = sent;
  if (id !== undefined) return eventIdOf('form', key, form, id, actor);
  return idOf(eventIdOf('form', key, revision, form, mark(values), actor), options);
};

const mark = (values: Values): string => createHash('sha256').update(canonical(values)).digest('hex').slice(0, 16);

/** `POST /console/api/forms`: a form's values become a line, as if it had been typed. */
export const formRoute = (options: ConsoleOptions, say: Say): Route => ({
  method: 'POST',
  path: '/console/api/forms',
  access: 'session',
  async run(request) {
    const actor = readerOf(request);
    const sent = read(formShape, request.body);
    if (sent === undefined) return refuses.badRequest();
    const message = await seen(sent.key, actor, options);
    if (message === undefined) return refuses.noMessage();
    // Its card may have changed since it was taken, most often because it was.
    if (sent.id !== undefined && (await options.wasReceived(eventIdOf('form', sent.key, sent.form, sent.id, actor))))
      return reply({ status: 'duplicate' });
    const form = message.card?.form;
    if (form?.id !== sent.form || sent.revision !== message.revision) return refuses.cardChanged();
    const taken = take(form, sent.values);
    if ('refusal' in taken) return taken.refusal;
    const eventId = await eventOf(sent, taken.values, actor, options);
    const { channel, thread, to } = message;
    return say({
      key: eventId,
      eventId,
      kind: 'form',
      actor,
      channel,
      text: options.formLine(form.line, taken.values),
      about: sent.key,
      ...(thread === undefined ? {} : { thread }),
      ...(to === undefined ? {} : { to }),
    });
  },
});
