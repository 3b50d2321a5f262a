import type { Log } from '#core/log.ts';
import type { CommandDescription, PluginFault } from './contract.ts';
import { findPlugins } from './folders.ts';
import { loadGeneration } from './generation.ts';
import { startIsolate } from './isolate.ts';

/** What plugins offer and what is wrong with them, those that are not to be loaded included. */
export interface Offered {
  readonly commands: readonly CommandDescription[];
  readonly faults: readonly PluginFault[];
}

/** What to look at. */
export interface LookOptions {
  readonly folders: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly reserved: readonly string[];
  readonly log: Log;
}

/** The names of all plugins in these folders. */
export const pluginNames = async (folders: readonly string[]): Promise<readonly string[]> =>
  (await findPlugins(folders, [])).places.map(({ name }) => name);

/** Loads the plugins apart, as the bot would, and ends them at once: no job of theirs begins, nothing is answered. */
export async function lookAtPlugins({ folders, settings, reserved, log }: LookOptions): Promise<Offered> {
  const start = () =>
    startIsolate({
      ...{ isolate: true, memoryMb: 128, loadSeconds: 10, stallMs: 5_000, log, now: Date.now, given: [] },
      need: async () => undefined,
    });
  const { isolate, report, faults } = await loadGeneration({
    ...{ folders, settings, reserved, start },
    disabled: [],
    good: new Map(),
  });
  await isolate.end();
  const commands = report.plugins.flatMap((plugin) => plugin.commands);
  return { commands, faults };
}
