import type { Refusal } from '#core/errors.ts';
import { notHere } from '#core/hosts.ts';
import { present } from '#core/present.ts';
import type { HostRecap, Recap } from '#core/run.ts';
import { type Text, t } from '#core/text.ts';
import { shortName } from '#playbook/modules/registry.ts';
import { hidden } from '../execute/clip.ts';
import type { ExecutionLimits } from '../execute/limits.ts';
import type { Reporter, StepEnd, StepEndState, StepName } from '../execute/reporter.ts';
import { refusesLocal } from './callback.ts';
import { differencesOf } from './differences.ts';
import type { EndTold, RecapTold, TaskTold, Told } from './told.ts';

/** What is made of what Ansible tells, and what is known at its end. */
export interface Recorder {
  hear(told: Told): void;
  /** The last thing it tells; undefined where it broke off. */
  recap(): Recap | undefined;
  /** The steps of which nobody saw the end. */
  open(): readonly StepName[];
}

interface Task extends Pick<TaskTold, 'name' | 'module' | 'handler'> {
  readonly id: string;
}

/** Whoever hears of steps hears their names in our words: places in the order of the play. */
export function createRecorder(
  reporter: Reporter,
  { limits, noKeys }: { readonly limits: ExecutionLimits; readonly noKeys: ReadonlySet<string> },
): Recorder {
  const tasks = new Map<string, Task>();
  const running = new Map<string, StepName>();
  let play = 0;
  let task = 0;
  let recap: Recap | undefined;

  const nameOf = (uuid: string, host: string, noLog = false): StepName => {
    const { id, name, module } = tasks.get(uuid) ?? { id: `${play}.0`, name: uuid, module: '' };
    return { host, id, task: name, module: shortName(module), noLog };
  };
  /** Where hosts go on by themselves, Ansible tells a task once for each of them. */
  const placeOf = ({ uuid, handler }: TaskTold): string => {
    const known = handler ? undefined : tasks.get(uuid)?.id;
    if (known !== undefined) return known;
    task += 1;
    return `${play}.${handler ? 'h' : ''}${task}`;
  };
  const begin = (told: TaskTold): void => {
    const id = placeOf(told);
    tasks.set(told.uuid, { ...told, id });
    reporter.task(id, told.name, told.handler);
  };
  const end = (told: EndTold): void => {
    const key = `${told.host} ${told.uuid}`;
    const known = running.get(key);
    running.delete(key);
    const name = { ...(known ?? nameOf(told.uuid, told.host)), noLog: told.hidden };
    reporter.ended(name, endOf(told, name, { limits, noKeys }));
  };

  return {
    hear(told) {
      if (told.kind === 'play') {
        [play, task] = [play + 1, 0];
        tasks.clear();
        reporter.play(told.name);
      } else if (told.kind === 'task') begin(told);
      else if (told.kind === 'begin') {
        const name = nameOf(told.uuid, told.host);
        running.set(`${told.host} ${told.uuid}`, name);
        reporter.began(name);
      } else if (told.kind === 'end') end(told);
      else recap = recapOf(told);
    },
    recap: () => recap,
    open: () => [...running.values()],
  };
}

const recapOf = ({ hosts }: RecapTold): Recap =>
  Object.fromEntries(
    Object.entries(hosts).map(([host, { failures, ...counts }]): [string, HostRecap] => [
      host,
      { ...counts, failed: failures },
    ]),
  );

const states: Readonly<Record<EndTold['how'], StepEndState>> = {
  ok: 'ok',
  skipped: 'skipped',
  failed: 'failed',
  ignored: 'ignored',
  unreachable: 'unreachable',
};

interface Ending {
  readonly limits: ExecutionLimits;
  readonly noKeys: ReadonlySet<string>;
}

function endOf(told: EndTold, { module, host }: StepName, { limits, noKeys }: Ending): StepEnd {
  const changed = told.result.changed === true;
  const state = told.how === 'ok' && changed ? 'changed' : told.untold ? 'unknown' : states[told.how];
  return {
    state,
    differences: differencesOf(told, module, limits),
    result: told.result,
    changed,
    ...present({ refusal: refusalOf(told, noKeys.has(told.on ?? host)), on: told.on ?? undefined }),
  };
}

function refusalOf(told: EndTold, keyMissing: boolean): Refusal | undefined {
  if (told.untold) return notForeseen;
  if (told.how === 'ok' || told.how === 'skipped') return undefined;
  if (told.how === 'unreachable' && told.result.msg === refusesLocal) return notHere('localhost');
  const { host, on } = told;
  if (told.how === 'unreachable' && keyMissing) return keyUnknown(on ?? host);
  const say = told.hidden ? t(hidden, hidden) : wordsOf(told);
  return told.how === 'unreachable' ? { code: 'ssh.unreachable', say, retryable: true } : { code: 'step.failed', say };
}

const longest = 2_000;

/** What Ansible says of a failure, and the end of what the command printed. */
function wordsOf({ result }: EndTold): Text {
  const parts = [result.msg, result.stderr || result.stdout || result.module_stderr]
    .filter((part) => typeof part === 'string' && part.trim() !== '')
    .map((part) => String(part).trim());
  return (
    [...new Set(parts)].join('\n').slice(0, longest) || t('Ansible does not say why.', 'Ansible ne dit pas pourquoi.')
  );
}

const keyUnknown = (host: string): Refusal => ({
  code: 'ssh.host_key_unknown',
  say: t(
    `The host key of ${host} is not known. On the bot’s machine, type: bin/quarterdeck trust ${host}`,
    `La clé d’hôte de ${host} n’est pas connue. Sur la machine du bot, tapez : bin/quarterdeck trust ${host}`,
  ),
});

/** What Ansible's check mode leaves out. */
const notForeseen: Refusal = {
  code: 'ansible.not_foreseen',
  say: t(
    'Ansible’s check mode does not say what this would do.',
    'Le mode check d’Ansible ne dit pas ce que cela ferait.',
  ),
};
