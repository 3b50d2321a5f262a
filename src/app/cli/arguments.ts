import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Fault } from '#core/errors.ts';
import { describeFaults } from '#settings/faults.ts';
import { loadSettings } from '#settings/load.ts';
import type { Loaded } from '../edges.ts';
import { type Terminal, Usage } from './terminal.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options every command takes. */
const common = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads options strictly; what does not fit is a Usage. */
export function readArguments<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options: { ...common, ...options }, allowPositionals: true, strict: true });
  } catch (fault) {
    throw new Usage(fault instanceof Error ? fault.message : String(fault));
  }
}

/** Loads the configuration, or throws with every fault in it. */
export async function settingsFor(config: string | undefined, terminal: Terminal): Promise<Loaded> {
  const outcome = await loadSettings({ env: terminal.env, ...(config === undefined ? {} : { path: config }) });
  if (outcome.ok) return outcome;
  throw new Fault({ code: 'settings.faulty', say: describeFaults(outcome.faults, terminal.language) });
}
