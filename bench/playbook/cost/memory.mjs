import { readFileSync } from 'node:fs';

const lookEveryMs = 20;

/** The most memory in RAM a process ever had, in MB of a million bytes; undefined once it is gone. */
export const peakMb = (pid) => {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return peak === undefined ? undefined : (Number(peak) * 1024) / 1e6;
  } catch {
    return undefined;
  }
};

/** Looks again and again, for a process that will be gone when it is asked; `stop` gives the last answer. */
export function watchPeak(pid) {
  let last = Number.NaN;
  const look = () => {
    last = peakMb(pid) ?? last;
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    stop() {
      clearInterval(timer);
      return last;
    },
  };
}
