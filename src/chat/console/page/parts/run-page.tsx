import { useEffect, useRef, useState } from 'preact/hooks';
import type { HostRecap, Step } from '#core/run.ts';
import type { WireRun } from '../../protocol.ts';
import { addressOf } from '../state/place.ts';
import type { OpenRun } from '../state/runs.ts';
import { useDeck } from '../state/use-deck.ts';
import { duration } from '../words/times.ts';
import { inWords } from '../words/words.ts';
import { CodeLines } from './card-code.tsx';
import { Icon } from './icon.tsx';
import { reachable } from './reachable.ts';
import { RecapLine, RunMark, StepMark } from './run-mark.tsx';
import { useStick } from './use-stick.ts';
import { sentenceOf } from './use-tap.ts';
import { useTitle } from './use-title.ts';

const textOf = (result: Step['result'], name: string): string => {
  const value = result[name];
  return typeof value === 'string' ? value.trimEnd() : '';
};

const StepRow = ({ step }: { step: Step }) => {
  const deck = useDeck();
  const language = deck.language.value;
  const diff = step.differences
    .map((difference) => difference.diff ?? '')
    .filter(Boolean)
    .join('\n');
  const said = ['stdout', 'stderr', 'msg']
    .map((name) => textOf(step.result, name))
    .filter(Boolean)
    .join('\n');
  const reason = step.refusal === undefined ? undefined : inWords(step.refusal.say, language);
  const head = (
    <>
      <StepMark state={step.state} /> <span class="step-task">{step.task}</span>
      {step.finishedAt !== undefined && (
        <span class="muted step-took">{duration(Date.parse(step.finishedAt) - Date.parse(step.startedAt))}</span>
      )}
    </>
  );
  if (diff === '' && said === '' && reason === undefined) return <li class="step">{head}</li>;
  return (
    <li class="step">
      <details open={step.state === 'failed' || step.state === 'unreachable'}>
        <summary>{head}</summary>
        {reason !== undefined && (
          <p class="notice notice-bad">
            <Icon of="bad" /> <span>{reason}</span>
          </p>
        )}
        {diff !== '' && <CodeLines text={diff} language="diff" label={`${step.task}: diff`} />}
        {said !== '' && <CodeLines text={said} language="log" label={step.task} />}
      </details>
    </li>
  );
};

const HostSteps = ({ host, open, recap }: { host: string; open: OpenRun; recap: HostRecap | undefined }) => {
  const steps = open.steps.filter((step) => step.host === host);
  return (
    <section class="host" aria-label={host}>
      <h3>
        <span>{host}</span> {recap !== undefined && <RecapLine recap={recap} />}
      </h3>
      <ol class="steps">
        {steps.map((step) => (
          <StepRow key={`${step.id} ${step.host}`} step={step} />
        ))}
      </ol>
    </section>
  );
};

const LiveLog = ({ open }: { open: OpenRun }) => {
  const { words } = useDeck();
  const list = useRef<HTMLPreElement>(null);
  const hosts = [...new Set(open.output.map(({ host }) => host))];
  const [only, setOnly] = useState('');
  useStick(list, open.output.length);
  const pieces = open.output.filter(({ host }) => only === '' || host === only);
  return (
    <section class="live-log" aria-label={words.value.liveLog}>
      <h2>{words.value.liveLog}</h2>
      {hosts.length > 1 && (
        <fieldset class="host-choice">
          <legend class="sr">{words.value.hosts}</legend>
          {['', ...hosts].map((host) => (
            <button
              key={host}
              type="button"
              class="button button-small"
              aria-pressed={only === host}
              onClick={() => setOnly(host)}
            >
              {host === '' ? words.value.allHosts : host}
            </button>
          ))}
        </fieldset>
      )}
      <pre class="code live" ref={list} {...reachable} role="log" aria-live="off" aria-label={words.value.liveLog}>
        <code>
          {pieces.length === 0 && <span class="muted">{words.value.noOutput}</span>}
          {pieces.map(({ host, text }, index) => (
            <span key={index} class="line">
              {only === '' && <span class="log-host">{host} │ </span>}
              {text.replace(/\n$/, '')}
              {'\n'}
            </span>
          ))}
        </code>
      </pre>
    </section>
  );
};

const Facts = ({ run }: { run: WireRun }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const times = deck.times.value;
  const until = run.finishedAt === undefined ? Date.now() : Date.parse(run.finishedAt);
  return (
    <dl class="card-fields">
      <div>
        <dt>{words.askedBy}</dt>
        <dd>{run.actor.name}</dd>
      </div>
      <div>
        <dt>{words.playbook}</dt>
        <dd>{run.playbook}</dd>
      </div>
      <div>
        <dt>{words.order}</dt>
        <dd>
          {run.orderId} · <a href={addressOf({ at: 'channel', channel: run.channel })}>#{run.channel}</a>
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
          <dd>{duration(until - Date.parse(run.startedAt))}</dd>
        </div>
      )}
    </dl>
  );
};

const Shown = ({ open, run }: { open: OpenRun; run: WireRun }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const hosts = [...new Set([...open.steps.map(({ host }) => host), ...Object.keys(run.recap)])];
  return (
    <div class="run-body">
      <p class="run-head">
        <RunMark state={run.state} /> <strong dir="auto">{run.text}</strong>
      </p>
      {run.reason !== undefined && (
        <p class="notice notice-bad">
          <Icon of="bad" /> <span>{inWords(run.reason, deck.language.value)}</span>
        </p>
      )}
      {run.resumes !== undefined && (
        <p>
          <a href={addressOf({ at: 'run', run: run.resumes })}>{words.goesOn(run.resumes)}</a>
        </p>
      )}
      <Facts run={run} />
      {(run.state === 'running' || open.output.length > 0) && <LiveLog open={open} />}
      <h2>{words.hosts}</h2>
      {hosts.map((host) => (
        <HostSteps key={host} host={host} open={open} recap={run.recap[host]} />
      ))}
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
  const [refusal, setRefusal] = useState('');
  useTitle(run === undefined ? `${words.run} ${id}` : `${words.runStates[run.state]}: ${run.text}`);
  useEffect(() => {
    deck.runs.show(id).catch((thrown: unknown) => setRefusal(sentenceOf(thrown, words.unreachable)));
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
      {refusal !== '' && (
        <p class="notice notice-bad" role="alert">
          <Icon of="bad" /> <span>{refusal}</span>
        </p>
      )}
      {shown !== undefined && run !== undefined && <Shown open={shown} run={run} />}
    </main>
  );
};
