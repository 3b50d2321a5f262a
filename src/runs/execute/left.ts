import { createHash, randomBytes } from 'node:crypto';
import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { jobState, unknownJob } from '#playbook/modules/async_status.ts';
import type { Apply, Module, ModuleResult } from '#playbook/modules/module.ts';
import type { Examined, Invocation } from './examine.ts';
import { attemptStep } from './journal.ts';
import { begin, forget, jobForm, look, notBegunCode } from './left-scripts.ts';
import { conclude } from './perform.ts';
import { numberOf, scopeOf, type Unit } from './unit.ts';
import { stepKey, type Walk } from './walk.ts';

/** A task of this run that was left running: what its end is read with. */
export interface LeftRunning {
  readonly invocation: Invocation;
  readonly examined: Examined;
  readonly apply: Apply;
}

const secondsOf = (walk: Walk, unit: Unit, written: Unit['task']['poll'], otherwise: number): number =>
  written === undefined ? otherwise : numberOf(walk.language.value(written, scopeOf(walk, unit)), otherwise);

/** `async` with `poll: 0`: the task is begun and left running. */
export const isLeft = (walk: Walk, unit: Unit): boolean =>
  secondsOf(walk, unit, unit.task.async, 0) > 0 && secondsOf(walk, unit, unit.task.poll, 15) === 0;

/** Throws a Fault for a task that cannot be left running. */
export function mayBeLeft(walk: Walk, unit: Unit, { module, quote }: Invocation, examined: Examined): void {
  if (!isLeft(walk, unit)) return;
  const { args, state, plan } = examined;
  const apply = module.local ? undefined : module.apply(args, state, plan, quote);
  const isOneScript = apply !== undefined && !apply.brings && (apply.contents ?? []).length === 0;
  if (module.local || module.waits || (apply !== undefined && !isOneScript)) throw notLeft(unit, module);
}

const notLeft = ({ task }: Unit, { name }: Module): Fault =>
  new Fault({
    code: 'step.not_left_running',
    say: t(
      `${task.file}:${task.at.line}: “${name}” cannot be left running here.`,
      `${task.file}:${task.at.line} : « ${name} » ne peut pas être laissée en cours ici.`,
    ),
    next: t('Leave out “poll: 0”: then it is waited for.', 'Retirez « poll: 0 » : elle sera alors attendue.'),
  });

/** A job's name tells the run and the step, so that a run that goes on begins none again. */
const jobOf = (walk: Walk, unit: Unit, number: number): string =>
  `${walk.key}.${createHash('sha256').update(attemptStep(unit.name, number)).digest('hex').slice(0, 12)}`;

/** Nothing was to be done: there is no job to look for. */
const nothingSuffix = '-nothing';

/** Begins the task and leaves it running. */
export async function leaveRunning(
  walk: Walk,
  unit: Unit,
  invocation: Invocation,
  examined: Examined,
  number: number,
): Promise<ModuleResult> {
  const id = jobOf(walk, unit, number);
  const { args, state, plan } = examined;
  const apply = invocation.module.apply(args, state, plan, invocation.quote);
  const idle = plan.differences.length === 0 && !plan.unknown;
  if (idle && (await isBegun(walk, unit, invocation, id)))
    return { result: started(id, { finished: 0 }), changed: true };
  if (idle || apply === undefined)
    return { result: started(`${id}${nothingSuffix}`, { finished: 1, results_file: '' }), changed: false };
  walk.left.set(id, { invocation, examined, apply });
  walk.journals.add(invocation.host, invocation.line, invocation.user);
  const token = randomBytes(16).toString('hex');
  const script = invocation.environment + apply.script;
  const seconds = secondsOf(walk, unit, unit.task.async, 0);
  const job = { id, script, stdin: apply.stdin ?? '', seconds, token };
  const said = await invocation.line.change(begin(job, invocation.quote), asked(invocation));
  if (said.code === notBegunCode && said.stderr.includes(token)) throw notBegun(said.stderr.replace(token, '').trim());
  return { result: started(id, { finished: 0, results_file: said.stdout.trim() }), changed: true };
}

const started = (id: string, more: JsonObject): JsonObject => ({ started: 1, ansible_job_id: id, ...more });

/** What beginning the task gave, made anew: the name of its job is always the same. */
export const startedBefore = (walk: Walk, unit: Unit): JsonObject => started(jobOf(walk, unit, 1), { finished: 0 });

/** True for a job that an interrupted run began, though what it was to do is done, or looks so, by now. */
async function isBegun(walk: Walk, { name }: Unit, invocation: Invocation, id: string): Promise<boolean> {
  if (!walk.begun?.has(stepKey(name.host, name.id))) return false;
  const state = jobState(await invocation.line.read(look(id, invocation.quote), asked(invocation)));
  return state.failed !== unknownJob;
}

const asked = ({ signal, limits, user }: Invocation) => ({ signal, timeoutMs: limits.probeMs, user });

const notBegun = (reason: string): Fault =>
  new Fault({
    code: 'run.no_journal',
    say: t(
      `The job cannot be kept on the host, and was not begun. ${reason}`.trim(),
      `La tâche ne peut être gardée sur l’hôte, et n’a pas commencé. ${reason}`.trim(),
    ),
    next: t('Look at the disk and the home of the user.', 'Regardez le disque et le dossier personnel du compte.'),
  });

/** What `async_status` gives: how the job is doing, and once it is over what its own module makes of its end. */
export async function statusOf(walk: Walk, invocation: Invocation, examined: Examined): Promise<ModuleResult> {
  const jid = String(examined.checked.jid);
  if (jid.endsWith(nothingSuffix)) return { result: started(jid, { finished: 1 }), changed: false };
  if (!jobForm.test(jid)) return ended(jid, { result: {}, changed: false, failed: unknownJob });
  const { line, quote } = invocation;
  if (examined.checked.mode === 'cleanup') {
    const { stdout } = await line.change(forget(jid, quote), asked(invocation));
    return { result: { ansible_job_id: jid, erased: stdout.trim() }, changed: false };
  }
  const state = jobState(await line.read(look(jid, quote), asked(invocation)));
  if (state.running) return { result: started(jid, { finished: 0 }), changed: false };
  if (state.ended === undefined) return ended(jid, { result: {}, changed: false, failed: state.failed ?? '' });
  const own = walk.left.get(jid);
  const output = { ...state.ended, lost: 0 };
  return ended(jid, own ? conclude(own.invocation, own.examined, own.apply, output) : asCommand(state.ended));
}

const ended = (jid: string, end: ModuleResult): ModuleResult => ({
  ...end,
  result: { ...end.result, ...started(jid, { finished: 1 }) },
});

/** The end of a job whose module nobody remembers: the run that began it was interrupted. */
const asCommand = ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }): ModuleResult => ({
  result: { rc: code, stdout, stderr },
  changed: true,
  ...(code === 0 ? {} : { failed: 'non-zero return code' }),
});
