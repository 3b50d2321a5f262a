import { type ReadonlySignal, signal } from '@preact/signals';

/** What this browser remembers between visits; a browser that forbids it only forgets. */
export interface Memory {
  /** Has it remembered all so far? Not where storage is off, or full. */
  readonly keeps: ReadonlySignal<boolean>;
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  remove(name: string): void;
  names(prefix: string): readonly string[];
}

const quietly = <T>(work: () => T, otherwise: T): T => {
  try {
    return work();
  } catch {
    return otherwise;
  }
};

/** The browser's local storage, under names of our own. */
export const browserMemory = (prefix = 'quarterdeck.'): Memory => {
  const keeps = signal(true);
  const set = (name: string, value: string): boolean =>
    quietly(() => {
      localStorage.setItem(prefix + name, value);
      return true;
    }, false);
  return {
    keeps,
    get: (name) => quietly(() => localStorage.getItem(prefix + name) ?? undefined, undefined),
    set(name, value) {
      if (!set(name, value)) keeps.value = false;
    },
    remove: (name) => quietly(() => localStorage.removeItem(prefix + name), undefined),
    names: (start) =>
      quietly(
        () =>
          Object.keys(localStorage)
            .filter((name) => name.startsWith(prefix + start))
            .map((name) => name.slice(prefix.length)),
        [],
      ),
  };
};
