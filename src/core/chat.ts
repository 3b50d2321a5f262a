import type { ActorId } from './actor.ts';
import type { Card } from './card.ts';
import type { Refusal } from './errors.ts';
import { t } from './text.ts';

/** The longest line that is read at all, in characters. */
export const longestLine = 4000;

/** Why a longer one is not taken. */
export const lineTooLong: Refusal = {
  code: 'line.too_long',
  say: t(`An order has at most ${longestLine} characters.`, `Un ordre a au plus ${longestLine} caractères.`),
  next: t(
    'Send a shorter one, or put the long part in a file.',
    'Envoyez plus court, ou mettez le long dans un fichier.',
  ),
};

/** What reaches the bot from a chat, whatever the platform. `eventId` makes the order idempotent. */
export interface Incoming {
  /** The platform's own id for this event; the same id is the same event, for ever. */
  readonly eventId: string;
  /** The adapter it came through: `console`, `slack`, `mattermost`, `api`, `cli`. */
  readonly chat: string;
  readonly kind: 'message' | 'command' | 'action' | 'form';
  readonly actor: ActorId;
  readonly channel: string;
  /** The message whose thread this was said in. */
  readonly thread?: string;
  /** The line of chat; for an action the button's line, looked up on the server; for a form its line with the values. */
  readonly text: string;
  /** For an action or a form: the key of the message it was on. */
  readonly about?: string;
  /** A confirmation given in advance (`quarterdeck say --yes`); never an approval. */
  readonly confirmed?: boolean;
  /** On whose machine account this was said, when it was said in another's name (`say --as`). */
  readonly via?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * `accepted`: on disk. `duplicate`: that event was accepted before; nothing is done again. `order` when already known;
 * `differs` when what was accepted under that id was another line.
 */
export interface Receipt {
  readonly status: 'accepted' | 'duplicate';
  readonly eventId: string;
  readonly order?: number;
  readonly differs?: true;
}

/** Where incoming events go. Throws a Fault when the event could not be put on disk: then it was not accepted. */
export interface Receiver {
  receive(incoming: Incoming): Promise<Receipt>;
}

/**
 * What the bot says: the present content of one message. The same `key` again is an edit of the same message;
 * only the newest revision counts.
 */
export interface Outgoing {
  readonly key: string;
  readonly chat: string;
  readonly channel: string;
  readonly thread?: string;
  /** Shown to this actor only. */
  readonly to?: ActorId;
  readonly card: Card;
  /** 1 for the first, one more for every edit. */
  readonly revision: number;
}

/**
 * A chat adapter. `deliver` shows the message, creating or editing it by `key`; told twice, it shows it once.
 * Throws a Fault; `refusal.retryable` says whether trying again is worth it.
 */
export interface Chat {
  readonly name: string;
  deliver(message: Outgoing): Promise<void>;
  stop(): Promise<void>;
}
