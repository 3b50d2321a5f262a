import { stat } from 'node:fs/promises';
import { Fault, type Refusal, refusalOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { inLanguage, join, type Language, t } from '#core/text.ts';
import type { Undo } from './undo.ts';

/** How often it is looked whether the store is there. */
const everyMs = 2_000;

/** What is looked at, and who is told. */
export interface StoreWatch {
  /** Why the store cannot be used; undefined while it can. */
  check(): Promise<Refusal | undefined>;
  language(): Language;
  readonly notice: (words: string) => void;
  readonly log: Log;
}

/** Tells the terminal and the log that the store cannot be used, once, and that it can be again. */
export function watchStore({ check, language, notice, log }: StoreWatch, undo: Undo): void {
  let told: string | undefined;
  const say = (refusal: Refusal | undefined): void => {
    if (refusal?.code === told) return;
    told = refusal?.code;
    if (refusal) log.error({ refusal }, 'the store cannot be used');
    else log.info({}, 'the store can be used again');
    const words = refusal ? join([refusal.say, refusal.next ?? ''], ' ') : usableAgain;
    notice(inLanguage(words, language()).trimEnd());
  };
  let looking = Promise.resolve();
  let isLooking = false;
  const look = (): void => {
    if (isLooking) return;
    isLooking = true;
    looking = check()
      .then(say, (err: unknown) => log.error({ err }, 'the store could not be looked at'))
      .finally(() => {
        isLooking = false;
      });
  };
  const timer = setInterval(look, everyMs);
  undo.add(() => {
    clearInterval(timer);
    return looking;
  });
}

const usableAgain = t('The store can be used again.', 'La base est de nouveau utilisable.');

/** A start that failed because its data folder was taken away says so, whatever it stumbled over. */
export async function whileStarting<T>(data: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const code = refusalOf(thrown)?.code;
    // One that could not be made was never there, and the fault says why.
    if (code === 'data.unusable' || (code !== 'store.gone' && (await isThere(data)))) throw thrown;
    throw new Fault(
      {
        code: 'data.taken_away',
        say: t(
          `The data folder ${data} was taken away while the bot started, so it has ended.`,
          `Le dossier de données ${data} a été retiré pendant le démarrage du bot, qui s’est donc arrêté.`,
        ),
        next: t(
          'Put it back, or leave it away for an empty one; then start the bot again.',
          'Remettez-le, ou laissez-le de côté pour en avoir un vide ; puis redémarrez le bot.',
        ),
        retryable: true,
        details: { folder: data },
      },
      { cause: thrown },
    );
  }
}

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    () => false,
  );
