import { randomBytes } from 'node:crypto';
import { Fault, refusalOf } from '#core/errors.ts';
import type { LossReason, ShellResult } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import type { Apply, ModuleResult, Waiting } from '#playbook/modules/module.ts';
import { endNotSeenCode, stoppedWaiting } from '../refusals.ts';
import { bring } from './bring.ts';
import { largeContents, makeFolder, type Placed, placeContents, withContents } from './contents.ts';
import type { Examined, Invocation } from './examine.ts';
import type { FetchedFiles } from './fetched.ts';
import { type JournalEntry, type JournalOptions, journalCodes, journaled, recorded } from './journal.ts';
import type { Stream } from './live.ts';
import { runsOnce } from './once.ts';
import { inEnglish, notReached } from './reach.ts';
import { pause } from './waiting.ts';

/** What an apply needs besides the invocation. */
export interface Performing {
  /** For modules that must not run twice. */
  readonly journal: JournalEntry;
  /** The run goes on with an earlier one. */
  readonly goesOn: boolean;
  /** Aborted when no new attempt is to be begun. */
  readonly boundary: AbortSignal;
  readonly fetched: FetchedFiles;
  readonly onOutput: (chunk: string, stream?: Stream) => void;
}

const nothing = { code: 0, stdout: '', stderr: '' };

/** Does what was examined, once, or as long as the module waits for something. */
export async function perform(
  invocation: Invocation,
  examined: Examined,
  performing: Performing,
): Promise<ModuleResult> {
  const { module, quote } = invocation;
  const waits = module.waits?.(examined.args);
  const stops = [invocation.signal, performing.boundary];
  if (waits?.afterSeconds !== undefined) await pause(waits.afterSeconds * 1000, stops);
  const apply = module.apply(examined.args, examined.state, examined.plan, quote);
  if (apply === undefined) {
    const { args, state, plan } = examined;
    return module.local ? module.finish(args, state, plan, nothing) : { result: plan.result, changed: false };
  }
  const began = Date.now();
  for (;;) {
    const done = await (apply.brings ? bringing : attempt)(invocation, examined, apply, performing).catch(
      waits?.unreachable ? notYet : rethrown,
    );
    const left = waits ? waits.timeoutSeconds * 1000 - (Date.now() - began) : 0;
    if (done.failed === undefined || waits === undefined || left <= 0 || isFinal(waits, done)) return done;
    const went = await pause(Math.min(waits.everySeconds * 1000, left), stops);
    if (!went) throw new Fault(stoppedWaiting);
  }
}

/** A failure that no waiting mends. */
const isFinal = ({ notYetCode }: Waiting, { result }: ModuleResult): boolean =>
  // A script that the shutdown itself ended (128 and more) has not failed.
  notYetCode !== undefined && typeof result.rc === 'number' && result.rc !== notYetCode && result.rc < 128;

const rethrown = (thrown: unknown): never => {
  throw thrown;
};

/** A host that was not reached, as a failure that may pass. */
function notYet(thrown: unknown): ModuleResult {
  const refusal = refusalOf(thrown);
  if (refusal === undefined || !notReached(refusal)) throw thrown;
  const msg = `timed out waiting for ping module test: ${inEnglish(refusal)}`;
  return { result: { msg }, changed: false, failed: msg };
}

/** A file of the host comes here instead of a script going there. */
async function bringing(
  invocation: Invocation,
  examined: Examined,
  apply: Apply,
  { fetched }: Performing,
): Promise<ModuleResult> {
  const brings = apply.brings ?? { path: '', to: '' };
  const sums = await fetched.put(brings.to, (temporary) => bring(invocation, brings.path, temporary));
  const stdout = [...Object.entries(sums).map(([name, sum]) => `${name}=${sum}`), 'end', ''].join('\n');
  return conclude(invocation, examined, apply, { code: 0, stdout, stderr: '', lost: 0 });
}

async function attempt(
  invocation: Invocation,
  examined: Examined,
  apply: Apply,
  performing: Performing,
): Promise<ModuleResult> {
  const placed = await place(invocation, apply, performing.onOutput);
  let silent = false;
  try {
    const script = withContents(apply, placed, invocation.quote);
    const output = runsOnce(invocation.module, examined.plan)
      ? await runOnce(invocation, script, apply, performing)
      : await invocation.remote.change(script, changing(invocation, apply, performing));
    return conclude(invocation, examined, apply, output);
  } catch (thrown) {
    silent = refusalOf(thrown)?.details?.reason === ('silent' satisfies LossReason);
    throw thrown;
  } finally {
    // A host that answers no more is not asked to tidy up: that would only be waited for again.
    if (placed && !silent) await remove(invocation, placed);
  }
}

/** Only what commands print is for people; the other modules' scripts speak to their module. */
const changing = (invocation: Invocation, { stdin }: Apply, performing: Performing) => ({
  signal: invocation.signal,
  timeoutMs: invocation.limits.scriptMs,
  user: invocation.user,
  ...(invocation.module.once && !invocation.module.silent ? { onOutput: performing.onOutput } : {}),
  ...(stdin === undefined ? {} : { stdin }),
});

/** The return values of a script that is over. */
export function conclude(invocation: Invocation, examined: Examined, apply: Apply, output: ShellResult): ModuleResult {
  const { module } = invocation;
  if (output.code !== 0 && apply.exitCodes !== 'any') {
    const said = output.stderr.trim() || output.stdout.trim();
    return {
      result: { ...examined.plan.result, rc: output.code, stdout: output.stdout, stderr: output.stderr },
      changed: false,
      failed: said.split('\n').at(-1) || `${module.name} ended with exit code ${output.code}`,
    };
  }
  const end = module.finish(examined.args, examined.state, examined.plan, output);
  return output.lost === 0 ? end : { ...end, result: { ...end.result, lost: output.lost } };
}

async function place(invocation: Invocation, apply: Apply, tell: (line: string) => void): Promise<Placed | undefined> {
  const large = await largeContents(apply, invocation.limits.inlineBytes);
  if (large.length === 0) return undefined;
  const { remote, signal, limits } = invocation;
  const forAnother = invocation.user !== undefined && invocation.user !== 'root';
  return remote.use(async ({ connection, shell }) => {
    const made = await (await shell()).run(makeFolder(forAnother), { signal, timeoutMs: limits.probeMs });
    if (made.code !== 0) throw noFolder(made.stderr);
    return placeContents(large, made.stdout, connection, { signal, forAnother, tell });
  });
}

const noFolder = (stderr: string): Fault =>
  new Fault({
    code: 'step.no_folder',
    say: t(
      `No temporary folder can be made on the host: ${stderr.trim()}`,
      `Impossible de créer un dossier temporaire sur l’hôte : ${stderr.trim()}`,
    ),
    next: t('Look at its disk and /tmp.', 'Regardez son disque et /tmp.'),
  });

/** The transferred contents go, whatever happened; a host that is lost keeps them in its /tmp. */
async function remove(invocation: Invocation, placed: Placed): Promise<void> {
  const script = `rm -rf ${invocation.quote(placed.folder)}`;
  await invocation.remote
    .read(script, { signal: AbortSignal.timeout(10_000), timeoutMs: 10_000 })
    .catch(() => undefined);
}

const token = (): string => randomBytes(16).toString('hex');

const journalOptions = (invocation: Invocation, earlier: boolean): JournalOptions => ({
  earlier,
  waitSeconds: invocation.limits.orphanMs / 1000,
  token: token(),
});

async function runOnce(
  invocation: Invocation,
  script: string,
  apply: Apply,
  performing: Performing,
): Promise<ShellResult> {
  const options = journalOptions(invocation, performing.goesOn);
  // A task may set another home: the journal stays in that of the account.
  const whole = journaled(invocation.environment + script, performing.journal, options, invocation.quote);
  const output = await invocation.line.change(whole, changing(invocation, apply, performing));
  if (!output.stderr.includes(options.token)) return output;
  throw output.code === journalCodes.lost ? endNotSeen() : noJournal(output.stderr.replace(options.token, '').trim());
}

/** What an earlier attempt of the same run left in the journal; undefined when there is nothing. Throws a Fault when nobody saw its end. */
export async function recall(
  invocation: Invocation,
  examined: Examined,
  journal: JournalEntry,
): Promise<ModuleResult | undefined> {
  const { module, line, quote, signal, limits } = invocation;
  const apply = module.apply(examined.args, examined.state, examined.plan, quote) ?? ranBefore;
  const options = journalOptions(invocation, true);
  const output = await line.read(recorded(journal, options, quote), {
    signal,
    timeoutMs: limits.orphanMs + limits.probeMs,
    user: invocation.user,
  });
  if (!output.stderr.includes(options.token)) return conclude(invocation, examined, apply, output);
  if (output.code === journalCodes.lost) throw endNotSeen();
  return undefined;
}

/** A command that would not run now, since what it makes is there: how it ended is for its module to say. */
const ranBefore: Apply = { script: '', exitCodes: 'any' };

const endNotSeen = (): Fault =>
  new Fault({
    code: endNotSeenCode,
    say: t(
      'It began in an earlier attempt and its end was not seen; it is not run a second time.',
      'Elle avait commencé lors d’un essai précédent et sa fin n’a pas été vue ; elle n’est pas lancée une seconde fois.',
    ),
    next: t(
      'Look at the host, then give the order again as a new run.',
      'Regardez l’hôte, puis redonnez l’ordre comme nouvelle exécution.',
    ),
  });

const noJournal = (reason: string): Fault =>
  new Fault({
    code: 'run.no_journal',
    say: t(
      `The journal that keeps a command from running twice cannot be written on the host. ${reason}`.trim(),
      `Le journal qui empêche une commande de s’exécuter deux fois ne peut être écrit sur l’hôte. ${reason}`.trim(),
    ),
    next: t('Look at the disk and the home of the user.', 'Regardez le disque et le dossier personnel du compte.'),
  });
