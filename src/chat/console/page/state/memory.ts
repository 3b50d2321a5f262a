/** What this browser remembers between visits; a browser that forbids it only forgets. */
export interface Memory {
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
export const browserMemory = (prefix = 'quarterdeck.'): Memory => ({
  get: (name) => quietly(() => localStorage.getItem(prefix + name) ?? undefined, undefined),
  set: (name, value) => quietly(() => localStorage.setItem(prefix + name, value), undefined),
  remove: (name) => quietly(() => localStorage.removeItem(prefix + name), undefined),
  names: (start) =>
    quietly(
      () =>
        Object.keys(localStorage)
          .filter((name) => name.startsWith(prefix + start))
          .map((name) => name.slice(prefix.length)),
      [],
    ),
});
