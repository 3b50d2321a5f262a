import type { Refusal } from '#core/errors.ts';
import { present } from '#core/present.ts';
import type { Recap } from '#core/run.ts';
import { join, t } from '#core/text.ts';
import type { Reporter, StepEnd, StepName } from '../execute/reporter.ts';

interface Kept {
  readonly name: StepName;
  readonly end: StepEnd;
}

/** Keeps what a check tells until its end: only then is it known what a failure in it means. */
export function keepReport(): { readonly reporter: Reporter; tell(to: Reporter, recap: Recap): void } {
  const all: (Kept | { readonly id: string; readonly name: string; readonly handler: boolean })[] = [];
  return {
    reporter: {
      play: () => undefined,
      task: (id, name, handler) => void all.push({ id, name, handler }),
      began: () => undefined,
      output: () => undefined,
      ended: (name, end) => void all.push({ name, end }),
    },
    tell(to, recap) {
      const touched = new Set<string>();
      for (const one of all) {
        if (!('end' in one)) {
          to.task(one.id, one.name, one.handler);
          continue;
        }
        const { host } = one.name;
        to.ended(one.name, asForeseen(one.end, touched.has(host) || (recap[host]?.failed ?? 0) === 0));
        if (one.end.state === 'changed' || one.end.state === 'unknown') touched.add(host);
      }
    },
  };
}

/**
 * A failure in a check is a failure of the run where nothing before it would have changed; otherwise it may come of what the
 * check left undone, and where a `rescue` answered it, it is none.
 */
function asForeseen(end: StepEnd, isOpen: boolean): StepEnd {
  if (end.state !== 'failed' || !isOpen) return end;
  return { ...end, state: 'unknown', ...present({ refusal: end.refusal && failedInCheck(end.refusal) }) };
}

const failedInCheck = ({ say }: Refusal): Refusal => ({
  code: 'ansible.not_foreseen',
  say: join([
    t(
      'In Ansible’s check mode this fails, and what comes after it is not known: ',
      'En mode check d’Ansible ceci échoue, et la suite n’est pas connue : ',
    ),
    say,
  ]),
});
