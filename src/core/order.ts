import type { Card } from './card.ts';
import type { Incoming } from './chat.ts';
import type { Refusal } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Requirement, Risk } from './policy.ts';

/**
 * Where an order stands. Open: `received` (stored, to be understood), `asking` (for missing arguments), `working` (a
 * question being answered or a plan being made), `confirming`, `approving`, `queued`, `running`.
 * Closed: `done`, `failed`, `refused`, `cancelled`, `expired`, `interrupted`.
 */
export type OrderState =
  | 'received'
  | 'asking'
  | 'working'
  | 'confirming'
  | 'approving'
  | 'queued'
  | 'running'
  | 'done'
  | 'failed'
  | 'refused'
  | 'cancelled'
  | 'expired'
  | 'interrupted';

/** The states in which nothing more will happen to an order. */
export const closedStates = [
  'done',
  'failed',
  'refused',
  'cancelled',
  'expired',
  'interrupted',
] as const satisfies readonly OrderState[];

export const isClosed = (state: OrderState): boolean => (closedStates as readonly OrderState[]).includes(state);

/** The runs there were when a plan was made: those with a higher number came later, and those under way changed what it saw. */
export interface SeenRuns {
  readonly last: number;
  readonly underWay: readonly number[];
  /** Those that its card named as what it may undo: whoever says yes to it knows of them. */
  readonly named?: readonly number[];
}

/** One use of a command. */
export interface Order {
  readonly id: number;
  /** Unique: the chat's own event id. */
  readonly eventId: string;
  /** How it came; a tap on a button is answered more quietly than a typed line. */
  readonly kind: Incoming['kind'];
  readonly chat: string;
  readonly channel: string;
  readonly thread?: string;
  readonly actor: string;
  readonly via?: string;
  readonly text: string;
  /** A confirmation given in advance. */
  readonly confirmed: boolean;
  readonly state: OrderState;
  readonly command?: string;
  /** Checked arguments as JSON; hosts by name. */
  readonly args?: JsonObject;
  readonly planHash?: string;
  /** What its plan is judged by when its run begins: whether another run changed the same hosts since. */
  readonly seenRuns?: SeenRuns;
  readonly requirement?: Requirement;
  /** How dangerous its plan is: the command's risk, or the one the plugin raised it to. */
  readonly risk?: Risk;
  /** The run it goes on with, when it is a resume. */
  readonly resumes?: number;
  /** ISO 8601; when a confirmation or an approval is no longer taken. */
  readonly expiresAt?: string;
  readonly runId?: number;
  /** How often the bot went down, or is at work, with it taken up again. */
  readonly takenUp?: number;
  /** The newest card said about it. */
  readonly card?: Card;
  readonly refusal?: Refusal;
  readonly createdAt: string;
  readonly finishedAt?: string;
}

/** A yes or a no given to an order that waits. */
export interface Approval {
  readonly orderId: number;
  readonly actor: string;
  readonly verdict: 'confirmed' | 'approved' | 'denied';
  /** The plan it is about. */
  readonly planHash: string;
  readonly at: string;
}
