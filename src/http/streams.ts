import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ServerSentEvent } from '#core/http.ts';

/** Counts open streams, for one identity and in all, so that nobody uses up the server. */
export interface StreamLimits {
  readonly perActor: number;
  readonly all: number;
}

export const usualStreamLimits: StreamLimits = { perActor: 16, all: 1000 };

/** Hands out places for streams: undefined when there is none, else the way to give it back. */
export const createStreamPlaces = (limits: StreamLimits) => {
  const open = new Map<string, number>();
  let all = 0;
  return (actor: string): (() => void) | undefined => {
    const count = open.get(actor) ?? 0;
    if (count >= limits.perActor || all >= limits.all) return;
    open.set(actor, count + 1);
    all += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      all -= 1;
      const left = (open.get(actor) ?? 1) - 1;
      if (left === 0) open.delete(actor);
      else open.set(actor, left);
    };
  };
};

const oneLine = (text: string): string => text.replaceAll(/[\r\n\0]/g, ' ');

/** One event as the wire has it; JSON holds no line break, so `data` is one line. */
export const eventText = ({ id, event, data }: ServerSentEvent): string =>
  [
    ...(id === undefined ? [] : [`id: ${oneLine(id)}`]),
    ...(event === undefined ? [] : [`event: ${oneLine(event)}`]),
    `data: ${JSON.stringify(data)}`,
    '',
    '',
  ].join('\n');

/** A client that takes nothing for this long is cut off. */
const patienceMs = 30_000;

const write = async (response: ServerResponse, text: string, signal: AbortSignal): Promise<void> => {
  if (response.write(text)) return;
  await once(response, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) });
};

/** How long an answer to whether the reader is still let in counts: a burst of events asks once. */
const freshMs = 250;

const rarely = (still: () => Promise<boolean>): (() => Promise<boolean>) => {
  let asked = Number.NEGATIVE_INFINITY;
  let last: Promise<boolean> = Promise.resolve(true);
  return () => {
    if (performance.now() - asked > freshMs) {
      asked = performance.now();
      last = still();
    }
    return last;
  };
};

/** How a stream is kept alive, and who may go on reading it. */
export interface StreamCare {
  readonly heartbeatMs: number;
  /** Asked with every heartbeat and before events are sent; a no, or no answer, ends the stream. */
  readonly still: () => Promise<boolean>;
}

/**
 * Sends events until the source ends, the client goes away or `signal` is aborted. Only one event is asked of the
 * source at a time: a slow client costs nothing but its own place. A comment at every heartbeat shows it is alive.
 */
export async function sendStream(
  response: ServerResponse,
  source: AsyncIterable<ServerSentEvent>,
  signal: AbortSignal,
  care: StreamCare,
): Promise<void> {
  const isLetIn = rarely(care.still);
  const events = source[Symbol.asyncIterator]();
  let isGone = signal.aborted;
  let round = Promise.withResolvers<{ done: true; value: undefined }>();
  const leave = (): void => {
    isGone = true;
    round.resolve({ done: true, value: undefined });
  };
  const beat = (): Promise<unknown> => isLetIn().then((is) => (is ? response.write(': alive\n\n') : leave()), leave);
  const heartbeat = setInterval(beat, care.heartbeatMs);
  signal.addEventListener('abort', leave, { once: true });
  try {
    while (!isGone) {
      // One of its own for each round: a race leaves the event that won it with the promise that lost, for as long as that lives.
      round = Promise.withResolvers();
      const next = await Promise.race([events.next(), round.promise]);
      if (next.done === true || !(await isLetIn())) break;
      await write(response, eventText(next.value), signal);
    }
  } finally {
    clearInterval(heartbeat);
    signal.removeEventListener('abort', leave);
    void Promise.resolve(events.return?.()).catch(() => undefined);
    response.end();
  }
}
