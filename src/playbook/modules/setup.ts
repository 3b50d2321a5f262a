import type { Json, JsonObject } from '#core/json.ts';
import { factPath, readSetup, setupProbe } from '../setup/setup.ts';
import type { Module } from './module.ts';

/** A shell pattern (`*`, `?`, `[a-z]`) as a regular expression over the whole name. */
const globbed = (pattern: string): RegExp => {
  const source = pattern.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return part.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
};

const filtered = (facts: JsonObject, filters: readonly string[]): JsonObject => {
  const patterns = filters.filter((filter) => filter !== '').map(globbed);
  if (patterns.length === 0) return facts;
  const wanted = (name: string): boolean =>
    patterns.some((pattern) => pattern.test(name) || pattern.test(name.replace(/^ansible_/, '')));
  return Object.fromEntries(Object.entries(facts).filter(([name]) => wanted(name)));
};

const words = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

interface SetupArgs {
  readonly filters: readonly string[];
  /** Where the host keeps facts of its own. */
  readonly folder: string;
}

/** Asks the host for its facts, here and now: they are variables for the tasks that follow. */
export const setup: Module<SetupArgs, JsonObject> = {
  name: 'setup',
  args: {
    filter: { type: 'list' },
    fact_path: { type: 'path', default: factPath },
    /** Everything is asked in one round trip; this has no effect. */
    gather_subset: { type: 'list' },
    /** The run's own time limit holds; this has no effect. */
    gather_timeout: { type: 'int' },
  },
  freeForm: 'kv',
  prepare: (args) => ({ filters: words(args.filter), folder: String(args.fact_path ?? factPath) }),
  probe: ({ folder }, quote) => setupProbe(quote, folder),
  read: (output) => readSetup(output),
  subjects: ({ folder }) => [folder, `${folder}/*`],
  // What changes there is no fact but these.
  tells: ['ansible_local'],
  plan: ({ filters }, facts) => ({ differences: [], result: { ansible_facts: filtered(facts, filters) } }),
  apply: () => undefined,
  finish: (_args, _facts, plan) => ({ result: plan.result, changed: false }),
};
