import type { DatabaseSync } from 'node:sqlite';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { asFault, isBusy, storeFailed } from '../faults.ts';
import type { Database } from '../schema.ts';
import { createStatements, LentConnection } from './connection.ts';
import { kyselyOver } from './dialect.ts';

/** How many transactions share one commit at most. */
const groupSize = 128;

/** How long a transaction waits for another process that writes to the same file, and how long between two tries. */
const longestWaitMs = 2_000;
const pauseMs = 50;

/** One transaction: tried inside a group, told how it ended when the group is on disk. */
interface Member {
  readonly came: number;
  attempt(db: Database): Promise<void>;
  fail(error: unknown): void;
  tell(): void;
}

const memberOf = <T>(
  work: (db: Database) => Promise<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Member => {
  let ending = (): void => {};
  return {
    came: performance.now(),
    async attempt(db) {
      const value = await work(db);
      ending = () => resolve(value);
    },
    fail(error) {
      ending = () => reject(error);
    },
    tell: () => ending(),
  };
};

const tooLong = (): Fault =>
  new Fault({
    code: 'store.too_long',
    say: t(
      'A transaction was given up: it waited for something outside the store.',
      'Une transaction a été abandonnée : elle attendait quelque chose d’extérieur aux données.',
    ),
    next: t('Look at the log of the bot: this is a defect.', 'Consultez le journal du bot : c’est un défaut.'),
  });

const lost = (cause: unknown): unknown =>
  cause instanceof Fault ? cause : storeFailed('the transaction was lost', cause);

const before = async (deadlineMs: number, work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLong()), deadlineMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Serialises transactions on one connection. Those that wait are run one after the other, each in a savepoint of its
 * own, inside one SQLite transaction, and share its one fsync; each is told how it ended only after that commit. A
 * failed one is undone alone; when SQLite loses the whole transaction (the disk is full), all of them fail.
 */
export class GroupCommit {
  readonly #sqlite: DatabaseSync;
  readonly #deadlineMs: number;
  readonly #patienceMs: number;
  readonly #check: () => void;
  readonly #prepare: ReturnType<typeof createStatements>;
  readonly #waiting: Member[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;

  /** `check` throws when nothing may be written or read now. */
  constructor(sqlite: DatabaseSync, deadlineMs: number, check: () => void = () => {}, patienceMs = longestWaitMs) {
    this.#check = check;
    this.#sqlite = sqlite;
    this.#deadlineMs = deadlineMs;
    this.#patienceMs = patienceMs;
    this.#prepare = createStatements(sqlite);
  }

  /** Runs the work as a transaction: on disk when it resolves, undone when it throws. */
  run<T>(work: (db: Database) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(storeFailed('the store is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(memberOf(work, resolve, reject));
      this.#draining ??= this.#drain();
    });
  }

  /** Takes no more work, and resolves when all that was taken has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whatever this turn of the event loop brings may join the group.
      await setImmediate();
      await this.#group();
    }
    this.#draining = undefined;
  }

  async #group(): Promise<void> {
    const members: Member[] = [];
    try {
      this.#rollback();
      if (!(await this.#begin())) return;
      await this.#attemptAll(members);
      this.#check();
      this.#do('commit');
    } catch (error) {
      const fault = asFault(error);
      const begun = members.length > 0 ? members : this.#waiting.splice(0, groupSize);
      for (const member of begun) member.fail(fault);
      members.splice(0, members.length, ...begun);
      this.#rollbackIfPossible();
    }
    for (const member of members) member.tell();
  }

  /**
   * Takes the write lock, which another process may have for a while; the event loop goes on meanwhile. Who has waited
   * too long is refused; false when nobody waits any more.
   */
  async #begin(): Promise<boolean> {
    const began = performance.now();
    while (this.#waiting.length > 0) {
      try {
        this.#check();
        this.#do('begin immediate');
        return true;
      } catch (error) {
        if (!isBusy(error)) throw error;
        this.#refuseOld(began, asFault(error));
      }
      await sleep(pauseMs);
    }
    return false;
  }

  /** Each may wait as long as any other, from when it came; waiting for a group before it does not count. */
  #refuseOld(began: number, fault: unknown): void {
    const since = performance.now() - this.#patienceMs;
    for (let first = this.#waiting[0]; first && Math.max(first.came, began) <= since; first = this.#waiting[0]) {
      this.#waiting.shift();
      first.fail(fault);
      first.tell();
    }
  }

  /** Members that come while the group runs join it. */
  async #attemptAll(members: Member[]): Promise<void> {
    while (members.length < groupSize) {
      const member = this.#waiting.shift();
      if (!member) return;
      members.push(member);
      await this.#attempt(member);
    }
  }

  async #attempt(member: Member): Promise<void> {
    const connection = new LentConnection(this.#sqlite, this.#prepare);
    this.#do('savepoint member');
    try {
      await before(this.#deadlineMs, member.attempt(kyselyOver(connection)));
    } catch (error) {
      member.fail(error);
      if (!this.#sqlite.isTransaction) throw lost(error);
      this.#do('rollback to member');
    } finally {
      connection.end();
    }
    this.#do('release member');
  }

  #do(sql: string): void {
    this.#prepare(sql).statement.run();
  }

  /** What cannot be undone now (the disk does not answer) is undone before the next group begins. */
  #rollbackIfPossible(): void {
    try {
      this.#rollback();
    } catch {
      // The members are told already why; the next group tries this again first.
    }
  }

  #rollback(): void {
    if (this.#sqlite.isTransaction) this.#do('rollback');
  }
}
