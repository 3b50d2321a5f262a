import type { MessagePort } from 'node:worker_threads';
import { Fault, type Refusal, refusalOf } from '#core/errors.ts';

/** What the other side threw, when it was no fault of the catalogue. */
export class FarError extends Error {
  readonly farStack: string;
  constructor(message: string, farStack: string) {
    super(message);
    this.name = 'FarError';
    this.farStack = farStack;
  }
}

/** The port closed while a call was under way. */
export class ChannelClosed extends Error {
  constructor() {
    super('the channel to the other side is closed');
    this.name = 'ChannelClosed';
  }
}

/** What one side does for the other. */
export interface Serving {
  serve(method: string, payload: unknown, signal: AbortSignal): Promise<unknown>;
  hear(method: string, payload: unknown): void;
}

/** Calls and notices over a message port, both ways; aborting the signal of a call aborts it on the other side. */
export interface Channel {
  call(method: string, payload: unknown, signal?: AbortSignal): Promise<unknown>;
  tell(method: string, payload: unknown): void;
  close(): void;
}

interface Failure {
  readonly refusal?: Refusal;
  readonly message: string;
  readonly stack: string;
}

type Wire =
  | { readonly is: 'call'; readonly id: number; readonly method: string; readonly payload: unknown }
  | { readonly is: 'abort'; readonly id: number }
  | { readonly is: 'value'; readonly id: number; readonly value: unknown }
  | { readonly is: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly is: 'notice'; readonly method: string; readonly payload: unknown };

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/** Opens a channel over a port; the port belongs to the channel from then on. */
export function openChannel(port: MessagePort, serving: Serving): Channel {
  const waiting = new Map<number, Waiting>();
  const running = new Map<number, AbortController>();
  let next = 1;
  let closed = false;

  const post = (wire: Wire) => port.postMessage(wire);

  const serve = async (id: number, method: string, payload: unknown) => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const value = await serving.serve(method, payload, controller.signal);
      answer(post, id, value);
    } catch (thrown) {
      post({ is: 'failure', id, failure: failureOf(thrown) });
    } finally {
      running.delete(id);
    }
  };

  const settle = (id: number, settleIt: (waiter: Waiting) => void) => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (waiter) settleIt(waiter);
  };

  const receive = (wire: Wire) => {
    if (wire.is === 'call') void serve(wire.id, wire.method, wire.payload);
    else if (wire.is === 'abort') running.get(wire.id)?.abort();
    else if (wire.is === 'value') settle(wire.id, (waiter) => waiter.resolve(wire.value));
    else if (wire.is === 'failure') settle(wire.id, (waiter) => waiter.reject(errorOf(wire.failure)));
    else serving.hear(wire.method, wire.payload);
  };

  const finish = () => {
    closed = true;
    for (const id of [...waiting.keys()]) settle(id, (waiter) => waiter.reject(new ChannelClosed()));
    for (const controller of running.values()) controller.abort();
  };

  port.on('message', receive);
  port.on('close', finish);

  return {
    call: (method, payload, signal) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new ChannelClosed());
        const id = next++;
        const abort = () => post({ is: 'abort', id });
        const done = () => signal?.removeEventListener('abort', abort);
        post({ is: 'call', id, method, payload });
        waiting.set(id, {
          resolve: (value) => {
            done();
            resolve(value);
          },
          reject: (reason) => {
            done();
            reject(reason);
          },
        });
        if (signal?.aborted) abort();
        else signal?.addEventListener('abort', abort, { once: true });
      }),
    tell: (method, payload) => {
      if (!closed) post({ is: 'notice', method, payload });
    },
    close: () => port.close(),
  };
}

/** A value that cannot be cloned is a failure of the side that made it, not a silence. */
function answer(post: (wire: Wire) => void, id: number, value: unknown): void {
  try {
    post({ is: 'value', id, value });
  } catch (thrown) {
    post({ is: 'failure', id, failure: failureOf(thrown) });
  }
}

function failureOf(thrown: unknown): Failure {
  const refusal = refusalOf(thrown);
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const failure = { message: String(error.message), stack: String(error.stack ?? error.message) };
  return refusal ? { ...failure, refusal } : failure;
}

function errorOf(failure: Failure): Error {
  const far = new FarError(failure.message, failure.stack);
  return failure.refusal ? new Fault(failure.refusal, { cause: far }) : far;
}
