import { t } from '#core/text.ts';
import { exit, Stopped } from './terminal.ts';

/** npm passes on a Ctrl-C that the terminal has told everybody already: within this time, a second one is the first. */
const sameMs = 2_000;

/** Ctrl-C, SIGTERM and a closed terminal ask to stop; a later one stops at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let askedAt = 0;
  const onSignal = () => {
    if (stop.signal.aborted) return performance.now() - askedAt < sameMs ? undefined : process.exit(exit.stopped);
    askedAt = performance.now();
    return stop.abort(new Stopped(t('Stopped.', 'Arrêté.')));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return stop.signal;
}
