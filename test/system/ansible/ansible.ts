import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { program } from '../../support/nspawn/programs.ts';
import { casesFolder, type Played } from './case.ts';
import type { Ended, Ran } from './ran.ts';

const counts = z.object({
  ok: z.number(),
  changed: z.number(),
  unreachable: z.number(),
  failures: z.number(),
  skipped: z.number(),
  rescued: z.number(),
  ignored: z.number(),
});

const event = z.union([
  z.object({ recap: z.record(z.string(), counts) }),
  z.object({
    host: z.string(),
    task: z.string(),
    state: z.string(),
    result: z.looseObject({ msg: z.unknown().optional() }),
  }),
]);

const environment = (folder: string): NodeJS.ProcessEnv => ({
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: folder,
  LC_ALL: 'C.UTF-8',
  JUDGE_EVENTS: join(folder, 'events'),
  ANSIBLE_CONFIG: join(folder, 'ansible.cfg'),
  ANSIBLE_CALLBACK_PLUGINS: join(import.meta.dirname, 'callback'),
  ANSIBLE_STDOUT_CALLBACK: 'judge',
  ANSIBLE_LOCAL_TEMP: join(folder, 'tmp'),
  ANSIBLE_PIPELINING: 'True',
  ANSIBLE_FORKS: '5',
  ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, 'cp'),
  ANSIBLE_SSH_ARGS: `-C -o ControlMaster=auto -o ControlPersist=30s -o UserKnownHostsFile=${join(folder, 'known_hosts')}`,
  ANSIBLE_DEPRECATION_WARNINGS: 'False',
  PYTHONDONTWRITEBYTECODE: '1',
});

const argumentsOf = (one: Played, inventory: string, playbooks: string): readonly string[] => [
  '-i',
  inventory,
  ...(Object.keys(one.vars).length > 0 ? ['-e', JSON.stringify(one.vars)] : []),
  ...(one.tags.length > 0 ? ['-t', one.tags.join(',')] : []),
  ...(one.skip_tags.length > 0 ? ['--skip-tags', one.skip_tags.join(',')] : []),
  ...(one.limit === undefined ? [] : ['-l', one.limit]),
  join(playbooks, one.playbook),
];

/** Runs a playbook with ansible-playbook itself. */
export async function runAnsible(
  one: Played,
  folder: string,
  inventory: string,
  { playbooks = casesFolder, seconds = 200 } = {},
): Promise<Ran> {
  await mkdir(join(folder, 'tmp'), { recursive: true });
  await writeFile(join(folder, 'ansible.cfg'), '[defaults]\n');
  await rm(join(folder, 'events'), { force: true });
  // It ends with us, and its own processes with it.
  const bounded = ['--pdeathsig', 'TERM', 'timeout', '-k', '2', `${seconds}`, '/usr/bin/ansible-playbook'];
  const child = spawn('setpriv', [...bounded, ...argumentsOf(one, inventory, playbooks)], {
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  const [code] = await once(child, 'close');
  const lines = (await readFile(join(folder, 'events'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const events = lines.map((line) => event.parse(JSON.parse(line)));
  const recap = events.flatMap((found) => ('recap' in found ? [found.recap] : []))[0] ?? {};
  return {
    ends: code === 0 ? 'done' : 'failed',
    recap: Object.fromEntries(
      Object.entries(recap).map(([host, { failures, ...others }]) => [host, { ...others, failed: failures }]),
    ),
    tasks: events.flatMap((found): Ended[] =>
      'recap' in found ? [] : [{ host: found.host, task: found.task, state: found.state, ...why(found) }],
    ),
    said: said.join(''),
  };
}

const why = ({ state, result }: { state: string; result: { msg?: unknown } }): { readonly why?: string } =>
  ['failed', 'ignored', 'unreachable'].includes(state) ? { why: JSON.stringify(result).slice(0, 600) } : {};

/** Ends the connections Ansible left open in the background. */
export async function hangUp(folder: string): Promise<void> {
  const sockets = await readdir(join(folder, 'cp')).catch(() => []);
  for (const name of sockets) {
    await program('/usr/bin/ssh', ['-q', '-o', `ControlPath=${join(folder, 'cp', name)}`, '-O', 'exit', 'host']).catch(
      () => undefined, // it ended by itself
    );
  }
}
