import type { HostRecap, Step } from '#core/run.ts';
import type { OpenRun } from '../state/runs.ts';
import { useDeck } from '../state/use-deck.ts';
import { duration } from '../words/times.ts';
import { inWords } from '../words/words.ts';
import { CodeLines } from './card-code.tsx';
import { Icon } from './icon.tsx';
import { RecapLine, StepMark } from './run-mark.tsx';

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
      {step.on !== undefined && <span class="muted"> → {step.on}</span>}
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

/** A host's steps, each with what it changed and said. */
export const HostSteps = ({ host, open, recap }: { host: string; open: OpenRun; recap: HostRecap | undefined }) => {
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
