import { useMemo, useState } from 'preact/hooks';
import type { HostRecap, Step } from '#core/run.ts';
import { isBad } from '../state/steps.ts';
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

/** What the host and the module said, without what the reason says already: that is the module's message in a sentence. */
const saidBy = ({ result, refusal }: Step): string => {
  const told = refusal === undefined ? '' : inWords(refusal.say, 'en');
  const message = textOf(result, 'msg');
  const parts = [textOf(result, 'stdout'), textOf(result, 'stderr'), told.includes(message) ? '' : message];
  return parts.filter(Boolean).join('\n');
};

const StepRow = ({ step }: { step: Step }) => {
  const deck = useDeck();
  const language = deck.language.value;
  /** What is folded is drawn when somebody unfolds it. */
  const [wasOpened, setOpened] = useState(false);
  const diff = step.differences
    .map((difference) => difference.diff ?? '')
    .filter(Boolean)
    .join('\n');
  const said = saidBy(step);
  const reason = step.refusal === undefined ? undefined : inWords(step.refusal.say, language);
  const head = (
    <>
      <StepMark state={step.state} />{' '}
      <span class="step-task">
        {step.task}
        {step.on !== undefined && <span class="muted"> → {step.on}</span>}
      </span>
      {step.finishedAt !== undefined && (
        <span class="muted step-took">{duration(Date.parse(step.finishedAt) - Date.parse(step.startedAt))}</span>
      )}
    </>
  );
  if (diff === '' && said === '' && reason === undefined) return <li class="step">{head}</li>;
  return (
    <li class="step">
      <details open={isBad(step)} onToggle={({ currentTarget }) => setOpened(wasOpened || currentTarget.open)}>
        <summary>{head}</summary>
        {(isBad(step) || wasOpened) && (
          <>
            {reason !== undefined && (
              <p class="notice notice-bad">
                <Icon of="bad" /> <span>{reason}</span>
              </p>
            )}
            {diff !== '' && <CodeLines text={diff} language="diff" label={`${step.task}: diff`} />}
            {said !== '' && <CodeLines text={said} language="log" label={step.task} />}
          </>
        )}
      </details>
    </li>
  );
};

/** A host's steps, each with what it changed and said; drawn again when one of them changed. */
const Steps = ({ steps }: { steps: readonly Step[] }) =>
  useMemo(
    () => (
      <ol class="steps">
        {steps.map((step) => (
          <StepRow key={`${step.id} ${step.host}`} step={step} />
        ))}
      </ol>
    ),
    [steps],
  );

interface HostStepsProps {
  readonly host: string;
  readonly steps: readonly Step[];
  readonly recap: HostRecap | undefined;
}

/** A host: how it came out, and its steps. */
export const HostSteps = ({ host, steps, recap }: HostStepsProps) => (
  <section class="host" aria-label={host} tabIndex={-1}>
    <h3>
      <span>{host}</span> {recap !== undefined && <RecapLine recap={recap} />}
    </h3>
    <Steps steps={steps} />
  </section>
);
