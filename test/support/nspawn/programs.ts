import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end and gives what it printed. Throws with its own words when it fails. */
export async function program(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const options = { maxBuffer: 64 * 1024 * 1024, ...(env ? { env } : {}) };
  try {
    return (await execute(command, [...args], options)).stdout;
  } catch (cause) {
    throw new Error(`${command} ${args.join(' ')}`.slice(0, 400), { cause });
  }
}

const needed = ['/usr/sbin/debootstrap', '/usr/bin/systemd-nspawn', '/usr/bin/unshare', '/usr/bin/ansible-playbook'];

/** Why real hosts cannot be started here; undefined when they can. */
export function whyNoHosts(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs Linux and root';
  const gone = needed.filter((path) => !existsSync(path));
  return gone.length === 0 ? undefined : `there is no ${gone.join(', ')}`;
}
