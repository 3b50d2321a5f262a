// The real bot, started as a person would, in a data folder of its own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startProgram } from './process.mjs';

const program = resolve(import.meta.dirname, '../src/app/main.mjs');

/** A folder that is not there yet for anybody else, and the way to take it away again. */
export const dataFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-quarterdeck-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
};

/** Starts the bot, on a free port unless one is given; resolves with its address and the token of its data folder once all of it is up, the demo fleet included. */
export async function startBot(folder, flags = [], port = 0) {
  const bot = await startProgram(process.execPath, ['--max-semi-space-size=2', ...flags, program, 'start'], {
    env: { ...process.env, QUARTERDECK_DATA: folder, QUARTERDECK_PORT: String(port) },
    cwd: folder,
    sign: /Ctrl-C/,
  });
  const { url, token } = JSON.parse(readFileSync(join(folder, 'bot.json'), 'utf8'));
  return { ...bot, url, token };
}
