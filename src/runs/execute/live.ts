import type { Edges } from '#audit/redact.ts';
import { endOf } from './clip.ts';
import type { ExecutionLimits } from './limits.ts';
import type { Redact } from './redaction.ts';

/** Which stream of a script something came from. */
export type Stream = 'stdout' | 'stderr';

/** Live output of one step, thinned for whoever watches. */
export interface LiveOutput {
  push(chunk: string, stream?: Stream): void;
  /** Tells what is left. */
  end(): void;
}

/** What the module `command` notes for itself after the command's own words. */
const timesOfCommand = /quarterdeck-times [\d.N%]+ [\d.N%]+(?: missing)?\n/g;

/**
 * Tells at most once per interval, whole lines where it can, and of what came too fast only the newest bytes, after a
 * line that says how many were left out. Secrets are taken out stream by stream as the output comes; the end of a line that
 * goes on waits, whatever it is: it may be the beginning of one.
 */
export function liveOutput(
  limits: ExecutionLimits,
  tell: (text: string) => void,
  { redact, edges }: { readonly redact: Redact; readonly edges: Edges },
): LiveOutput {
  const waiting: Record<Stream, string> = { stdout: '', stderr: '' };
  let kept = '';
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;

  const cut = (): void => {
    if (kept.length <= limits.outputBytes) return;
    const before = Buffer.byteLength(kept);
    kept = endOf(kept, limits.outputBytes);
    lost += before - Buffer.byteLength(kept);
  };

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

  return {
    push(chunk, stream = 'stdout') {
      const text = waiting[stream] + chunk;
      const place = edges.settled(text);
      // A secret that overlaps itself, over and over, is not waited for for ever.
      const upTo = text.length - place > limits.outputBytes + edges.longest() ? text.length : place;
      kept += redact(text.slice(0, upTo));
      waiting[stream] = text.slice(upTo);
      // Cut at twice the size, so that a flood of small chunks does not cut the same bytes again and again.
      if (kept.length > 2 * limits.outputBytes) cut();
      timer ??= setTimeout(flush, limits.outputEveryMs, false);
    },
    end() {
      clearTimeout(timer);
      kept += redact(waiting.stdout) + redact(waiting.stderr);
      flush(true);
    },
  };
}
