import { endOf } from './clip.ts';
import type { ExecutionLimits } from './limits.ts';

/** Live output of one step, thinned for whoever watches. */
export interface LiveOutput {
  push(chunk: string): void;
  /** Tells what is left. */
  end(): void;
}

/** What the module `command` notes for itself after the command's own words. */
const timesOfCommand = /quarterdeck-times [\d.N%]+ [\d.N%]+\n/g;

/**
 * Tells at most once per interval, whole lines where it can (so that a redactor sees whole words), and of what came
 * too fast only the newest bytes, after a line that says how many were left out.
 */
export function liveOutput(limits: ExecutionLimits, tell: (text: string) => void): LiveOutput {
  let kept = '';
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = (all: boolean): void => {
    timer = undefined;
    cut();
    kept = kept.replace(timesOfCommand, '');
    const upTo = all || kept.length > limits.outputBytes / 2 ? kept.length : kept.lastIndexOf('\n') + 1;
    if (upTo === 0) return;
    const text = kept.slice(0, upTo);
    kept = kept.slice(upTo);
    tell(lost > 0 ? `… ${lost} bytes left out …\n${text}` : text);
    lost = 0;
  };

  const cut = (): void => {
    if (kept.length <= limits.outputBytes) return;
    const before = Buffer.byteLength(kept);
    kept = endOf(kept, limits.outputBytes);
    lost += before - Buffer.byteLength(kept);
  };

  return {
    push(chunk) {
      kept += chunk;
      // Cut at twice the size, so that a flood of small chunks does not cut the same bytes again and again.
      if (kept.length > 2 * limits.outputBytes) cut();
      timer ??= setTimeout(flush, limits.outputEveryMs, false);
    },
    end() {
      clearTimeout(timer);
      flush(true);
    },
  };
}
