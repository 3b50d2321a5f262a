import type { WireMessage, WireRun } from '../../protocol.ts';

/** Adds a message or replaces an older state of it; in the order of their ids. What comes late does not undo what is newer. */
export const upsert = (messages: readonly WireMessage[], message: WireMessage): readonly WireMessage[] => {
  const at = messages.findIndex(({ key }) => key === message.key);
  const known = messages[at];
  if (known === undefined) return [...messages, message].sort((a, b) => a.id - b.id);
  const replies = Math.max(known.replies, message.replies);
  return messages.with(at, { ...(known.changed > message.changed ? known : message), replies });
};

/** Is it older than all that were read, while there are others between? Shown, it would hide that those are missing. */
export const isBeyond = (messages: readonly WireMessage[], more: boolean, { id }: WireMessage): boolean =>
  more && id < (messages[0]?.id ?? 0);

/** The messages with the count of one thread's replies, which never falls. */
export const withReplies = (messages: readonly WireMessage[], key: string, replies: number): readonly WireMessage[] =>
  messages.map((message) =>
    message.key === key ? { ...message, replies: Math.max(message.replies, replies) } : message,
  );

const rank = ({ state }: WireRun): number => (state === 'queued' ? 0 : state === 'running' ? 1 : 2);

/** The later of two states of one run: queued, running, then over. */
export const laterRun = (a: WireRun, b: WireRun): WireRun => (rank(a) > rank(b) ? a : b);

/** Adds a run or replaces an older state of it, newest first. */
export const upsertRun = (runs: readonly WireRun[], run: WireRun): readonly WireRun[] => {
  const at = runs.findIndex(({ id }) => id === run.id);
  const known = runs[at];
  return known === undefined ? [run, ...runs].sort((a, b) => b.id - a.id) : runs.with(at, laterRun(known, run));
};
