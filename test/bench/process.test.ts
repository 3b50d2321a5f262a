import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { descendants, processorMs, residentMb, startProgram } from '../../bench/process.mjs';

const run = (script: string) =>
  startProgram(process.execPath, ['-e', script], { sign: /ready (\d+)/, env: { ...process.env }, cwd: process.cwd() });

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a program that is measured', () => {
  it('is ready when its output says so, and gone when it was stopped', async () => {
    const { found, pid, stop } = await run('console.log("ready 42"); setInterval(() => {}, 1000)');
    expect(found[1]).toBe('42');
    expect(isThere(pid)).toBe(true);
    await stop();
    expect(isThere(pid)).toBe(false);
    await stop();
  });

  it('is refused with what it said when it ends before it is ready', async () => {
    await expect(run('console.error("no such port"); process.exit(3)')).rejects.toThrow('no such port');
  });

  it('is refused when there is no such program', async () => {
    const gone = startProgram('/nowhere/program', [], { sign: /ready/, env: {}, cwd: process.cwd() });
    await expect(gone).rejects.toThrow('ENOENT');
  });

  it('has memory, processor time that grows with work, and children', async () => {
    const child = 'require("node:child_process").spawn("sleep", ["60"]).pid';
    const busy = 'setTimeout(() => { const end = Date.now() + 400; while (Date.now() < end); }, 100)';
    const { pid, stop, found } = await run(`console.log("ready", ${child}); ${busy}; setInterval(() => {}, 1000)`);
    const sleeper = Number(found[1]);
    onTestFinished(async () => {
      if (isThere(sleeper)) process.kill(sleeper);
      await stop();
    });
    const before = processorMs(pid);
    expect(residentMb(pid)).toBeGreaterThan(20);
    expect(descendants(pid)).toEqual([sleeper]);
    while (processorMs(pid) - before < 50) await pause(20);
  });
});
