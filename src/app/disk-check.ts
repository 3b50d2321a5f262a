import { refusalOf } from '#core/errors.ts';
import type { ReadyCheck } from '#http/health.ts';
import { probeDataFolder } from '#store/data-folder.ts';

/** A finding counts this long, so that whoever asks often does not wear the disk. */
const freshMs = 3_000;

/** The check that the data folder can be written to, by writing; `elapsed` is a time that nobody can set back. */
export function diskCheck(folder: string, elapsed = () => performance.now()): ReadyCheck {
  let found: ReturnType<ReadyCheck['check']>;
  let at = Number.NEGATIVE_INFINITY;
  return {
    name: 'disk',
    check() {
      if (elapsed() - at < freshMs) return found;
      at = elapsed();
      found = probeDataFolder(folder).then(
        () => undefined,
        (thrown: unknown) => {
          const refusal = refusalOf(thrown);
          if (refusal === undefined) throw thrown;
          return refusal;
        },
      );
      return found;
    },
  };
}
