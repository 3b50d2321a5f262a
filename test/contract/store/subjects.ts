import type { Clock } from '#core/clock.ts';
import type { Store } from '#core/store.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { testFolder } from '#test/store/folder.ts';
import { heldClock } from '#test/store/samples.ts';

/** A fresh, empty, real database. */
export interface Opened extends AsyncDisposable {
  readonly store: Store;
  readonly clock: ReturnType<typeof heldClock>;
  /** Closes the store and opens the same database again. */
  reopen(): Promise<Store>;
}

/** A database the contract is checked on. */
export interface Subject {
  readonly name: string;
  fresh(): Promise<Opened>;
}

const opened = async (
  clock: ReturnType<typeof heldClock>,
  open: (clock: Clock) => Promise<Store>,
  remove: () => PromiseLike<void>,
): Promise<Opened> => {
  let store = await open(clock);
  return {
    clock,
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await open(clock);
      return store;
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await remove();
    },
  };
};

const sqlite: Subject = {
  name: 'SQLite',
  async fresh() {
    const folder = await testFolder();
    const open = (clock: Clock) => openSqliteStore({ path: folder.file('store.db'), clock, transactionMs: 500 });
    return opened(heldClock(), open, () => folder[Symbol.asyncDispose]());
  },
};

/** Every database that promises to be a store. */
export const subjects: readonly Subject[] = [sqlite];
