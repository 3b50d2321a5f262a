import type { Builtins } from '../run/builtin.ts';
import { comparisonTests } from './comparisons.ts';
import { resultTests } from './results.ts';
import { textTests } from './texts.ts';
import { typeTests } from './types.ts';

/** Every test, by name. */
export const tests: Builtins = { ...comparisonTests, ...resultTests, ...textTests, ...typeTests };
