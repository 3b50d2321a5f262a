import { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import type { Capabilities } from '#core/capabilities.ts';
import type { Log } from '#core/log.ts';
import type { Command } from '#kit/command.ts';
import type { PluginContext } from '#kit/plugin.ts';
import { type Channel, openChannel } from '../channel.ts';
import {
  type Begin,
  type Busy,
  type InsideCall,
  type ListWish,
  type LoadOrder,
  type LoadReport,
  largestAnswer,
} from '../protocol.ts';
import { asker, givenBy, seriesBy, valuesBy } from './context.ts';
import { guardImports, type Sources } from './hooks.ts';
import { keepRunning } from './jobs.ts';
import { type Candidate, loadPlugins, type ReadyPlugin } from './load.ts';
import { createLogs } from './log.ts';
import { merged, providers, type WithName } from './providers.ts';

/** How the inside is started: in a worker with guarded imports, or in the bot's own thread for tests. */
export interface InsideOptions {
  readonly guard: boolean;
  readonly given: readonly { readonly name: string }[];
  readonly loadSeconds: number;
  now(): number;
}

/** The inside as its surroundings see it: whose code is running, for the console. */
export interface Inside {
  current(): Log;
}

/** Everything on the plugins' side of the wall: loads them, answers calls, runs their background jobs. */
export function serveInside(port: MessagePort, options: InsideOptions): Inside {
  const running = new AsyncLocalStorage<Log>();
  const retired = new AbortController();
  const closed = new AbortController();
  let ready: readonly ReadyPlugin[] = [];
  let keys: Begin['keys'] = {};
  let capabilities: Capabilities = merged([]);

  const logOf = createLogs((line) => channel.tell('log', line));
  const busy = (plugin: string, doing: Busy['doing'], on: boolean) => channel.tell('busy', { plugin, doing, on });
  const withName = <T>(plugin: string, work: () => T): T => running.run(logOf(plugin), work);

  const ground = ({ loaded: { name }, settings }: ReadyPlugin, signal: AbortSignal): PluginContext<unknown> => {
    const ask = asker(channel, () => keys[name] ?? '', signal);
    return { settings, signal, log: logOf(name), values: valuesBy(ask), series: seriesBy(ask), now: options.now };
  };

  const load = async (order: LoadOrder): Promise<LoadReport> => {
    const sources: Sources = options.guard ? guardImports(order.places, order.pinned) : {};
    const outcome = await loadPlugins(candidates(order, options.given, withName), order, {
      seconds: options.loadSeconds,
      busy: (plugin, on) => busy(plugin, 'load', on),
    });
    ready = outcome.ready;
    capabilities = merged(providers(ready, (one) => ground(one, closed.signal), withName));
    return { plugins: ready.map(({ loaded }) => loaded), faults: outcome.faults, sources };
  };

  const call = async (wanted: InsideCall, signal: AbortSignal): Promise<string | undefined> => {
    const { plugin, settings, command } = find(ready, wanted);
    const ask = asker(channel, () => wanted.key, signal);
    const context = {
      ...{ actor: wanted.actor, language: wanted.language, settings, signal, args: wanted.args },
      ...{ log: logOf(plugin.name), values: valuesBy(ask), now: options.now },
    };
    const given = givenBy(command.needs, ask, capabilities);
    busy(plugin.name, 'call', true);
    try {
      return await withName(plugin.name, async () => asText(await perform(command, wanted, context, given)));
    } finally {
      busy(plugin.name, 'call', false);
    }
  };

  const begin = (begun: Begin) => {
    keys = begun.keys;
    for (const one of ready)
      if (keys[one.loaded.name] !== undefined)
        void withName(one.loaded.name, () =>
          keepRunning(one, ground(one, retired.signal), (on) => busy(one.loaded.name, 'job', on)),
        );
  };

  // The payloads are this project's own on both ends of the port; `protocol.ts` is their contract.
  const channel: Channel = openChannel(port, {
    serve: async (method, payload, signal) => {
      if (method === 'call') return call(payload as InsideCall, signal);
      if (method === 'load') return load(payload as LoadOrder);
      if (method === 'list') return namesIn(capabilities, payload as ListWish, signal);
      return undefined;
    },
    hear: (method, payload) => {
      if (method === 'begin') begin(payload as Begin);
      if (method === 'retire') retired.abort();
    },
  });
  port.once('close', () => {
    retired.abort();
    closed.abort();
  });
  return { current: () => running.getStore() ?? logOf('unknown') };
}

async function namesIn({ metrics, logs }: Capabilities, { what, target = '' }: ListWish, signal: AbortSignal) {
  if (what === 'figures') return (await metrics.metrics(target, signal)).map(({ name }) => name);
  return what === 'metrics' ? metrics.targets(signal) : logs.targets(signal);
}

const candidates = (order: LoadOrder, given: InsideOptions['given'], withName: WithName): readonly Candidate[] => [
  ...order.places.map((place) => ({
    name: place.name,
    place,
    fetch: () =>
      withName(
        place.name,
        async () => ((await import(pathToFileURL(place.file).href)) as { default?: unknown }).default,
      ),
  })),
  ...given
    .filter(({ name }) => !order.disabled.includes(name))
    .map((plugin) => ({ name: plugin.name, fetch: async () => plugin })),
];

function find(ready: readonly ReadyPlugin[], { plugin: name, command: wanted }: InsideCall) {
  const one = ready.find(({ loaded }) => loaded.name === name);
  const command = one?.plugin.commands.find((command) => command.name === wanted) as Command | undefined;
  if (!one || !command) throw new Error(`there is no command ${wanted} in ${name}`);
  return { plugin: one.plugin, settings: one.settings, command };
}

function perform(command: Command, { what, run, steps, card }: InsideCall, context: object, given: object): unknown {
  if (command.kind === 'question')
    return command.answer({ ...context, ...given } as Parameters<typeof command.answer>[0]);
  if (what === 'plan') return command.plan({ ...context, ...given } as Parameters<typeof command.plan>[0]);
  return command.report?.({ ...context, run, steps, card } as Parameters<NonNullable<typeof command.report>>[0]);
}

/** JSON text: it cannot hold anything that runs, and its length is known before anyone reads it. */
function asText(answer: unknown): string | undefined {
  const text = JSON.stringify(answer);
  if (text !== undefined && text.length > largestAnswer)
    throw new Error(`the answer is ${text.length} characters long; at most ${largestAnswer} are taken`);
  return text;
}
