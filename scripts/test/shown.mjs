import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The path of a program that a package brought. */
export const bin = (root, name) => join(root, 'node_modules/.bin', name);

/** Where what a stage says goes: straight on, unless another stage is in sight. */
const voices = new AsyncLocalStorage();

/** Says a line of a stage. */
export const say = (line) => (voices.getStore() ? voices.getStore().push(`${line}\n`) : console.log(line));

/** Does `task`, and shows all it said once it is over: for what runs beside something else. */
export async function saidAfter(before, task) {
  const voice = [];
  const done = voices.run(voice, task);
  await Promise.allSettled([before, done]);
  for (const part of voice) process.stdout.write(part);
  return done;
}

/** Runs a program in sight; true when it ended well. */
export const shown = (command, args, cwd, env = process.env) =>
  new Promise((settle) => {
    const voice = voices.getStore();
    const child = spawn(command, args, { cwd, env, stdio: voice ? ['inherit', 'pipe', 'pipe'] : 'inherit' });
    for (const stream of voice ? [child.stdout, child.stderr] : []) stream.on('data', (part) => voice.push(part));
    child.on('error', () => settle(false));
    child.on('close', (code) => settle(code === 0));
  });
