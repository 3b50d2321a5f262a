/** How often a plugin may bring the worker down before it is paused, and for how long both count. */
const allowed = 3;
const windowMs = 10 * 60_000;

/** Which plugins brought the worker down lately. */
export interface Blame {
  /** True when this was once too often: the plugin is paused from now on. */
  add(plugin: string): boolean;
  /** When the pause ends, in ms since the epoch; undefined when not paused. */
  pausedUntil(plugin: string): number | undefined;
  /** Its code changed: it starts afresh. */
  forgive(plugin: string): void;
}

/** Counts over a sliding window. */
export function createBlame(now: () => number): Blame {
  const deaths = new Map<string, readonly number[]>();
  const recent = (plugin: string) => (deaths.get(plugin) ?? []).filter((at) => at > now() - windowMs);
  return {
    add(plugin) {
      const counted = [...recent(plugin), now()];
      deaths.set(plugin, counted);
      return counted.length === allowed;
    },
    pausedUntil(plugin) {
      const counted = recent(plugin);
      const first = counted.at(-allowed);
      return first === undefined ? undefined : first + windowMs;
    },
    forgive: (plugin) => void deaths.delete(plugin),
  };
}
