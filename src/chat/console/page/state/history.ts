import type { Memory } from './memory.ts';

/** The lines a person sent from this browser and the bot took, newest last. */
export interface History {
  add(line: string): void;
  /** The line `steps` before the newest; undefined past either end. */
  back(steps: number): string | undefined;
}

const most = 100;

/** Each person's own: a browser may be shared. */
export const createHistory = (memory: Memory, owner: string): History => {
  const name = `lines.${owner}`;
  memory.remove('lines'); // an earlier version kept everybody's here, and what was refused too
  const read = (): readonly string[] => {
    try {
      const lines: unknown = JSON.parse(memory.get(name) ?? '[]');
      return Array.isArray(lines) ? lines.map(String) : [];
    } catch {
      return [];
    }
  };
  return {
    add: (line) => memory.set(name, JSON.stringify([...read().filter((other) => other !== line), line].slice(-most))),
    back: (steps) => (steps < 1 ? undefined : read().at(-steps)),
  };
};
