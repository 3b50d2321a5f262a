import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonical, type Json } from '#core/json.ts';
import { type LoadOptions, loadSettings, type SettingsOutcome } from './load.ts';
import type { Settings } from './schema.ts';

/** What to watch and whom to tell. */
export interface WatchOptions extends LoadOptions {
  /** What the first load gave: its files are watched. */
  readonly first: SettingsOutcome;
  /** Told of every different outcome: new settings, or the faults of a broken change. */
  readonly onChange: (outcome: SettingsOutcome) => void;
  /** How long the files must be quiet before they are read: editors save in several steps. */
  readonly settleMs?: number;
  /** How often the files are looked at where the system cannot tell of changes. */
  readonly pollMs?: number;
}

/** A configuration that is kept fresh. */
export interface SettingsWatch {
  /** The last good settings; a broken change does not lose them. */
  current(): Settings | undefined;
  stop(): void;
}

/**
 * Reloads the configuration when its files change. Folders are watched rather than files, because most editors save by
 * renaming a new file over the old one; what counts is the content, so that swap files and touched dates are nothing.
 */
export function watchSettings(options: WatchOptions): SettingsWatch {
  const { settleMs = 150, pollMs = 2000 } = options;
  const stopped = new AbortController();
  let outcome = options.first;
  let good = outcome.ok ? outcome.settings : undefined;
  let eyes = watchFolders(outcome.files, wake, pollMs);
  let content = contentOf(outcome.files);
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> = Promise.resolve();

  function wake(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      reading = reading.then(reload);
    }, settleMs);
  }

  async function reload(): Promise<void> {
    const present = contentOf(outcome.files);
    if ((await present) === (await content) || stopped.signal.aborted) return;
    content = present;
    const fresh = await loadSettings(options);
    if (stopped.signal.aborted) return;
    const told = summary(outcome);
    look(fresh);
    if (summary(fresh) !== told) options.onChange(fresh);
  }

  function look(fresh: SettingsOutcome): void {
    eyes.close();
    eyes = watchFolders(fresh.files, wake, pollMs);
    content = contentOf(fresh.files);
    outcome = fresh;
    if (fresh.ok) good = fresh.settings;
  }

  return {
    current: () => good,
    stop() {
      stopped.abort();
      clearTimeout(timer);
      eyes.close();
    },
  };
}

const summary = (outcome: SettingsOutcome): string =>
  // the settings come from YAML and hold nothing that JSON cannot say
  canonical((outcome.ok ? [outcome.settings, outcome.secrets] : outcome.faults) as unknown as Json);

async function contentOf(files: readonly string[]): Promise<string> {
  const parts = files.map((file) => readFile(file).catch((error: NodeJS.ErrnoException) => `absent: ${error.code}`));
  const hash = createHash('sha256');
  for (const part of await Promise.all(parts)) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** Watches the files' folders; where that cannot be (no such folder, too many watches), looks every `pollMs`. */
function watchFolders(files: readonly string[], wake: () => void, pollMs: number): { close(): void } {
  const folders = [...new Set(files.map((file) => dirname(file)))];
  const closers = folders.map((folder) => {
    const watcher = watchFolder(folder, wake);
    const timer = watcher ? undefined : setInterval(wake, pollMs).unref();
    return () => {
      watcher?.close();
      clearInterval(timer);
    };
  });
  return { close: () => closers.forEach((close) => void close()) };
}

function watchFolder(folder: string, wake: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, wake);
    watcher.on('error', wake); // the folder went away: the next load says so
    return watcher;
  } catch {
    return undefined; // the caller looks by itself instead
  }
}
