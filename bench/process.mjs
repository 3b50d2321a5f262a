// What the kernel says about a process, and the care for one that was started here.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second, whatever the machine. */
const tickMs = 10;
const readyWithinMs = 30_000;
const stopWithinMs = 10_000;

/** Memory in RAM now, in MB of a million bytes; the kernel counts in units of 1,024 bytes. */
export const residentMb = (pid) =>
  (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024) / 1e6;

/** Processor time used so far, all threads, in ms. Unlike elapsed time it hardly depends on what else runs. */
export const processorMs = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * tickMs;
};

/** Every process started by this one, and by those, and so on. */
export const descendants = (pid) => {
  const children = readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
    .filter(Boolean)
    .map(Number);
  return [...children, ...children.flatMap(descendants)];
};

/** How busy the machine was in the last minute, per processor: above 1, figures are the machine's as much as the bot's. */
export const loadPerProcessor = () => {
  const processors = readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)?.length ?? 1;
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]) / processors;
};

/** Starts a program and resolves when its output holds `sign`; rejects, with that output, when it ends before. */
export function startProgram(program, args, { sign, env, cwd }) {
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  // A measurement that is broken off takes its bot with it.
  const takeAlong = () => child.kill('SIGTERM');
  process.once('exit', takeAlong);
  child.once('close', () => process.off('exit', takeAlong));
  const stop = () => stopChild(child, ended);
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(
      () => void stop().then(() => reject(new Error(`not ready in time:\n${said}`))),
      readyWithinMs,
    );
    const listen = (chunk) => {
      if (said.length < 100_000) said += chunk;
      const found = sign.exec(said);
      if (!found) return;
      clearTimeout(late);
      resolve({ pid: child.pid, found, stop });
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(late);
      reject(new Error(`${program} ended before it was ready:\n${said}`));
    });
  });
}

async function stopChild(child, ended) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const hard = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(hard);
}

/** Lets Ctrl-C, SIGTERM and a terminal that goes away end this program the way that takes along what it started. */
export const endOnSignals = () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
};
