import { useEffect, useMemo } from 'preact/hooks';
import type { Step } from '#core/run.ts';
import type { WireRun } from '../../protocol.ts';
import { addressOf } from '../state/place.ts';
import type { OpenRun } from '../state/runs.ts';
import { isBad, type StepsByHost } from '../state/steps.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { OrderLink, RunActions } from './run-card.tsx';
import { RunHosts } from './run-hosts.tsx';
import { RunLog } from './run-log.tsx';
import { RunMark } from './run-mark.tsx';
import { Took } from './took.tsx';
import { UnreadNotice } from './unread-notice.tsx';
import { useReading } from './use-reading.ts';
import { useTitle } from './use-title.ts';

const Facts = ({ open, run }: { open: OpenRun; run: WireRun }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const times = deck.times.value;
  return (
    <dl class="card-fields">
      <div>
        <dt>{words.askedBy}</dt>
        <dd>{run.actor.name}</dd>
      </div>
      {open.approvedBy.length > 0 && (
        <div>
          <dt>{words.approvedBy}</dt>
          <dd>{open.approvedBy.map(({ name }) => name).join(', ')}</dd>
        </div>
      )}
      <div>
        <dt>{words.playbook}</dt>
        <dd>{run.playbook}</dd>
      </div>
      <div>
        <dt>{words.order}</dt>
        <dd>
          <OrderLink run={run} />
        </dd>
      </div>
      {run.startedAt !== undefined && (
        <div>
          <dt>{words.started}</dt>
          <dd>{times.moment(run.startedAt)}</dd>
        </div>
      )}
      {run.startedAt !== undefined && (
        <div>
          <dt>{words.took}</dt>
          <dd>
            <Took run={run} />
          </dd>
        </div>
      )}
    </dl>
  );
};

const endedBadly: ReadonlySet<WireRun['state']> = new Set(['failed', 'drifted', 'interrupted', 'cancelled']);

/** More failures than these are counted, and more hosts of one. */
const failuresShown = 3;
const failedHostsShown = 10;

/** Why a run ended badly, before its steps: on a phone those are far below. */
const Failures = ({ steps }: { steps: StepsByHost }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const language = deck.language.value;
  const bad = [...steps.values()].flat().filter((step) => isBad(step) || step.state === 'unknown');
  const alike = new Map<string, Step[]>();
  for (const step of bad) {
    const key = JSON.stringify([step.task, step.state, step.refusal?.say ?? '']);
    const its = alike.get(key);
    if (its === undefined) alike.set(key, [step]);
    else its.push(step);
  }
  const shown = [...alike.values()].slice(0, failuresShown);
  if (bad.length === 0) return null;
  return (
    <ul class="run-failures" aria-label={words.why}>
      {shown.map(([first, ...others]) => (
        <li key={`${first?.id} ${first?.host}`} class="notice notice-bad">
          <Icon of="bad" />
          <span>
            <strong>
              {[first, ...others]
                .slice(0, failedHostsShown)
                .map((step) => step?.host)
                .join(', ')}
              {others.length >= failedHostsShown && ` ${words.andMoreHosts(others.length + 1 - failedHostsShown)}`}
            </strong>
            , <span dir="auto">{first?.task}</span>
            {' — '}
            {first?.refusal === undefined
              ? words.stepStates[first?.state ?? 'failed']
              : inWords(first.refusal.say, language)}
          </span>
        </li>
      ))}
      {alike.size > failuresShown && <li class="muted">{words.moreFailures(alike.size - failuresShown)}</li>}
    </ul>
  );
};

const Shown = ({ open, run }: { open: OpenRun; run: WireRun }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const hosts = useMemo(
    () => [...new Set([...open.steps.keys(), ...Object.keys(run.recap)])],
    [open.steps.size, run.recap],
  );
  return (
    <div class="run-body">
      <p class="run-head">
        <RunMark state={run.state} /> <strong dir="auto">{run.text}</strong>
      </p>
      <RunActions run={run} />
      {run.reason !== undefined && (
        <p class="notice notice-bad">
          <Icon of="bad" /> <span>{inWords(run.reason, deck.language.value)}</span>
        </p>
      )}
      {endedBadly.has(run.state) && <Failures steps={open.steps} />}
      {open.resumedBy !== undefined && (
        <p>
          <a href={addressOf({ at: 'run', run: open.resumedBy })}>{words.goneOnWith(open.resumedBy)}</a>
        </p>
      )}
      {run.resumes !== undefined && (
        <p>
          <a href={addressOf({ at: 'run', run: run.resumes })}>{words.goesOn(run.resumes)}</a>
        </p>
      )}
      <Facts open={open} run={run} />
      {run.startedAt !== undefined && <RunLog run={run} hosts={hosts} />}
      <RunHosts open={open} run={run} hosts={hosts} />
    </div>
  );
};

/** One run, live: how it stands, its log, and every step by host. */
export const RunPage = ({ id }: { id: number }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const open = deck.runs.open.value;
  const shown = open?.id === id ? open : undefined;
  const run = shown?.run;
  const reading = useReading(() => deck.runs.show(id));
  useTitle(run === undefined ? `${words.run} ${id}` : `${words.runStates[run.state]}: ${run.text}`);
  useEffect(() => {
    document.getElementById('page-title')?.focus();
    return () => deck.runs.close();
  }, [id]);
  return (
    <main class="page page-scroll" id="main" tabIndex={-1}>
      <header class="page-head">
        <a class="back" href={addressOf({ at: 'runs' })}>
          <Icon of="back" /> <span>{words.runs}</span>
        </a>
        <h1 id="page-title" tabIndex={-1}>
          {words.run} {id}
        </h1>
      </header>
      <UnreadNotice reading={reading} />
      {shown !== undefined && run !== undefined && <Shown open={shown} run={run} />}
    </main>
  );
};
