import type { HostRecap, RunState, StepState } from '#core/run.ts';
import { useDeck } from '../state/use-deck.ts';
import { type Drawing, Icon } from './icon.tsx';

const runDrawings: Readonly<Record<RunState, Drawing>> = {
  queued: 'clock',
  running: 'running',
  done: 'good',
  failed: 'bad',
  cancelled: 'stopped',
  interrupted: 'warn',
  drifted: 'warn',
};

const runTones: Readonly<Record<RunState, string>> = {
  queued: 'info',
  running: 'running',
  done: 'good',
  failed: 'bad',
  cancelled: 'info',
  interrupted: 'warn',
  drifted: 'warn',
};

/** How a run stands: a shape and a word. */
export const RunMark = ({ state }: { state: RunState }) => {
  const { words, times, link } = useDeck();
  const since = state === 'running' ? link.lostSince.value : undefined;
  const asOf = since === undefined ? '' : `, ${words.value.asOf(times.value.clock(since))}`;
  return (
    <span class={`mark tone-${runTones[state]}`}>
      <Icon
        of={asOf === '' ? runDrawings[state] : 'clock'}
        class={state === 'running' && asOf === '' ? 'turning' : ''}
      />{' '}
      <span>
        {words.value.runStates[state]}
        {asOf}
      </span>
    </span>
  );
};

const stepTones: Readonly<Record<StepState, string>> = {
  running: 'running',
  ok: 'good',
  changed: 'changed',
  skipped: 'quiet',
  failed: 'bad',
  ignored: 'warn',
  unreachable: 'bad',
  unknown: 'warn',
};

/** How a step went, in a word. */
export const StepMark = ({ state }: { state: StepState }) => {
  const { words } = useDeck();
  return <span class={`step-mark tone-${stepTones[state]}`}>{words.value.stepStates[state]}</span>;
};

const shownCounts = ['changed', 'ok', 'skipped', 'failed', 'unreachable', 'unknown', 'ignored', 'rescued'] as const;

/** Ansible's `ok` holds those that changed something, and ignored failures, as well. */
const onlyOk = ({ ok, changed, ignored, ignoredChanges = 0 }: HostRecap): number =>
  Math.max(0, ok - changed - ignored + ignoredChanges);

/** Counts, each step once, without the zeros; `on`: how many hosts they are of, when of several. */
export const RecapLine = ({ recap, on = 1 }: { recap: HostRecap; on?: number }) => {
  const { words } = useDeck();
  const counts = { ...recap, ok: onlyOk(recap), unknown: recap.unknown ?? 0 };
  return (
    <span class="recap">
      {on > 1 && <span class="recap-on">{words.value.inAll(on)}</span>}
      {shownCounts
        .filter((count) => counts[count] > 0)
        .map((count) => (
          <span key={count} class={`recap-${count}`}>
            {words.value.recap[count]} <b>{counts[count]}</b>
          </span>
        ))}
    </span>
  );
};
