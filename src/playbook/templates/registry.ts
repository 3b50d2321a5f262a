import { filters } from './filters/index.ts';
import { ansibleGlobals, jinjaGlobals } from './globals.ts';
import { LOOKUP_NAMES } from './lookups/names.ts';
import { methodOf } from './methods/index.ts';
import type { Registry } from './run/run.ts';
import type { KnownNames } from './syntax/known.ts';
import { tests } from './tests/index.ts';

/** Everything an Ansible template can call by name. */
export const ansibleRegistry: Registry = {
  filters: new Map(Object.entries(filters)),
  tests: new Map(Object.entries(tests)),
  globals: ansibleGlobals,
  methodOf,
};

/** The same with the globals of plain Jinja2. */
export const jinjaRegistry: Registry = { ...ansibleRegistry, globals: jinjaGlobals };

/** What the parser checks names against. */
export const knownNames: KnownNames = {
  filters: new Set(ansibleRegistry.filters.keys()),
  tests: new Set(ansibleRegistry.tests.keys()),
  lookups: LOOKUP_NAMES,
};
