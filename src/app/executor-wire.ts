import type { ChildProcess, Serializable } from 'node:child_process';
import type { Log } from '#core/log.ts';
import type { Question, Reply, Wire } from '#runs/port/messages.ts';
import { type Carried, logOver, writeCarried } from './carried-log.ts';
import type { ExecutorSettings } from './executor-options.ts';

/** What the process of the runs is told first. */
export interface Started {
  readonly settings: ExecutorSettings;
}

/** What it says: a reply of the executor, or a record for the bot's log. */
type Said = { readonly reply: Reply } | { readonly log: Carried };

export const startedBy = (settings: string): Serializable => ({ settings: JSON.parse(settings) });

/** The bot's end of the channel to the process of the runs. What that one logs is written here. */
export function wireTo(child: ChildProcess, log: Log): Wire<Question, Reply> {
  child.on('message', (said) => {
    if (isSaid(said) && 'log' in said) writeCarried(log, said.log);
  });
  return {
    // A channel that closes meanwhile tells so by its end.
    postMessage: (message) => void child.send(message, () => undefined),
    onMessage: (listener) =>
      void child.on('message', (said) => {
        if (isSaid(said) && 'reply' in said) listener(said.reply);
      }),
    onClose: (listener) => void child.on('disconnect', listener),
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

// Said by executor-process.ts alone.
const isSaid = (message: unknown): message is Said => typeof message === 'object' && message !== null;

const say = (said: Said): void => void process.send?.(said);

/** The other end, in the process of the runs. */
export const wireHere: Wire<Reply, Question> = {
  postMessage: (reply) => say({ reply }),
  onMessage: (listener) => void process.on('message', listener),
  onClose: (listener) => void process.on('disconnect', listener),
  close: () => process.disconnect?.(),
};

/** A log in the process of the runs, written by the bot. */
export const logHere = (): Log => logOver((log) => say({ log }));
