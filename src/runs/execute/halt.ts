import type { Refusal } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { type ExecutionControl, type ExecutionOutcome, interrupt } from '../executor.ts';
import { changedSince } from './drift-before.ts';

/** Why everything stops before its end. */
export interface HaltReason {
  readonly state: Exclude<ExecutionOutcome['state'], 'done'>;
  readonly refusal: Refusal;
}

/** Whether the walk goes on. The first reason is the one that is told. */
export interface Halt {
  readonly reason: HaltReason | undefined;
  stop(reason: HaltReason): void;
  /** Stops since something is not what it was when the plan was made; what it is, only `tell` says. */
  drifted(): void;
  /** What of that may be told, by who knows the task that uses it. */
  tell(refusal: Refusal): void;
}

const somethingChanged: HaltReason = {
  state: 'drifted',
  refusal: changedSince(['Something that it uses', 'Quelque chose qu’elle utilise']),
};

const cancelled: Refusal = {
  code: 'run.cancelled',
  say: t(
    'It was stopped half-way: whatever it had changed by then stays.',
    'Elle a été arrêtée en cours de route : tout ce qu’elle avait déjà changé le reste.',
  ),
  next: t('Resume it: what is done is not done again.', 'Reprenez-la : ce qui est fait ne sera pas refait.'),
};

const interrupted: Refusal = {
  code: 'run.interrupted',
  say: t('The bot was stopped, and this run with it.', 'Le bot a été arrêté, et cette exécution avec lui.'),
  next: t('Resume it: what is done is not done again.', 'Reprenez-la : ce qui est fait ne sera pas refait.'),
  retryable: true,
};

const reasonOf = (signal: AbortSignal): HaltReason =>
  signal.reason === interrupt
    ? { state: 'interrupted', refusal: interrupted }
    : { state: 'cancelled', refusal: cancelled };

/** Stops for a reason given here, or for either of the signals. */
export function createHalt(control: ExecutionControl): Halt {
  let first: HaltReason | undefined;
  let hasDrifted = false;
  const tell: Halt['tell'] = (refusal) => {
    if (hasDrifted && refusal.code === 'run.drifted') first ??= { state: 'drifted', refusal };
  };
  return {
    tell,
    get reason() {
      if (first) return first;
      if (hasDrifted) return somethingChanged;
      if (control.now.aborted) return reasonOf(control.now);
      return control.boundary.aborted ? reasonOf(control.boundary) : undefined;
    },
    stop(reason) {
      if (hasDrifted) tell(reason.refusal);
      else first ??= reason;
    },
    drifted() {
      hasDrifted = true;
    },
  };
}
