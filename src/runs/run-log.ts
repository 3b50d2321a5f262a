import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The log of one run: what `ansible-playbook` would have printed, in a file people can fetch. */
export interface RunLog {
  /** Throws when the disk refuses; the run does not depend on it. */
  append(lines: readonly string[]): Promise<void>;
}

/** Where the log of a run lies. */
export const runLogPath = (folder: string, runId: number): string => join(folder, `${runId}.log`);

const cutLine = '… the log was cut here: it grew too long …\n';

/** Writes lines to a file until it is too long. */
export function openRunLog(path: string, maxBytes: number): RunLog {
  let bytes = 0;
  return {
    async append(lines) {
      if (lines.length === 0 || bytes > maxBytes) return;
      const text = `${lines.join('\n')}\n`;
      bytes += Buffer.byteLength(text);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await appendFile(path, bytes > maxBytes ? cutLine : text, { mode: 0o600 });
    },
  };
}
