import { closeSync, existsSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Redactor } from '#audit/redact.ts';
import type { Log } from '#core/log.ts';

/** The log file is put aside at this size; one older file is kept. */
const largest = 20 * 1024 * 1024;
/** When that fails, it is tried again after so much more. */
const againAfter = 1024 * 1024;

/** Nothing can be said about a log that cannot be written; /readyz says it when the store is full too. */
function unlessFailed(work: () => void): void {
  try {
    work();
  } catch {}
}

/** The bot's log: JSON lines in the data folder, with every known secret taken out. A full disk costs log lines, never the bot. */
export function openLog(folder: string, redactor: Redactor): { log: Log; path: string; close(): void } {
  const path = join(folder, 'quarterdeck.log');
  let file = openSync(path, 'a', 0o600);
  let size = statSync(path).size;
  let longest = largest;
  const turn = () => {
    longest = size + againAfter; // should this try fail
    const fresh = openSync(`${path}.new`, 'a', 0o600);
    try {
      if (existsSync(path)) renameSync(path, `${path}.1`);
      renameSync(`${path}.new`, path);
    } catch (fault) {
      closeSync(fresh);
      throw fault;
    }
    const old = file;
    file = fresh;
    size = 0;
    longest = largest;
    closeSync(old);
  };
  const write = (line: string) => {
    if (size > longest) unlessFailed(turn);
    unlessFailed(() => {
      size += writeSync(file, redactor.text(line));
    });
  };
  const log = pino(
    { level: process.env.QUARTERDECK_LOG ?? 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write },
  );
  return { log, path, close: () => closeSync(file) };
}
