import type { Refusal } from '#core/errors.ts';
import type { Plan } from '#core/plan.ts';
import type { Run, Step } from '#core/run.ts';
import { join, type Text, t } from '#core/text.ts';
import { comesBack } from './execute/once.ts';
import { isLost } from './execute/recap.ts';
import { killedCode } from './refusals.ts';

/** Steps that began and whose end nobody saw, or that were killed. */
const isCut = ({ state, refusal }: Step): boolean =>
  state === 'unknown' || state === 'running' || refusal?.code === killedCode;

/** Modules that may do what must not be done twice, for steps of which the plan does not show what they do. */
export const onceModules: ReadonlySet<string> = new Set([
  ...['command', 'shell', 'raw', 'script', 'tempfile', 'postgresql_query', 'postgresql_db', 'mysql_db', 'mysql_query'],
  ...['service', 'systemd', 'systemd_service', 'uri', 'npm', 'mount'],
]);

/** Whether the step may be done again: looking at the host tells what is left to do. */
function mayRepeat(plan: Plan | undefined, { id, host, module }: Step): boolean {
  const planned = plan?.steps.find((one) => one.id === id && one.host === host);
  if (planned && planned.outcome !== 'unknown') return !planned.differences.some(comesBack);
  return !onceModules.has(module.split('.').at(-1) ?? module);
}

/** What to do about a step that is not done twice, where its run stopped. */
function lookThere({ id }: Pick<Run, 'id'>, { task, host, state }: Step): Text {
  const look = t(
    `“${task}” on ${host} may be half done, and is never done twice: look there, then plan it again.`,
    `« ${task} » sur ${host} est peut-être à moitié faite, et n’est jamais faite deux fois : allez voir, puis replanifiez.`,
  );
  if (state === 'failed') return look;
  const unless = t(
    `If it came to its end by itself, “runs resume ${id}” goes on.`,
    `Si elle est allée seule à son terme, « runs resume ${id} » reprend.`,
  );
  return join([look, unless], ' ');
}

const inOnePiece = t(
  'Look at its hosts, then give the order again, as a whole: Ansible cannot go on in the middle.',
  'Regardez ses hôtes, puis redonnez l’ordre, en entier : Ansible ne peut pas reprendre au milieu.',
);

/** Why a run that another engine played stopped: there is no way on but a whole new one, once somebody looked. */
export const withNewRun = (refusal: Refusal): Refusal => ({ ...refusal, next: inOnePiece, retryable: false });

/** Why a run stopped, with the way on: not to resume it where a step was cut that must not be done twice. */
export function withWayOn(refusal: Refusal, run: Run, steps: readonly Step[], plan: Plan | undefined): Refusal {
  if (run.request.engine !== undefined) return withNewRun(refusal);
  const stuck = steps.find((step) => isCut(step) && !mayRepeat(plan, step));
  if (!stuck) return refusal;
  return { ...refusal, next: lookThere(run, stuck), retryable: false };
}

const comeBack = (hosts: readonly string[]): Text =>
  t(
    `When ${hosts.join(', ')} can be reached again, resume it: what is done is not done again.`,
    `Quand ${hosts.join(', ')} répondra, reprenez-la : ce qui est fait ne sera pas refait.`,
  );

/**
 * The same for a run that failed: it is gone on with where a host was lost, or one with which it was to go on did not
 * answer, not where the host itself knows of no end.
 */
export function withWayBack(refusal: Refusal, { resumes }: Run, steps: readonly Step[]): Refusal {
  const isAway = (step: Step): boolean => isLost(step) || (resumes !== undefined && step.state === 'unreachable');
  const hosts = [...new Set(steps.filter(isAway).map(({ host, on = host }) => on))];
  if (hosts.length === 0 || refusal.retryable === false) {
    const { next = refusal.next } = steps.find(({ state }) => state === 'unknown')?.refusal ?? {};
    return { ...refusal, ...(next === undefined ? {} : { next }), retryable: false };
  }
  return { ...refusal, next: comeBack(hosts.length > 3 ? [...hosts.slice(0, 3), '…'] : hosts), retryable: true };
}
