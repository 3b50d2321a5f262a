import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

test('what is left over is given back when nothing goes on any more', async () => {
  const source = `
    import { tidyAtRest } from '#core/at-rest.ts';
    const mb = () => process.memoryUsage().heapUsed / 1e6;
    tidyAtRest(300);
    let all = Array.from({ length: 300_000 }, (_, at) => ({ at, name: 'n' + at }));
    const full = mb();
    all = undefined;
    setTimeout(() => console.log(JSON.stringify({ full, rested: mb() })), 3_000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { cwd: process.cwd() });
  const [said] = await once(child.stdout, 'data');
  const { full, rested } = JSON.parse(String(said));
  expect(full).toBeGreaterThan(20);
  expect(rested).toBeLessThan(full / 2);
});
