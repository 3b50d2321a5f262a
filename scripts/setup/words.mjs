import { spawn } from 'node:child_process';

/** Something a person has to mend: the message is all they need to see. */
export class CannotGoOn extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** One line about what is being done, on standard error: standard output belongs to the command that follows. */
export const say = (line) => console.error(`setup: ${line}`);

/** Says what is being done and how long it took. */
export async function timed(what, work) {
  say(`${what}…`);
  const started = Date.now();
  const result = await work();
  say(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/** Runs a program to its end; what it wrote comes back, and is shown only when it failed. */
export const run = (command, args, options = {}) =>
  new Promise((settle) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => settle({ ok: false, output: error.message }));
    child.on('close', (code) => settle({ ok: code === 0, output: Buffer.concat(chunks).toString() }));
  });

/** The end of a long output. */
export const lastLines = (text, count = 15) => text.trimEnd().split('\n').slice(-count).join('\n');
