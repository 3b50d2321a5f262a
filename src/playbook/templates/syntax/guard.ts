import { t } from '#core/text.ts';
import { faultAt, Mistake } from '../mistakes.ts';
import type { Source } from './source.ts';

/** Does work on a template's tree; what is wrong with a constant, and a tree so deep that the stack ends, become faults. */
export function withinStack<T>(source: Source, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Mistake) throw faultAt(thrown.kind, thrown.say, source.at, thrown);
    if (!(thrown instanceof RangeError)) throw thrown;
    throw faultAt('budget', t('the template is nested too deep', 'le modèle est trop imbriqué'), source.at, thrown);
  }
}
