import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const module = resolve(import.meta.dirname, '../../scripts/test/shown.mjs');

it('shows what runs beside something else after it, whole, and says how it ended', async () => {
  const program = (words: string, wait: number) => `setTimeout(() => console.log('${words}'), ${wait})`;
  const ask = `import { saidAfter, say, shown } from '${module}';
const play = (text) => shown(process.execPath, ['-e', text], '.');
const first = (async () => { say('first'); return play(${JSON.stringify(program('one', 400))}); })();
const other = saidAfter(first, async () => {
  say('second');
  await play(${JSON.stringify(program('two', 0))});
  return play('console.error("three"); process.exit(3)');
});
console.log(await first, await other);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', ask]);
  expect(stdout).toBe('first\none\nsecond\ntwo\nthree\ntrue false\n');
});
