import type { Card } from '#core/card.ts';
import { ok, type Result, refused } from '#core/errors.ts';
import type { Answer, Proposal } from '#kit/command.ts';
import { type Asked, attempt, notThere, type Tried } from './attempt.ts';
import { createBlame } from './blame.ts';
import type { PluginCall, PluginFault, PluginHost, PluginOptions } from './contract.ts';
import { createGate } from './gate.ts';
import { startIsolate } from './isolate.ts';
import { createLineage } from './lineage.ts';
import { createListing } from './listing.ts';
import { broughtDown, malformed, paused } from './refusals.ts';
import { type Checked, checkAnswer, checkCard, checkProposal } from './shapes.ts';
import { watchFolders } from './watch.ts';

/** A thread without a sign of life for this long is stuck; less would take a busy machine for a loop. */
const stallSeconds = { least: 2, most: 5 };
const loadSeconds = 10;

/** Loads the plugins and keeps them running, apart from the bot: whatever they do, the bot goes on. */
export async function startPlugins(options: PluginOptions): Promise<PluginHost> {
  const { log, seconds, isolate = true, memoryMb = 128, now = Date.now } = options;
  const gate = createGate(options.core);
  const blame = createBlame(now);
  const start = () =>
    startIsolate({
      ...{ isolate, memoryMb, loadSeconds, log, now },
      given: options.plugins ?? [],
      stallMs: Math.max(stallSeconds.least, Math.min(stallSeconds.most, seconds / 2)) * 1000,
      need: gate.serve,
    });
  const lineage = await createLineage(options, { gate, blame, start });
  const alone = createTurns();

  const pausedRefusal = (plugin: string) => {
    const until = blame.pausedUntil(plugin);
    return until === undefined ? undefined : paused(plugin, until);
  };

  const tryOnce = async (asked: Asked, signal: AbortSignal): Promise<Tried> => {
    const generation = await lineage.current();
    return generation ? attempt(generation, asked, signal, { gate, seconds, log }) : notThere(asked);
  };

  /** Questions and proposals only read, so a call whose isolate died under it is made once more. */
  const ask = async (asked: Asked, signal: AbortSignal): Promise<Result<string | undefined>> => {
    const held = pausedRefusal(asked.plugin);
    if (held) return refused(held);
    await alone.quiet();
    const first = await tryOnce(asked, signal);
    if (!('died' in first)) return first;
    const verdict = await lineage.verdict();
    if (verdict === asked.plugin) return refused(broughtDown(asked, first.died));
    // Nobody knows which of several brought it down: one at a time, the next fall has one possible reason.
    const again = () => tryOnce(asked, signal);
    const second = await (verdict === undefined ? alone.take(again) : again());
    return 'died' in second ? refused(broughtDown(asked, second.died)) : second;
  };

  const checked = <T>(asked: Asked, text: string | undefined, check: (text: string) => Checked<T>): Result<T> => {
    const outcome: Checked<T> = text === undefined ? { ok: false, fault: 'no answer' } : check(text);
    if (outcome.ok) return ok(outcome.value);
    log.child({ plugin: asked.plugin }).error({ command: asked.command, fault: outcome.fault }, 'malformed answer');
    return refused(malformed(asked));
  };

  const asking = async <T>(asked: Asked, signal: AbortSignal, check: (text: string) => Checked<T>) => {
    const text = await ask(asked, signal);
    return text.ok ? checked(asked, text.value, check) : text;
  };

  const unwatch = options.watch ? await watchFolders(options.folders, () => void lineage.reload()) : () => {};

  return {
    plugins: () => lineage.report().plugins.map(({ name, about }) => ({ name, about })),
    commands: () => lineage.report().plugins.flatMap(({ commands }) => commands),
    answer: (call: PluginCall, signal) => asking<Answer>({ ...call, what: 'answer' }, signal, checkAnswer),
    propose: (call: PluginCall, signal) => asking<Proposal>({ ...call, what: 'plan' }, signal, checkProposal),
    report: async (call, signal) => {
      const described = lineage.report().plugins.flatMap(({ commands }) => commands);
      const mine = described.find(({ plugin, name }) => plugin === call.plugin && name === call.command);
      return mine?.reports ? asking<Card>({ ...call, what: 'report' }, signal, checkCard) : undefined;
    },
    listed: createListing(lineage.current),
    capability: (name) => lineage.report().plugins.some(({ provides }) => provides.includes(name)),
    faults: () => [...lineage.faults(), ...pausedFaults(lineage.report().plugins, pausedRefusal)],
    running: lineage.running,
    onChange: lineage.listen,
    reload: (changed) => lineage.reload(changed),
    stop: async () => {
      unwatch();
      await lineage.stop();
    },
  };
}

const pausedFaults = (
  plugins: readonly { readonly name: string }[],
  refusalOf: (plugin: string) => PluginFault['refusal'] | undefined,
): readonly PluginFault[] =>
  plugins.flatMap(({ name }) => {
    const refusal = refusalOf(name);
    return refusal ? [{ plugin: name, refusal, keptLastGood: false }] : [];
  });

/** One at a time, and a way to wait until nobody has a turn. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: <T>(work: () => Promise<T>): Promise<T> => {
      const mine = last.then(work);
      last = mine.catch(() => {});
      return mine;
    },
    quiet: () => last,
  };
}
