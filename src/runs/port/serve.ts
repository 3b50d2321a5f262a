import { type Refusal, refusalOf } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { Executor } from '../executor.ts';
import type { AbortName, Question, Reply, Wire } from './messages.ts';

/** A call under way, as the other end may touch it. */
interface Call extends Readonly<Record<AbortName, AbortController>> {
  /** Of an apply: the other end has put its end on disk. */
  readonly concluded: PromiseWithResolvers<boolean>;
  /** Of an apply: those that wait until what it told is on disk, in order. */
  readonly recording: (() => void)[];
}

/** Lets the other end of the port use the executor. */
export function serveExecutor(port: Wire<Reply, Question>, executor: Executor): void {
  const calls = new Map<number, Call>();
  const send = (reply: Reply): void => port.postMessage(reply);

  const answer = (question: Extract<Question, { kind: 'call' }>, call: Call) => {
    switch (question.call) {
      case 'plan':
        return executor.plan(question.ask, call.signal.signal);
      case 'facts':
        return executor.facts(question.ask, call.signal.signal);
      case 'apply':
        return executor.apply(question.ask, (event) => send({ kind: 'event', id: question.id, event }), {
          boundary: call.boundary.signal,
          now: call.now.signal,
          recorded: () =>
            new Promise((resolve) => {
              call.recording.push(resolve);
              send({ kind: 'record', id: question.id });
            }),
          conclude: (outcome) => {
            send({ kind: 'conclude', id: question.id, outcome });
            return call.concluded.promise;
          },
        });
      case 'close':
        return executor.close().then(() => null);
    }
  };

  port.onMessage((question: Question) => {
    const { id } = question;
    if (question.kind === 'pulse') return send(question);
    if (question.kind === 'abort') return calls.get(id)?.[question.which].abort(question.reason);
    if (question.kind === 'recorded') return calls.get(id)?.recording.shift()?.();
    if (question.kind === 'concluded') return calls.get(id)?.concluded.resolve(question.over);
    const call = newCall();
    calls.set(id, call);
    answer(question, call)
      .then(
        (value) => send({ kind: 'answer', id, answer: value }),
        (thrown: unknown) => send({ kind: 'fault', id, refusal: refusalOf(thrown) ?? broken(thrown) }),
      )
      .finally(() => calls.delete(id));
  });
}

const newCall = (): Call => ({
  signal: new AbortController(),
  boundary: new AbortController(),
  now: new AbortController(),
  concluded: Promise.withResolvers<boolean>(),
  recording: [],
});

const broken = (thrown: unknown): Refusal => ({
  code: 'run.executor_broken',
  say: t('This broke off inside the bot; its log says where.', 'Cela s’est rompu dans le bot ; son journal dit où.'),
  // For the log at the other end; never shown.
  details: { stack: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) },
});
