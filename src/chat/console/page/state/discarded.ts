import type { Memory } from './memory.ts';

/** The lines a person threw away in any window of this browser: no window sends them. */
export interface Discarded {
  add(id: string): void;
  has(id: string): boolean;
  stop(): void;
}

/** After so long no window waits with one of them. */
const keptMs = 7 * 24 * 3_600_000;

/** Windows that are awake are told at once (`heard`); one that slept finds it written down before it sends. */
export const createDiscarded = (memory: Memory, owner: string, heard: (id: string) => void): Discarded => {
  const start = `discarded.${owner}.`;
  for (const name of memory.names(start)) {
    if (!(Date.now() - Number(memory.get(name)) < keptMs)) memory.remove(name);
  }
  const others = new BroadcastChannel(`quarterdeck.${start}`);
  others.onmessage = (event: object) => heard('data' in event ? String(event.data) : '');
  return {
    add(id) {
      memory.set(start + id, String(Date.now()));
      others.postMessage(id);
    },
    has: (id) => memory.get(start + id) !== undefined,
    stop: () => others.close(),
  };
};
