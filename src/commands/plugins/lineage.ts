import { t } from '#core/text.ts';
import type { Blame } from './blame.ts';
import type { PluginFault, PluginNews, PluginOptions } from './contract.ts';
import type { Gate } from './gate.ts';
import { type Generation, loadGeneration } from './generation.ts';
import type { Death, Isolate } from './isolate.ts';
import type { LoadReport, Pinned } from './protocol.ts';
import { brokenNews, mendedNews } from './refusals.ts';

/** The generations of the plugins, one in use at a time. */
export interface Lineage {
  /** The one in use; waits for one that is starting. Undefined when none can be started. */
  current(): Promise<Generation | undefined>;
  /** What the one in use says of itself, or the last one did. */
  report(): LoadReport;
  faults(): readonly PluginFault[];
  /** Whether one is in use and alive. */
  running(): boolean;
  /** Which plugin brought the last one down; undefined when several may have. */
  verdict(): Promise<string | undefined>;
  /** Loads them again; rejects when that could not be done: the ones before go on. */
  reload(changed?: Partial<Pick<PluginOptions, 'settings' | 'disabled' | 'folders'>>): Promise<void>;
  listen(listener: (news: PluginNews) => void): () => void;
  stop(): Promise<void>;
}

interface Parts {
  readonly gate: Gate;
  readonly blame: Blame;
  start(): Isolate;
}

const longestWaitMs = 30_000;

/** Loads the first generation and keeps one in use from then on. */
export async function createLineage(options: PluginOptions, { gate, blame, start }: Parts): Promise<Lineage> {
  const { log } = options;
  const listeners = new Set<(news: PluginNews) => void>();
  const good = new Map<string, Pinned>();
  const timers = new Set<NodeJS.Timeout>();
  const old = new Set<Promise<void>>();
  const unwell = new Set<string>();
  let wanted = { folders: options.folders, disabled: options.disabled, settings: options.settings };
  let guilty: string | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let stopped = false;
  let failures = 0;
  let alive = false;

  const tell = (news: PluginNews) => {
    for (const listener of listeners) listener(news);
  };

  const later = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!stopped) work();
    }, ms).unref();
    timers.add(timer);
  };

  const load = async (): Promise<Generation> => {
    const next = await loadGeneration({ ...wanted, reserved: options.reserved ?? [], good, start });
    remember(next, good, wanted.settings, blame);
    return next;
  };

  const begin = (next: Generation) => {
    alive = true;
    const names = next.report.plugins.map(({ name }) => name).filter((name) => blame.pausedUntil(name) === undefined);
    const keys = Object.fromEntries(names.map((plugin) => [plugin, gate.open({ plugin, needs: ['series'] })]));
    next.isolate.channel.tell('begin', { keys });
    void next.isolate.over.then((how) => {
      for (const key of Object.values(keys)) gate.close(key);
      if (how !== 'ended') fall(next, how);
    });
  };

  /** The isolate died: find out whose fault it was, and start the next. */
  const fall = (fallen: Generation, how: Death) => {
    if (fallen !== inUse || stopped) return;
    alive = false;
    const suspects = fallen.isolate.suspects();
    guilty = suspects.length === 1 ? suspects[0] : undefined;
    log.error({ how, suspects, guilty }, 'the plugins fell and are started again');
    if (guilty !== undefined && blame.add(guilty)) pause(guilty);
    current = restart(fallen);
  };

  const pause = (plugin: string) => {
    const say = t(
      `The plugin ${plugin} is paused: it brought the plugins down again and again.`,
      `Le greffon ${plugin} est mis en pause : il a fait tomber les greffons à répétition.`,
    );
    unwell.add(plugin);
    tell({ kind: 'paused', plugin, say });
    later(Math.max(0, (blame.pausedUntil(plugin) ?? 0) - (options.now ?? Date.now)()) + 50, () => void reload());
  };

  const restart = async (fallen: Generation): Promise<Generation | undefined> => {
    try {
      const next = await load();
      // A reload may have been quicker: then its generation is the one.
      if (stopped || inUse !== fallen) return await instead(next);
      failures = 0;
      inUse = next;
      begin(next);
      tell({ kind: 'restarted', say: t('The plugins were started again.', 'Les greffons ont été redémarrés.') });
      return next;
    } catch (error) {
      log.error({ error }, 'the plugins cannot be started');
      failures += 1;
      later(Math.min(longestWaitMs, 500 * 2 ** failures), () => {
        if (inUse === fallen) current = restart(fallen);
      });
      return undefined;
    }
  };

  const instead = async (unwanted: Generation): Promise<Generation | undefined> => {
    await unwanted.isolate.end();
    return stopped ? undefined : inUse;
  };

  const replace = async (): Promise<void> => {
    await current;
    if (stopped) return;
    const next = await load();
    if (stopped) return next.isolate.end();
    const before = inUse;
    inUse = next;
    current = Promise.resolve(next);
    begin(next);
    before.isolate.channel.tell('retire', null);
    const gone = drain(before, options.seconds).finally(() => old.delete(gone));
    old.add(gone);
    announce(before, next);
  };

  const announce = (before: Generation, next: Generation) => {
    const known = new Set(before.faults.map(keyOf));
    const fresh = next.faults.filter((fault) => !known.has(keyOf(fault)));
    for (const { plugin, refusal } of fresh) tell(brokenNews(plugin, refusal));
    const present = new Set(next.report.plugins.map(({ name }) => name));
    for (const name of unwell) {
      const isUnwell = blame.pausedUntil(name) !== undefined || next.faults.some(({ plugin }) => plugin === name);
      if (!isUnwell && unwell.delete(name)) tell(mendedNews(name, present.has(name)));
    }
    for (const { plugin } of next.faults) unwell.add(plugin);
    if (fresh.length === 0)
      tell({ kind: 'loaded', say: t('The plugins were reloaded.', 'Les greffons ont été rechargés.') });
  };

  const reload: Lineage['reload'] = (changed = {}) => {
    const mine = turn.then(async () => {
      wanted = { ...wanted, ...changed };
      await replace();
    });
    turn = mine.catch((error) => log.error({ error }, 'the plugins could not be reloaded; the last good ones go on'));
    return mine;
  };

  let inUse = await load();
  let current: Promise<Generation | undefined> = Promise.resolve(inUse);
  begin(inUse);
  for (const { plugin, refusal } of inUse.faults) {
    unwell.add(plugin);
    log.warn({ plugin, refusal }, 'a plugin did not load');
  }

  return {
    current: () => current,
    report: () => inUse.report,
    faults: () => inUse.faults,
    running: () => alive,
    verdict: async () => {
      await current;
      return guilty;
    },
    reload,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled([current, turn]);
      await Promise.allSettled([inUse.isolate.end(), ...old]);
    },
  };
}

const keyOf = ({ plugin, file, line, refusal }: PluginFault) => JSON.stringify([plugin, file, line, refusal.say]);

/** Keeps each plugin that loaded fresh as its last good version; forgets those that are gone; forgives those that changed. */
function remember(
  { report, faults }: Generation,
  good: Map<string, Pinned>,
  settings: Readonly<Record<string, unknown>>,
  blame: Blame,
): void {
  const pinned = new Set(faults.filter(({ keptLastGood }) => keptLastGood).map(({ plugin }) => plugin));
  const present = new Set(report.plugins.map(({ name }) => name));
  for (const name of good.keys()) if (!present.has(name)) good.delete(name);
  for (const name of present) {
    const sources = report.sources[name];
    if (pinned.has(name) || !sources) continue;
    const before = good.get(name);
    if (before && JSON.stringify(before.sources) !== JSON.stringify(sources)) blame.forgive(name);
    good.set(name, { sources, settings: settings[name] });
  }
}

/** Lets calls under way finish in an isolate that is not in use any more, for as long as a call may take. */
async function drain({ isolate }: Generation, seconds: number): Promise<void> {
  const deadline = performance.now() + (seconds + 1) * 1000;
  while (!isolate.idle() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  await isolate.end();
}
