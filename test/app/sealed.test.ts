import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const app = join(import.meta.dirname, '../../src/app');
/** Tries, at the end of the program, to give a name to everything, and says how that went. */
const tries = `process.on('exit', () => {
  const said = [Object.prototype, Array.prototype, Function.prototype, Object].map((shared) => {
    try { shared.port = 22; return 'taken'; } catch (thrown) { return thrown.name; }
  });
  process._rawDebug('port:', ({}).port, said.join(' '));
})`;

it.each([
  ['main.mjs', ['--version']],
  ['executor-entry.mjs', []],
])('what everything inherits takes no new names in %s', async (entry, args) => {
  const hook = `data:text/javascript,${encodeURIComponent(tries)}`;
  const words = ['--import', hook, join(app, entry), ...args];
  const { stderr } = await promisify(execFile)(process.execPath, words, { timeout: 60_000 });
  expect(stderr).toContain('port: undefined TypeError TypeError TypeError TypeError');
});
