import { Fault } from '#core/errors.ts';
import { ChannelClosed } from './channel.ts';
import type { CommandDescription, PluginFault } from './contract.ts';
import { findPlugins } from './folders.ts';
import type { Death, Isolate } from './isolate.ts';
import type { LoadFault, LoadReport, Pinned, PluginPlace } from './protocol.ts';
import { cannotStart, killedLoading } from './refusals.ts';

/** One isolate with its plugins loaded. A reload makes the next generation beside it. */
export interface Generation {
  readonly isolate: Isolate;
  readonly report: LoadReport;
  readonly faults: readonly PluginFault[];
  command(plugin: string, name: string): CommandDescription | undefined;
}

/** What to load, and what to fall back on. */
export interface LoadWish {
  readonly folders: readonly string[];
  readonly disabled: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly reserved: readonly string[];
  /** The last good version of each plugin. */
  readonly good: ReadonlyMap<string, Pinned>;
  start(): Isolate;
}

interface Attempt {
  readonly places: readonly PluginPlace[];
  readonly pinned: Record<string, Pinned>;
  /** Faults of fresh versions whose last good one, or nothing, stands in. */
  readonly remembered: LoadFault[];
}

/**
 * Loads every plugin in a new isolate. One that is broken is loaded again in its last good version when there is one;
 * one that brings the isolate down while it loads is left out. Each round pins or leaves out at least one, so it ends.
 */
export async function loadGeneration(wish: LoadWish): Promise<Generation> {
  const found = await findPlugins(wish.folders, wish.disabled);
  let attempt: Attempt = { places: found.places, pinned: {}, remembered: [...found.faults] };
  for (;;) {
    const isolate = wish.start();
    const outcome = await load(isolate, wish, attempt);
    if (typeof outcome === 'string') {
      attempt = withoutGuilty(wish, attempt, isolate.suspects()[0], outcome);
      continue;
    }
    const broken = outcome.faults.filter(({ plugin }) => wish.good.has(plugin) && !attempt.pinned[plugin]);
    if (broken.length === 0) return generation(isolate, outcome, attempt);
    await isolate.end();
    attempt = withPins(wish, attempt, broken);
  }
}

async function load(isolate: Isolate, wish: LoadWish, attempt: Attempt): Promise<LoadReport | Death> {
  const { disabled, settings, reserved } = wish;
  const { places, pinned } = attempt;
  try {
    // The report is this project's own code speaking; `protocol.ts` is the contract.
    return (await isolate.channel.call('load', { places, pinned, disabled, settings, reserved })) as LoadReport;
  } catch (thrown) {
    const how = thrown instanceof ChannelClosed ? await isolate.over : 'ended';
    if (how !== 'ended') return how;
    await isolate.end();
    throw new Fault(cannotStart, { cause: thrown });
  }
}

function withPins(wish: LoadWish, attempt: Attempt, broken: readonly LoadFault[]): Attempt {
  const pins = broken.flatMap(({ plugin }) => {
    const pin = wish.good.get(plugin);
    return pin ? [[plugin, pin] as const] : [];
  });
  return {
    places: attempt.places,
    pinned: { ...attempt.pinned, ...Object.fromEntries(pins) },
    remembered: [...attempt.remembered, ...broken],
  };
}

function withoutGuilty(wish: LoadWish, attempt: Attempt, guilty: string | undefined, how: Death): Attempt {
  if (guilty === undefined) throw new Fault(cannotStart);
  const fault = { plugin: guilty, refusal: killedLoading(guilty, how) };
  if (wish.good.has(guilty) && !attempt.pinned[guilty]) return withPins(wish, attempt, [fault]);
  return {
    places: attempt.places.filter(({ name }) => name !== guilty),
    pinned: attempt.pinned,
    remembered: [...attempt.remembered, fault],
  };
}

function generation(isolate: Isolate, report: LoadReport, attempt: Attempt): Generation {
  const alive = new Set(report.plugins.map(({ name }) => name));
  const faults = [...attempt.remembered, ...report.faults].map((fault) => ({
    ...fault,
    keptLastGood: attempt.pinned[fault.plugin] !== undefined && alive.has(fault.plugin),
  }));
  const commands = new Map(
    report.plugins.flatMap(({ commands }) => commands.map((one) => [`${one.plugin} ${one.name}`, one] as const)),
  );
  return { isolate, report, faults, command: (plugin, name) => commands.get(`${plugin} ${name}`) };
}
