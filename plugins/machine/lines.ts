import type { LogLevel, LogsQuery } from '#kit';
import type { RawLine } from './backwards.ts';

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Whether a line is asked for: all words are in it, and it is as bad as wanted. */
export function matches(line: string, level: LogLevel | undefined, { words, level: least }: LogsQuery): boolean {
  if (line.trim() === '') return false;
  if (least && (level === undefined || ranks[level] < ranks[least])) return false;
  const small = line.toLowerCase();
  return words.every((word) => small.includes(word.toLowerCase()));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes and control characters are what is removed.
const unprintable = /\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A line as it may be shown. */
export const clean = ({ text, cut }: RawLine): string => `${text.replace(unprintable, '')}${cut ? '…' : ''}`;
