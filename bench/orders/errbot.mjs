// Errbot, from Debian; a chat of one HTTP route stands in for Slack.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../process.mjs';

const program = '/usr/bin/errbot';
const ours = join(import.meta.dirname, 'errbot');

/** Starts Errbot as Debian packages it; undefined when that is not installed. */
export async function startErrbot(call, installed = program) {
  if (!existsSync(installed)) return undefined;
  const data = mkdtempSync(join(tmpdir(), 'bench-errbot-'));
  const remove = () => rmSync(data, { recursive: true, force: true });
  const { found, pid, stop } = await startProgram(installed, ['--config', join(ours, 'config.py')], {
    env: { PATH: process.env.PATH, HOME: data, BENCH_DATA: data, PYTHONDONTWRITEBYTECODE: '1', LANG: 'C.UTF-8' },
    cwd: data,
    sign: /listening on (\d+)/,
  }).catch((fault) => {
    remove();
    throw fault;
  });
  const url = `http://127.0.0.1:${found[1]}/`;
  return {
    name: 'errbot',
    pid,
    order: async (text) => (await call('POST', url, { 'content-type': 'text/plain' }, `!echo ${text}`)).text === text,
    async stop() {
      await stop();
      remove();
    },
  };
}
