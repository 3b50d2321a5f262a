import { type Incoming, longestLine } from '#core/chat.ts';
import { iso } from '#core/clock.ts';
import type { WebReply } from '#core/http.ts';
import { createRate, type RateLimits } from '#core/rate.ts';
import type { ConsoleMessage } from '#core/store.ts';
import type { ConsoleOptions } from './options.ts';
import { refuses, reply } from './replies.ts';
import { messageView } from './view.ts';

/** A line a person said, tapped or filled in. `key` names the message and, after `console:`, the event. */
export interface Said {
  readonly key: string;
  readonly eventId: string;
  readonly kind: Incoming['kind'];
  readonly actor: string;
  readonly channel: string;
  readonly thread?: string;
  /** Set when the card it answers was shown to this person only. */
  readonly to?: string;
  readonly text: string;
  /** The message whose button or form it was. */
  readonly about?: string;
}

const store = async (said: Said, options: ConsoleOptions): Promise<ConsoleMessage | undefined> => {
  const { key, actor, channel, thread, to, text } = said;
  const stored = await options.messages.put({
    key,
    channel,
    author: actor,
    text: options.redact(text),
    revision: 1,
    at: iso(options.clock),
    ...(thread === undefined ? {} : { thread }),
    ...(to === undefined ? {} : { to }),
  });
  if (stored !== undefined) options.changes.tell({ kind: 'message', id: stored.id });
  return stored ?? options.messages.get(key);
};

/** What is handed on: the line as it was said when it is the one that is shown, secrets aside, else what is shown. */
const lineOf = (said: Said, message: ConsoleMessage | undefined, options: ConsoleOptions): string =>
  message?.text === undefined || message.text === options.redact(said.text) ? said.text : message.text;

/** What a person may say: twenty lines at once, then two a second. */
const usual: RateLimits = { burst: 20, everyMs: 500 };

/** Shows the line as the person's message, then hands it on. */
const take = async (said: Said, options: ConsoleOptions): Promise<WebReply> => {
  const message = await store(said, options);
  const { eventId, kind, actor, channel, thread, about } = said;
  const receipt = await options.receiver.receive({
    eventId,
    chat: 'console',
    kind,
    actor,
    channel,
    text: lineOf(said, message, options),
    at: message?.at ?? iso(options.clock),
    ...(thread === undefined ? {} : { thread }),
    ...(about === undefined ? {} : { about }),
  });
  const shown = message === undefined ? undefined : await messageView(message, actor, options);
  return reply({ status: receipt.status, ...(shown === undefined ? {} : { message: shown }) });
};

/** Says lines for people. */
export type Say = (said: Said) => Promise<WebReply>;

/**
 * What takes the lines of all people, no faster than one person means them. Said twice, a line is shown once and
 * received once; a page that got no answer says it again with the same id. What was stored first is what counts.
 */
export const createSay = (options: ConsoleOptions): Say => {
  const rate = createRate(options.clock, usual);
  return async (said) => {
    const wait = rate.wait(said.actor);
    if (wait > 0) return refuses.tooFast(wait);
    rate.count(said.actor);
    if (said.text.length > longestLine) return refuses.tooLong();
    // A button's line is the bot's own: nobody guesses with it.
    const held = said.kind === 'action' ? undefined : await options.holdsSecret(said.actor, said.text, said.channel);
    return held === undefined ? take(said, options) : { status: held.retryable === true ? 429 : 400, refusal: held };
  };
};
