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
  /** Gives the channel up; the process is not killed by it. */
  close(): void;
}

/** Starts a command on the host by the login shell. Rejects with a `ChannelRefused` when the host allows no more channels. */
export type OpenChannel = (command: string) => Promise<Channel>;

/** The host allows no further channel at the moment (`MaxSessions`). */
export class ChannelRefused extends Error {}
