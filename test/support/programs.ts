import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';

/** Where a program of this machine is; undefined when it is not there. */
export const findProgram = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/**
 * `npm test` has to be short and takes the first of several kinds of program; all of them with QUARTERDECK_EVERY_SHELL
 * (CONTRIBUTING.md).
 */
export const firstOr = <One>(all: readonly One[]): readonly One[] =>
  process.env.QUARTERDECK_EVERY_SHELL ? all : all.slice(0, 1);

/** Those whose program is on this machine. Each of the others is a skipped test, so that nobody takes it for tested. */
export function present<One>(all: readonly One[], programOf: (one: One) => string): readonly One[] {
  const here = (one: One) => findProgram(programOf(one)) !== undefined;
  for (const name of new Set(all.filter((one) => !here(one)).map(programOf)))
    it.skip(`works with ${name}, which is not on this machine`, () => undefined);
  return all.filter(here);
}
