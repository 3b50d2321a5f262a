import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, glob } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type LogLine, type LogsQuery, type Text, t } from '#kit';
import { entryOf, fields } from './journal-entry.ts';
import { matches } from './lines.ts';
import type { FileRead } from './read-file.ts';

/** Where systemd keeps its journal: until the next start of the machine, and for good. */
const systems = ['/run/log/journal', '/var/log/journal'];

/** At most this much of what journalctl prints is read for one question. */
const budget = 32 * 1024 * 1024;
/** A longer entry is passed over. */
const longestEntry = 256 * 1024;
const longestMs = 5_000;

/** What is read: a folder of journals instead of the system's, a program instead of the one on the path. */
export interface Journal {
  readonly folder?: string;
  readonly program?: string;
  readonly longestMs?: number;
}

const nothing: FileRead = { lines: [], more: false };
const absent: FileRead = { ...nothing, absent: true };

/**
 * The newest matching entries of the journal, of what this account may read. Absent where none is kept, or nothing can
 * read it; a note when it is there and closed to this account.
 */
export async function readJournal(journal: Journal, query: LogsQuery, signal: AbortSignal): Promise<FileRead> {
  signal.throwIfAborted();
  const state = await stateOf(journal.folder === undefined ? systems : [journal.folder]);
  if (state === 'absent') return absent;
  const child = spawn(journal.program ?? 'journalctl', argsFor(journal, query), {
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ending = endOf(child);
  const late = AbortSignal.timeout(journal.longestMs ?? longestMs);
  const stop = () => void child.kill('SIGKILL');
  const limit = AbortSignal.any([signal, late]);
  limit.addEventListener('abort', stop, { once: true });
  try {
    const read = await collect(child.stdout, query);
    stop();
    const end = await ending;
    signal.throwIfAborted();
    if (end === 'absent') return absent;
    const note = state === 'closed' ? closed : end === 'failed' ? failed : undefined;
    return { ...read, more: read.more || late.aborted, ...(note ? { note } : {}) };
  } finally {
    limit.removeEventListener('abort', stop);
    stop();
  }
}

const argsFor = ({ folder }: Journal, { from, to }: LogsQuery): readonly string[] => [
  ...['--quiet', '--no-pager', '--all', '--reverse', '--output=json', `--output-fields=${fields.join(',')}`],
  `--since=@${Math.floor(from / 1_000)}`,
  `--until=@${Math.ceil(to / 1_000)}`,
  ...(folder === undefined ? [] : [`--directory=${folder}`]),
];

/** Whether there is a journal of the system, and whether this account may read it. */
async function stateOf(folders: readonly string[]): Promise<'open' | 'closed' | 'absent'> {
  let found = false;
  for (const folder of folders)
    for await (const path of glob(['system*.journal', '*/system*.journal'], { cwd: folder })) {
      found = true;
      if (await mayRead(join(folder, path))) return 'open';
    }
  return found ? 'closed' : 'absent';
}

const mayRead = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false, // which is what is asked
  );

const endOf = (child: ChildProcess): Promise<'done' | 'failed' | 'absent'> =>
  new Promise((resolve) => {
    child.once('error', () => resolve('absent'));
    child.once('close', (code) => resolve(code === null || code === 0 ? 'done' : 'failed'));
  });

/** Takes entries, newest first, until there are enough. */
async function collect(output: Readable, query: LogsQuery): Promise<Pick<FileRead, 'lines' | 'more'>> {
  const kept: LogLine[] = [];
  let more = false;
  for await (const json of linesOf(output)) {
    if (json === undefined) {
      more = true;
      break;
    }
    const entry = entryOf(json);
    if (entry === undefined || entry.at < query.from || entry.at > query.to) continue;
    kept.push(...entry.lines.filter(({ line, level }) => matches(line, level, query)).reverse());
    if (kept.length > query.limit) break;
  }
  return { lines: kept.slice(0, query.limit).reverse(), more: more || kept.length > query.limit };
}

/** What is printed, line by line; undefined at the end of the budget. */
async function* linesOf(output: Readable): AsyncGenerator<string | undefined> {
  let taken = 0;
  let rest: Buffer[] = [];
  let length = 0;
  const grow = (part: Buffer) => {
    length += part.length;
    if (length <= longestEntry) rest.push(part);
    else rest = [];
  };
  for await (const chunk of output as AsyncIterable<Buffer>) {
    let begin = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', begin)) {
      grow(chunk.subarray(begin, end));
      if (length <= longestEntry) yield Buffer.concat(rest).toString('utf8');
      rest = [];
      length = 0;
      begin = end + 1;
    }
    grow(chunk.subarray(begin));
    taken += chunk.length;
    if (taken > budget) return void (yield undefined);
  }
}

const closed: Text = t(
  'This account may not read the system’s journal: put it into the group systemd-journal.',
  'Ce compte ne peut pas lire le journal du système : mettez-le dans le groupe systemd-journal.',
);

const failed: Text = t(
  'The system’s journal cannot be read: journalctl failed.',
  'Le journal du système ne peut pas être lu : journalctl a échoué.',
);
