import { type Refusal, refusalOf } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { Executor } from '../executor.ts';
import type { AbortName, Question, Reply, Wire } from './messages.ts';

type Aborts = Readonly<Record<AbortName, AbortController>>;

/** Lets the other end of the port use the executor. */
export function serveExecutor(port: Wire<Reply, Question>, executor: Executor): void {
  const calls = new Map<number, Aborts>();
  const send = (reply: Reply): void => port.postMessage(reply);

  const answer = (question: Extract<Question, { kind: 'call' }>, aborts: Aborts) => {
    switch (question.call) {
      case 'plan':
        return executor.plan(question.ask, aborts.signal.signal);
      case 'facts':
        return executor.facts(question.ask, aborts.signal.signal);
      case 'apply':
        return executor.apply(question.ask, (event) => send({ kind: 'event', id: question.id, event }), {
          boundary: aborts.boundary.signal,
          now: aborts.now.signal,
        });
      case 'close':
        return executor.close().then(() => null);
    }
  };

  port.onMessage((question: Question) => {
    const { id } = question;
    if (question.kind === 'abort') {
      calls.get(id)?.[question.which].abort(question.reason);
      return;
    }
    const aborts = { signal: new AbortController(), boundary: new AbortController(), now: new AbortController() };
    calls.set(id, aborts);
    answer(question, aborts)
      .then(
        (value) => send({ kind: 'answer', id, answer: value }),
        (thrown: unknown) => send({ kind: 'fault', id, refusal: refusalOf(thrown) ?? broken(thrown) }),
      )
      .finally(() => calls.delete(id));
  });
}

const broken = (thrown: unknown): Refusal => ({
  code: 'run.executor_broken',
  say: t('The executor broke on this; the bot’s log says where.', 'L’exécuteur a échoué ; le journal du robot dit où.'),
  // For the log at the other end; never shown.
  details: { stack: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) },
});
