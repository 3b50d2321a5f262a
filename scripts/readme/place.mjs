import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A fresh folder with an environment like a newcomer's: nothing of this checkout's packages is on its path. */
export async function openPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'quarterdeck-readme-'));
  const port = await freePort();
  return { folder, cwd: folder, port, env: newcomersEnv(port), bot: undefined };
}

function newcomersEnv(port) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|NODE$|INIT_CWD$|VITEST|QUARTERDECK_)/.test(name),
  );
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), QUARTERDECK_PORT: String(port) };
}

const freePort = () =>
  new Promise((settle, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => settle(port));
    });
  });

/** Runs one command line in the place; its exit code and all it wrote. */
export const runIn = (place, words, args = []) =>
  new Promise((settle) => {
    const [command, rest] = args.length > 0 ? [words, args] : ['bash', ['-euo', 'pipefail', '-c', words]];
    const child = spawn(command, rest, {
      cwd: place.cwd,
      env: place.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 180_000,
    });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => settle({ code: 127, output: error.message }));
    child.on('close', (code) => settle({ code, output }));
  });

/** Starts the bot in the background, in a group of its own. */
export function startBot(place, words) {
  const child = spawn('bash', ['-c', `exec ${words}`], {
    cwd: place.cwd,
    env: place.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const bot = { child, output: '', ended: false };
  const keep = (chunk) => {
    bot.output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('close', () => {
    bot.ended = true;
  });
  place.bot = bot;
}

/** Waits until the bot is ready and has printed its address; the seconds it took, or why it did not. */
export async function readyIn(place, seconds) {
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    if (place.bot.ended) return { why: 'it ended by itself' };
    const reply = await fetch(`http://127.0.0.1:${place.port}/readyz`).catch(() => undefined);
    if (reply?.status === 200 && place.bot.output.includes(`:${place.port}`))
      return { took: (performance.now() - started) / 1000 };
    await sleep(100);
  }
  return { why: `it was not ready within ${seconds} s` };
}

/** Ends the bot as Ctrl-C would, and gives the processes that outlived it by more than `graceMs`. */
export async function stopBot(place, graceMs) {
  const { bot } = place;
  if (bot === undefined) return [];
  place.bot = undefined;
  if (!bot.ended) process.kill(-bot.child.pid, 'SIGINT');
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline && !(bot.ended && (await processesIn(place.folder)).length === 0))
    await sleep(100);
  if (!bot.ended) process.kill(-bot.child.pid, 'SIGKILL');
  return processesIn(place.folder);
}

/** Removes the folder, and whatever still runs in it. */
export async function closePlace(place) {
  for (const pid of await processesIn(place.folder)) process.kill(pid, 'SIGKILL');
  await rm(place.folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Processes that work in the folder or below; Linux tells, elsewhere there are none to see. */
async function processesIn(folder) {
  const names = await readdir('/proc').catch(() => []);
  const found = names
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(async (name) => {
      const cwd = await readlink(`/proc/${name}/cwd`).catch(() => '');
      return cwd === folder || cwd.startsWith(`${folder}/`) ? [Number(name)] : [];
    });
  return (await Promise.all(found)).flat();
}
