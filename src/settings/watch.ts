import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonical, type Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import { watchFolders } from './folders.ts';
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
  /** How often the files are looked at: of what lies behind a link, or on another machine, the system does not tell. */
  readonly pollMs?: number;
}

/** A configuration that is kept fresh. */
export interface SettingsWatch {
  /** The last good settings; a broken change does not lose them. */
  current(): Settings | undefined;
  stop(): void;
}

// A folder that is never quiet must not put a reload off for ever.
const mostWaits = 10;

// Who saves a file may empty it first, and be slow to write it: so many times the usual wait.
const emptyWaits = 20;

/**
 * Reloads the configuration when its files change. What counts is what the files say: swap files, touched dates and
 * comments are nothing. The first look comes at once, for a change between the first load and the watching.
 */
export function watchSettings(options: WatchOptions): SettingsWatch {
  const { settleMs = 150, pollMs = 2000 } = options;
  let outcome = options.first;
  let good = outcome.ok ? outcome : undefined;
  let seen: string | undefined;
  let waits = 0;
  let emptySince: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> = Promise.resolve();
  let stopped = false;
  let eyes = watchFolders(foldersOf(outcome), wake);
  const poll = setInterval(() => void glance(), pollMs).unref();

  function wake(): void {
    if (waits >= mostWaits || stopped) return;
    waits += 1;
    clearTimeout(timer);
    timer = setTimeout(read, settleMs);
  }

  async function glance(): Promise<void> {
    if ((await stateOf(outcome.files)) !== seen) wake();
  }

  function read(): void {
    waits = 0;
    reading = reading.then(reload);
  }

  async function reload(): Promise<void> {
    const present = await stateOf(outcome.files); // before loading: a change meanwhile differs from it
    if (stopped || present === seen) return;
    const fresh = unlessEmptied(await loadSettings(options), good);
    if (stopped || mayStillFill(fresh)) return;
    seen = fresh.files.join() === outcome.files.join() ? present : undefined;
    if (seen !== undefined && isUnread(fresh)) seen = unread;
    const before = outcome;
    outcome = fresh;
    if (fresh.ok) good = fresh;
    watchAgain();
    if (summary(fresh) !== summary(before)) options.onChange(fresh);
  }

  /** True for a file that has only just become empty; it is read again later. */
  function mayStillFill(fresh: SettingsOutcome): boolean {
    if (fresh.ok || fresh.faults[0]?.code !== emptied) emptySince = undefined;
    else emptySince ??= performance.now();
    const left = emptySince === undefined ? 0 : emptySince + emptyWaits * settleMs - performance.now();
    if (left <= 0) return false;
    clearTimeout(timer);
    timer = setTimeout(read, left);
    return true;
  }

  function watchAgain(): void {
    eyes.close();
    eyes = watchFolders(foldersOf(outcome), wake); // a folder may have been replaced by another of its name
    if (seen === undefined) wake();
  }

  wake();
  return {
    current: () => good?.settings,
    stop() {
      stopped = true;
      clearTimeout(timer);
      clearInterval(poll);
      eyes.close();
    },
  };
}

/** In the place of what the files looked like: they are read again at the next look, changed or not. */
const unread = 'unread';

/** What cannot be read may be there and unchanged a moment later: too many open files, a network that is away. */
const isUnread = (outcome: SettingsOutcome): boolean =>
  !outcome.ok && outcome.faults.some(({ code }) => code === 'settings.unreadable' || code === 'settings.reference');

type Good = Extract<SettingsOutcome, { ok: true }>;

/** An editor may empty a file before it writes it, and a disk may be full: nobody means to take everybody's rights away. */
function unlessEmptied(fresh: SettingsOutcome, good: Good | undefined): SettingsOutcome {
  if (!fresh.ok || !fresh.blank || !good || good.blank) return fresh;
  const [file = ''] = fresh.files;
  const message = fresh.configured
    ? t('The configuration file has become empty.', 'Le fichier de configuration est devenu vide.')
    : t('The configuration file is gone.', 'Le fichier de configuration a disparu.');
  const hint = t(
    'To go back to the defaults, start the bot again.',
    'Pour revenir aux valeurs par défaut, redémarrez le bot.',
  );
  const fault = { file, line: 1, column: 1, code: emptied, path: '', message, hint };
  return { ok: false, faults: [fault], files: fresh.files, data: fresh.settings.data };
}

/** The code of the fault that a file said nothing any more: `quarterdeck check` finds nothing wrong with such a file. */
export const emptied = 'settings.emptied' as const;

const foldersOf = (outcome: SettingsOutcome): string[] => [...new Set(outcome.files.map((file) => dirname(file)))];

const summary = (outcome: SettingsOutcome): string =>
  // both come from YAML and hold nothing that JSON cannot say
  canonical((outcome.ok ? [outcome.settings, outcome.secrets] : outcome.faults) as unknown as Json);

async function stateOf(files: readonly string[]): Promise<string> {
  const states = files.map(async (file) => {
    const found = await stat(file, { bigint: true }).catch(() => undefined);
    return found ? `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}` : 'absent';
  });
  return (await Promise.all(states)).join();
}
