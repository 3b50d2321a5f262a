import type { Readable, Writable } from 'node:stream';

/** How a remote process ended. `lost`: nobody said; the channel went away. */
export interface ChannelEnd {
  readonly code?: number;
  readonly lost: boolean;
}

/** One remote process and its three streams. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once the process has ended or the channel is gone. */
  readonly ended: Promise<ChannelEnd>;
  /** The same for many short listeners on a long-lived channel, which a promise would all keep; returns the way to stop. */
  onEnd(listener: (end: ChannelEnd) => void): () => void;
  /** Gives the channel up; the process is not killed by it. */
  close(): void;
  /** Ends the whole connection: the host does not keep to the protocol, and what it goes on sending is not taken. */
  distrust(): void;
}

/** The end of a channel, as its maker tells it. */
export interface Ending extends Pick<Channel, 'ended' | 'onEnd'> {
  tell(end: ChannelEnd): void;
}

/** An end that is told once; whoever listens later hears it too. */
export function createEnding(): Ending {
  const { promise: ended, resolve } = Promise.withResolvers<ChannelEnd>();
  const listeners = new Set<(end: ChannelEnd) => void>();
  let told: ChannelEnd | undefined;
  return {
    ended,
    onEnd: (listener) => {
      if (told) queueMicrotask(() => told && listener(told));
      else listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (end) => {
      if (told) return;
      told = end;
      resolve(end);
      for (const listener of listeners) listener(end);
      listeners.clear();
    },
  };
}

/** Starts a command on the host by the login shell. Rejects with a `ChannelRefused` when the host allows no more channels. */
export type OpenChannel = (command: string) => Promise<Channel>;

/** The host allows no further channel at the moment (`MaxSessions`). */
export class ChannelRefused extends Error {}
