import type { Changes, StoreChange } from '#core/changes.ts';
import type { Log } from '#core/log.ts';

/** Tells everybody in this process what changed. A listener that throws harms nobody else. */
export function createChanges(log: Log): Changes {
  const listeners = new Set<(change: StoreChange) => void>();
  return {
    tell(change) {
      for (const listener of [...listeners]) {
        try {
          listener(change);
        } catch (cause) {
          log.error({ err: cause }, 'a listener of changes failed');
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
