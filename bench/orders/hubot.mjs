// Hubot, from npm, in a folder outside this project; a chat of one HTTP route stands in for Slack.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { startProgram } from '../process.mjs';

const version = '14';
const installWithinMs = 120_000;
const ours = join(import.meta.dirname, 'hubot');

const programIn = (folder) => join(folder, 'node_modules', 'hubot', 'bin', 'Hubot.mjs');

/** Installs Hubot into a temporary folder, the one thing here that leaves this machine; undefined when npm cannot. */
export function installHubot() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-hubot-'));
  const args = ['install', '--prefix', folder, `hubot@${version}`, '--no-audit', '--no-fund', '--ignore-scripts'];
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync('npm', args, { stdio: 'ignore', timeout: installWithinMs, env: { ...process.env, PATH: path } });
    return { folder, remove };
  } catch {
    remove();
    return undefined;
  }
}

/** Starts Hubot from the folder it is installed in; undefined when it is not there. */
export async function startHubot(call, folder = process.env.BENCH_HUBOT) {
  if (!folder || !existsSync(programIn(folder))) return undefined;
  const room = join(folder, 'room');
  mkdirSync(join(room, 'scripts'), { recursive: true });
  // Copied to where they find the package `hubot`, and Hubot finds its scripts.
  for (const file of ['adapter.mjs', 'scripts/echo.mjs']) copyFileSync(join(ours, file), join(room, file));
  const args = [programIn(folder), '--file', join(room, 'adapter.mjs')];
  const { found, pid, stop } = await startProgram(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: room, HUBOT_HTTPD: 'false', HUBOT_LOG_LEVEL: 'fatal', NODE_ENV: 'production' },
    cwd: room,
    sign: /listening on (\d+)/,
  });
  const url = `http://127.0.0.1:${found[1]}/`;
  const headers = { 'content-type': 'text/plain' };
  return {
    name: 'hubot',
    pid,
    order: async (text) => (await call('POST', url, headers, `hubot echo ${text}`)).text === text,
    stop,
  };
}
