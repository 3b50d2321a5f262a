import type { Capabilities, Logs } from '#core/capabilities.ts';
import type { Log } from '#core/log.ts';
import type { KeyValues, NeedName, Needs } from '#kit/command.ts';
import type { Channel } from '../channel.ts';

/** Asks the core, with the key of this call. */
export type Ask = (need: string, method: string, args: readonly unknown[], signal?: AbortSignal) => Promise<unknown>;

/** So many requests of one call may be under way: a loop that forgets to wait must not drown the bot. */
const mostAsked = 100;

/** How plugin code under one key reaches the core; every wait ends with the call's signal. */
export function asker(channel: Channel, key: () => string, signal: AbortSignal): Ask {
  let under = 0;
  return async (need, method, args, narrower) => {
    if (under >= mostAsked) throw new Error(`more than ${mostAsked} requests to the core at once`);
    under += 1;
    try {
      const limit = narrower ? AbortSignal.any([signal, narrower]) : signal;
      return await channel.call('need', { key: key(), need, method, args }, limit);
    } finally {
      under -= 1;
    }
  };
}

/** A plugin's own key-value space. The core answers with what its interfaces say, so the casts here only name it. */
export const valuesBy = (ask: Ask): KeyValues => ({
  get: (key) => ask('values', 'get', [key]) as ReturnType<KeyValues['get']>,
  set: (key, value) => ask('values', 'set', [key, value]) as Promise<void>,
  remove: (key) => ask('values', 'remove', [key]) as Promise<void>,
});

/** A plugin's own samples. */
export const seriesBy = (ask: Ask): Needs['series'] => ({
  add: (at, values) => ask('series', 'add', [at, values]) as Promise<void>,
  range: (...args) => ask('series', 'range', args) as ReturnType<Needs['series']['range']>,
  summary: (...args) => ask('series', 'summary', args) as ReturnType<Needs['series']['summary']>,
  forget: (before) => ask('series', 'forget', [before]) as Promise<void>,
});

/** So many lines, each so long, are cleaned at once. */
const mostCleaned = 1_000;
const longestCleaned = 16 * 1024;

/**
 * Log lines without secrets, and only those that hold the words without them too: else whoever looks for the beginning of
 * a secret would be told whether it is right.
 */
const cleanLogs = (ask: Ask, logs: Logs): Logs => ({
  targets: (signal) => logs.targets(signal),
  async logs(query, signal) {
    const { lines, more, ...rest } = await logs.logs(query, signal);
    const newest = lines.slice(-mostCleaned);
    const given = newest.map(({ line }) => line.slice(0, longestCleaned));
    const clean = (await ask('logs', 'clean', [given], signal)) as readonly string[];
    const shown = newest
      .map((line, index) => ({ ...line, line: clean[index] ?? '' }))
      .filter(({ line }) => query.words.every((word) => line.toLowerCase().includes(word.toLowerCase())));
    return { ...rest, lines: shown, more: shown.length > 0 && (more || newest.length < lines.length) };
  },
});

/** Each need, made when a command listed it. */
const makers = (ask: Ask, capabilities: Capabilities): { readonly [N in NeedName]: () => Needs[N] } => ({
  hosts: () => ({ list: () => ask('hosts', 'list', []) as ReturnType<Needs['hosts']['list']> }),
  facts: () => ({
    gather: (hosts, signal) => ask('facts', 'gather', [hosts], signal) as ReturnType<Needs['facts']['gather']>,
  }),
  runs: () => ({
    last: (limit, before) =>
      ask('runs', 'last', before === undefined ? [limit] : [limit, before]) as ReturnType<Needs['runs']['last']>,
    get: (id) => ask('runs', 'get', [id]) as ReturnType<Needs['runs']['get']>,
  }),
  audit: () => ({ last: (...args) => ask('audit', 'last', args) as ReturnType<Needs['audit']['last']> }),
  people: () => ({
    called: (ids) => ask('people', 'called', [ids]) as ReturnType<Needs['people']['called']>,
  }),
  charts: () => ({ draw: (...args) => ask('charts', 'draw', args) as ReturnType<Needs['charts']['draw']> }),
  playbooks: () => ({ list: () => ask('playbooks', 'list', []) as ReturnType<Needs['playbooks']['list']> }),
  series: () => seriesBy(ask),
  metrics: () => capabilities.metrics,
  logs: () => cleanLogs(ask, capabilities.logs),
});

/** What a command asked for in `needs`, and nothing else. */
export function givenBy(needs: readonly NeedName[], ask: Ask, capabilities: Capabilities): Partial<Needs> {
  const make = makers(ask, capabilities);
  return Object.fromEntries(needs.map((need) => [need, make[need]()]));
}

/** What every part of a plugin gets. */
export interface Ground {
  readonly settings: unknown;
  readonly log: Log;
  readonly signal: AbortSignal;
  now(): number;
}
