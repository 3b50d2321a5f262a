import type { AuditFact } from '#core/audit.ts';
import { type AuditPoint, auditCut } from '#core/audit-cut.ts';

/** Who watches over what is written into the audit of an open store. */
export interface AuditWatch {
  /** Asked before an entry is written, inside its transaction; throws the Fault that keeps it out. */
  before(fact: AuditFact): void;
  /** Told of the newest entry that was committed here. */
  wrote(entry: AuditPoint): void;
  /** Told that the chain no longer holds an entry that was committed here. */
  cut(entry: AuditPoint): void;
}

const nobody: AuditWatch = { before() {}, wrote() {}, cut() {} };

/**
 * What this process knows of the chain: the newest entry it committed. An entry more is written only onto a chain that
 * still holds it. Another process may have gone on from it; none may have cut it off.
 */
export class AuditChain {
  readonly #watch: AuditWatch;
  #known: AuditPoint | undefined;

  constructor(watch: AuditWatch = nobody, known?: AuditPoint) {
    this.#watch = watch;
    this.#known = known;
  }

  /** Throws when nothing may be added to a chain with this newest entry; `hashOf` reads an older one. */
  async check(
    fact: AuditFact,
    newest: AuditPoint | undefined,
    hashOf: (seq: number) => Promise<string | undefined>,
  ): Promise<void> {
    this.#watch.before(fact);
    const known = this.#known;
    if (known === undefined) return;
    const hash = newest?.seq === known.seq ? newest.hash : await hashOf(known.seq);
    if (hash === known.hash) return;
    this.#watch.cut(known);
    throw auditCut(known);
  }

  /** An entry was written: of the store itself committed, of a transaction within it. */
  wrote({ seq, hash }: AuditPoint): void {
    if (this.#known && this.#known.seq >= seq) return;
    this.#known = { seq, hash };
    this.#watch.wrote(this.#known);
  }

  /** Runs a transaction on a chain of its own; what it wrote is known once it is committed. */
  async within<T>(transaction: (own: AuditChain) => Promise<T>): Promise<T> {
    const { before, cut } = this.#watch;
    const own = new AuditChain({ before, cut, wrote() {} }, this.#known);
    const done = await transaction(own);
    if (own.#known) this.wrote(own.#known);
    return done;
  }
}
