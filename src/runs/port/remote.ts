import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { ExecutionControl, ExecutionEvent, Executor } from '../executor.ts';
import {
  type AbortName,
  type CallName,
  type Calls,
  faultOf,
  type Question,
  type Reply,
  reasonWord,
  type Wire,
} from './messages.ts';
import { type PulseLimits, usualPulse, watchPulse } from './pulse.ts';

interface Pending {
  resolve(answer: Calls[CallName]['answer']): void;
  reject(fault: Fault): void;
  readonly hears?: Hears | undefined;
}

/** What an apply tells before its answer. */
interface Hears extends Pick<ExecutionControl, 'conclude' | 'recorded'> {
  event(event: ExecutionEvent): void;
}

type Signals = Readonly<Partial<Record<AbortName, AbortSignal>>>;

/** The process that plays playbooks is gone. */
export const workerDied = (): Fault =>
  new Fault({
    code: 'run.worker_died',
    say: t('The part of the bot that runs playbooks died.', 'La partie du bot qui exécute les playbooks est morte.'),
    next: t('It is being started again: try again in a moment.', 'Elle redémarre : réessayez dans un instant.'),
    retryable: true,
  });

/** The process that plays playbooks heard nothing for too long. */
const workerStuck = (): Fault =>
  new Fault({
    code: 'run.worker_stuck',
    say: t(
      'The part of the bot that runs playbooks gave no sign of life for a minute and was ended.',
      'La partie du bot qui exécute les playbooks n’a plus donné signe de vie pendant une minute et a été arrêtée.',
    ),
    next: t(
      'A module or template of the playbook may loop for ever: look at what was played last.',
      'Un module ou un template du playbook boucle peut-être sans fin : regardez ce qui a été joué en dernier.',
    ),
  });

/**
 * An executor at the other end of a port. When that end dies, every open call is rejected with `run.worker_died`; when it
 * hears nothing for too long, with `run.worker_stuck`, and `end` is called, which must end it.
 */
export function remoteExecutor(
  port: Wire<Question, Reply>,
  { pulse = usualPulse, end = () => port.close() }: { readonly pulse?: PulseLimits; end?(): void } = {},
): Executor {
  const pending = new Map<number, Pending>();
  let next = 1;
  let closed = false;

  const send = (question: Question): void => port.postMessage(question);

  const give = (why: Fault): void => {
    closed = true;
    life.stop();
    for (const call of pending.values()) call.reject(why);
    pending.clear();
  };
  const life = watchPulse(pulse, {
    wanted: () => pending.size > 0,
    ask: () => send({ kind: 'pulse', id: 0 }),
    lost: () => {
      give(workerStuck());
      end();
    },
  });

  port.onMessage((reply: Reply) => {
    life.heard();
    const call = pending.get(reply.id);
    if (reply.kind === 'pulse') return;
    if (reply.kind === 'event') call?.hears?.event(reply.event);
    else if (reply.kind === 'record') void recorded(reply.id, call?.hears);
    else if (reply.kind === 'conclude') void concluded(reply, call?.hears);
    else if (pending.delete(reply.id)) {
      if (reply.kind === 'answer') call?.resolve(reply.answer);
      else call?.reject(faultOf(reply.refusal));
    }
  });
  port.onClose(() => give(workerDied()));

  const recorded = async (id: number, hears?: Hears): Promise<void> => {
    await hears?.recorded?.();
    if (!closed) send({ kind: 'recorded', id });
  };

  const concluded = async ({ id, outcome }: Extract<Reply, { kind: 'conclude' }>, hears?: Hears): Promise<void> => {
    // Where the end could not be put on disk the journals stay.
    const over = await (hears?.conclude?.(outcome) ?? Promise.resolve(true)).catch(() => false);
    if (!closed) send({ kind: 'concluded', id, over });
  };

  async function ask<K extends CallName>(
    call: K,
    what: Calls[K]['ask'],
    signals: Signals,
    hears?: Hears,
  ): Promise<Calls[K]['answer']> {
    if (closed) throw workerDied();
    const id = next++;
    const answer = new Promise<Calls[CallName]['answer']>((resolve, reject) => {
      pending.set(id, { resolve, reject, hears });
    });
    const stop = forward(signals, (which, reason) => send({ kind: 'abort', id, which, reason }));
    // The question is typed by its call; a generic one cannot say so.
    send({ kind: 'call', id, call, ask: what } as Question);
    stop.now();
    try {
      // Answers come back under the id of their question, so this one is of its call.
      return (await answer) as Calls[K]['answer'];
    } finally {
      stop.forget();
    }
  }

  return {
    plan: (job, signal) => ask('plan', job, { signal }),
    apply: (job, event, { boundary, now, ...more }) => ask('apply', job, { boundary, now }, { event, ...more }),
    facts: (hosts, signal) => ask('facts', hosts, { signal }),
    close: async () => {
      if (closed) return;
      await ask('close', null, {}).catch(() => undefined);
      port.close();
    },
  };
}

/** Passes aborts on: `now` those that are there already, later ones as they come, until told to forget. */
function forward(signals: Signals, pass: (which: AbortName, reason: string) => void) {
  const each = Object.entries(signals).map(([which, signal]) => {
    const tell = (): void => pass(which as AbortName, reasonWord(signal));
    return { signal, tell };
  });
  for (const { signal, tell } of each) signal.addEventListener('abort', tell);
  return {
    now: () => {
      for (const { signal, tell } of each) if (signal.aborted) tell();
    },
    forget: () => {
      for (const { signal, tell } of each) signal.removeEventListener('abort', tell);
    },
  };
}
