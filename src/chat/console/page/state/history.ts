import type { Memory } from './memory.ts';

/** The lines this person sent from this browser, newest last. */
export interface History {
  add(line: string): void;
  /** The line `steps` before the newest; undefined past either end. */
  back(steps: number): string | undefined;
}

const most = 100;

export const createHistory = (memory: Memory): History => {
  const read = (): readonly string[] => {
    try {
      const lines: unknown = JSON.parse(memory.get('lines') ?? '[]');
      return Array.isArray(lines) ? lines.map(String) : [];
    } catch {
      return [];
    }
  };
  let lines = read();
  return {
    add(line) {
      lines = [...lines.filter((other) => other !== line), line].slice(-most);
      memory.set('lines', JSON.stringify(lines));
    },
    back: (steps) => (steps < 1 ? undefined : lines.at(-steps)),
  };
};
