// Processor time of a program and of everything it started, also of what has left it (Ansible's ssh masters do): a
// control group of the kernel, where one can be made.
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const removeWithinMs = 2_000;

/** Where this process is itself among the groups that count processor time: of the first version, else of the second. */
function ownGroup() {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  const parts = lines.map((line) => line.split(':'));
  const first = parts.find(([, names]) => names.split(',').includes('cpuacct'));
  const [, names, ...path] = first ?? parts.find(([number]) => number === '0') ?? [];
  return names === undefined ? undefined : join('/sys/fs/cgroup', names, path.join(':'));
}

/** What a group has used so far, in ms: nanoseconds in the first version, microseconds in the second. */
export const countedMs = (group) => {
  try {
    return Number(readFileSync(join(group, 'cpuacct.usage'), 'utf8')) / 1e6;
  } catch {
    return Number(/usage_usec (\d+)/.exec(readFileSync(join(group, 'cpu.stat'), 'utf8'))?.[1]) / 1e3;
  }
};

const processesIn = (group) => readFileSync(join(group, 'cgroup.procs'), 'utf8').trim().split('\n').filter(Boolean);

/** Ends what is still in it, and waits: a group with a dying process in it cannot be removed yet. */
function remove(group) {
  for (const begun = Date.now(); Date.now() - begun < removeWithinMs; ) {
    try {
      for (const pid of processesIn(group)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // One of them ended by itself; the next round sees the others.
    }
    try {
      rmdirSync(group);
      return;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

const prefixOf = (pid) => `bench-${pid}-`;

/** Closes the accounts of a process that could not do it itself any more. */
export function closeAccountsOf(pid) {
  const parent = ownGroup();
  if (parent === undefined) return;
  for (const name of readdirSync(parent)) if (name.startsWith(prefixOf(pid))) remove(join(parent, name));
}

let opened = 0;

/** A new account; undefined where no group can be made. Closing it ends whatever is still counted in it. */
export function openAccount() {
  opened += 1;
  const parent = ownGroup();
  const group = parent && join(parent, `${prefixOf(process.pid)}${opened}`);
  try {
    mkdirSync(group);
    countedMs(group);
  } catch {
    return undefined;
  }
  const close = () => {
    process.off('exit', close);
    remove(group);
  };
  process.once('exit', close);
  return {
    group,
    /** The command that enters the group and then becomes this program, under the same process id. */
    entering: (program, args) => [
      '/bin/sh',
      ['-c', 'echo $$ >"$0" && exec "$@"', join(group, 'cgroup.procs'), program, ...args],
    ],
    take: (pid) => writeFileSync(join(group, 'cgroup.procs'), String(pid)),
    usedMs: () => countedMs(group),
    close,
  };
}
