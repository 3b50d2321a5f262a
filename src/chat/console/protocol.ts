/** The shapes that travel between the console's routes and its page. */
import type { Card } from '#core/card.ts';
import type { OrderState } from '#core/order.ts';
import type { Recap, RunState, Step } from '#core/run.ts';
import type { Language, Text } from '#core/text.ts';

/** Somebody, as screens show them. */
export interface WireActor {
  readonly id: string;
  readonly name: string;
}

/** A channel of the configuration. */
export interface WireChannel {
  readonly name: string;
  readonly about?: Text;
}

/** `GET /console/api/session`: who is signed in and where they can talk. */
export interface WireSession {
  readonly actor: WireActor & { readonly language?: Language; readonly timeZone?: string };
  readonly channels: readonly WireChannel[];
  readonly language: Language;
  /** May read the audit. */
  readonly audit: boolean;
  /** The stream's present event id. */
  readonly changed: number;
}

/** How a person's message came to be: typed, a tapped button, or a sent form. */
export type WireVia = 'typed' | 'tap' | 'form';

/** A message as one reader sees it. */
export interface WireMessage {
  readonly id: number;
  readonly key: string;
  readonly channel: string;
  readonly thread?: string;
  /** Only this reader sees it. */
  readonly onlyYou: boolean;
  /** Absent for the bot. */
  readonly author?: WireActor;
  readonly mine: boolean;
  readonly via?: WireVia;
  readonly text?: string;
  readonly card?: Card;
  readonly revision: number;
  readonly changed: number;
  readonly at: string;
  /** How many replies its thread has; for a reply, how many are in the thread it is in. */
  readonly replies: number;
}

/** `GET /console/api/messages?channel=ops&before=120`: oldest first; `more` when there are older ones. */
export interface WirePage {
  readonly messages: readonly WireMessage[];
  readonly more: boolean;
}

/** `GET /console/api/thread?key=…&before=120`: the newest replies, oldest first; `more` when there are older ones. */
export interface WireThread {
  readonly root: WireMessage;
  readonly replies: readonly WireMessage[];
  readonly more: boolean;
}

/** `POST /console/api/messages`: `id` is the page's own random id, the same for every try. */
export interface WireSend {
  readonly id: string;
  readonly channel: string;
  readonly thread?: string;
  readonly text: string;
}

/**
 * `POST /console/api/taps`: what was seen when the button was tapped; the line that is run is the stored one. `id` is the
 * page's own random id, the same for every try of the same tap.
 */
export interface WireTap {
  readonly id?: string;
  readonly key: string;
  readonly revision: number;
  readonly action: string;
  readonly line: string;
}

/** `POST /console/api/forms`: `id` is the page's own random id, the same for every try of the same values. */
export interface WireForm {
  readonly key: string;
  readonly revision: number;
  readonly form: string;
  readonly id?: string;
  readonly values: Readonly<Record<string, string>>;
}

/** `GET /console/api/complete?channel=ops&line=sta&cursor=3`: the whole line each choice would make. */
export interface WireCompletion {
  readonly line: string;
  readonly label: string;
  readonly about: Text;
}

/** A run as the runs page lists it. */
export interface WireRun {
  readonly id: number;
  readonly orderId: number;
  readonly actor: WireActor;
  /** The line it began with; of a run that goes on with another the line of that one. */
  readonly text: string;
  readonly channel: string;
  readonly playbook: string;
  readonly state: RunState;
  readonly recap: Recap;
  readonly reason?: Text;
  readonly resumes?: number;
  readonly queuedAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** `GET /console/api/runs?before=120`: newest first; `before` asks for the earlier ones, when there may be any. */
export interface WireRuns {
  readonly runs: readonly WireRun[];
  readonly before?: number;
}

/** `GET /console/api/runs/:id` */
export interface WireRunDetail {
  readonly run: WireRun;
  readonly steps: readonly Step[];
  /** The run that went on with it, when there is one. */
  readonly resumedBy?: number;
  /** Those who approved its plan; empty where nobody had to. */
  readonly approvedBy: readonly WireActor[];
}

/**
 * `GET /console/api/runs/:id/log?from=120` or `?before=120`, else its end: a piece of a run's log by bytes of its file.
 * `none`: why there is nothing to read.
 */
export type WireLog =
  | { readonly from: number; readonly to: number; readonly size: number; readonly text: string }
  | { readonly none: 'notYet' | 'gone' | 'notYours' };

/** `GET /console/api/plans/:order`: every step of a plan with its differences, as text. */
export interface WirePlan {
  readonly order: number;
  readonly text: string;
}

/** One entry of the audit, as the audit page shows it. */
export interface WireAuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: WireActor;
  readonly via?: string;
  readonly action: string;
  readonly orderId?: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

/** `GET /console/api/audit?before=200` */
export interface WireAudit {
  readonly entries: readonly WireAuditEntry[];
  readonly more: boolean;
}

/** What comes over `GET /console/api/stream?since=120&run=7`, by the event's name. Only `message` moves the event id. */
export interface WireEvents {
  /** The stream is open and everything up to `changed` is being sent. */
  readonly hello: { readonly changed: number };
  readonly message: WireMessage;
  readonly order: {
    readonly id: number;
    readonly eventId: string;
    readonly state: OrderState;
    readonly runId?: number;
  };
  readonly run: WireRun;
  readonly step: Step;
  /** The log of the watched run is so many bytes long now. */
  readonly log: { readonly runId: number; readonly size: number };
  /** Too much of the watched run was missed: read the run again. */
  readonly gap: { readonly runId: number };
  /** Too much was missed: read everything again. */
  readonly reset: Readonly<Record<string, never>>;
  /** A newer window took this one's place. */
  readonly displaced: Readonly<Record<string, never>>;
}

/** Every refusal of the server. */
export interface WireRefusal {
  readonly code: string;
  readonly say: string;
  readonly next?: string;
  readonly retryable?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}
