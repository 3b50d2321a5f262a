import type { ErrorCode } from './error-codes.ts';
import type { JsonObject } from './json.ts';
import type { Text } from './text.ts';

/**
 * A refusal that can be expected: a value, not an exception. `say` is one clear sentence with what and where;
 * `next` is what the person can do. Neither holds a secret or a stack trace.
 */
export interface Refusal {
  /** Stable, and listed in `error-codes.ts`; in what another version said or stored it may be another. */
  readonly code: ErrorCode;
  readonly say: Text;
  readonly next?: Text;
  /** True when the same thing may succeed later, unchanged. */
  readonly retryable?: boolean;
  /** Structured details for programs. */
  readonly details?: JsonObject;
}

/**
 * True for words that have the form of a code. What comes over a wire or a wall is believed by its form alone: its sender
 * may be of another version, and know codes that this one does not.
 */
export const isErrorCode = (candidate: unknown): candidate is ErrorCode =>
  typeof candidate === 'string' && /^[a-z]+\.[a-z_]+$/.test(candidate);

/** Either a value or a refusal. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const refused = (refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal,
});

/** Something that went wrong on the way: thrown, with the refusal a person may read and the cause for the log. */
export class Fault extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, options?: { cause?: unknown }) {
    super(`${refusal.code}: ${typeof refusal.say === 'string' ? refusal.say : refusal.say.en}`, options);
    this.name = 'Fault';
    this.refusal = refusal;
  }
  get code(): ErrorCode {
    return this.refusal.code;
  }
}

/** The refusal inside a fault, or undefined for any other thing thrown. */
export const refusalOf = (thrown: unknown): Refusal | undefined =>
  thrown instanceof Fault ? thrown.refusal : undefined;
