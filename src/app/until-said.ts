import type { Card } from '#core/card.ts';
import type { Log } from '#core/log.ts';
import type { Undo } from './undo.ts';

/** How long after a failure it is tried again. */
const againMs = 3_000;

/** Says something on the board, now or as soon as the store takes it; of one key only the newest. */
export type SayOnBoard = (key: string, card: Card) => void;

/** A message that the store does not take now, such as one that tells of its trouble, is not lost. */
export function untilSaid(tell: (key: string, card: Card) => Promise<void>, log: Log, undo: Undo): SayOnBoard {
  const waiting = new Map<string, Card>();
  let saying: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const sayAll = async (): Promise<void> => {
    for (const [key, card] of waiting) {
      try {
        await tell(key, card);
        if (waiting.get(key) === card) waiting.delete(key);
      } catch (cause) {
        log.error({ err: cause, about: key }, 'a message for the board waits until the store takes it');
        timer = setTimeout(start, againMs);
        return;
      }
    }
  };
  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    saying ??= sayAll().finally(() => {
      saying = undefined;
      if (waiting.size > 0 && timer === undefined) start(); // it came when all others were said
    });
  }
  undo.add(async () => {
    waiting.clear();
    await saying;
    clearTimeout(timer);
  });
  return (key, card) => {
    waiting.delete(key); // the newest comes last
    waiting.set(key, card);
    start();
  };
}
