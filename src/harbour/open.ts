import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { Fault } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { t } from '#core/text.ts';
import { type Layout, layoutIn, shopSource } from './layout.ts';
import { type HarbourSettings, harbourSettings } from './settings.ts';

export interface HarbourOptions {
  /** Everything of the fleet is in here, and goes away with it. */
  readonly folder: string;
  readonly log: Log;
}

/** The demo fleet: real SSH servers in a process of their own, which never outlives this one. */
export interface Harbour {
  /** The path of a generated inventory in YAML; written when it is served. */
  readonly inventory: string;
  readonly knownHosts: string;
  readonly identityFile: string;
  /** Folders outside the playbooks folder that its playbooks copy from. */
  readonly readable: readonly string[];
  /** What goes over the default settings: people, roles, rules, channels, applications. */
  readonly settings: HarbourSettings;
  /** Resolves when its hosts can be reached; rejects with `harbour.not_open`. */
  readonly served: Promise<void>;
  /** Starts the services of its hosts, as when a machine boots; resolves when they serve, or the log says why not. */
  boot(): Promise<void>;
  stop(): Promise<void>;
}

const readyMs = 20_000;
const stopMs = 8_000;
const mostRestarts = 5;
const mostAttempts = 3;

/** Starts the demo fleet in a folder, and is back before it is served. */
export async function startHarbour({ folder, log }: HarbourOptions): Promise<Harbour> {
  const layout = layoutIn(folder);
  await mkdir(layout.folder, { recursive: true, mode: 0o700 });
  let stopping = false;
  let restarts = 0;
  let now = launch(layout);

  /** Waits until it is served. A port that was free a moment ago may be taken: then once more, with others. */
  const open = async (attempt = 1): Promise<void> => {
    try {
      await untilServed(now);
    } catch (fault) {
      if (stopping) throw fault;
      log.error({ err: fault, attempt }, 'the harbour did not open');
      if (attempt >= mostAttempts) throw fault;
      await rm(layout.ports, { force: true });
      now = launch(layout);
      return open(attempt + 1);
    }
    watch();
  };
  const watch = (): void => {
    now.child.once('exit', (code, signal) => {
      if (stopping) return;
      restarts += 1;
      log.error({ code, signal, restarts }, 'the harbour ended by itself');
      if (restarts > mostRestarts) return;
      now = launch(layout);
      untilServed(now).then(
        () => {
          watch();
          return boot();
        },
        (problem) => log.error({ problem }, 'the harbour does not open again'),
      );
    });
  };
  const served = open();
  served.catch(() => undefined); // whoever opens the fleet waits for it; a bot that stops first does not
  const boot = async (): Promise<void> => {
    await served;
    if (now.child.connected) now.child.send({ boot: true }, () => undefined);
    const word = await now.booted;
    const troubles = 'troubles' in word && Array.isArray(word.troubles) ? word.troubles : [word];
    if (!stopping) for (const trouble of troubles) log.error(trouble, 'a service of the demo fleet did not start');
  };

  return {
    inventory: layout.inventory,
    knownHosts: layout.knownHosts,
    identityFile: layout.userKey,
    readable: [shopSource],
    settings: harbourSettings(layout),
    served,
    boot,
    stop: async () => {
      stopping = true;
      await end(now.child);
    },
  };
}

/** A process of the fleet: that it serves, then how its hosts booted; or why it does neither. */
interface Launched {
  readonly child: ChildProcess;
  readonly served: Promise<object>;
  readonly booted: Promise<object>;
}

/** Starts the process. In a session of its own, so that a Ctrl-C meant for the bot lets it leave in order. */
function launch(layout: Layout): Launched {
  const entry = join(import.meta.dirname, 'child-entry.mjs');
  const child = spawn(process.execPath, [entry, layout.folder, getCompileCacheDir() ?? ''], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
    env: { PATH: process.env.PATH },
  });
  const served = Promise.withResolvers<object>();
  const booted = Promise.withResolvers<object>();
  const hear = (word: unknown): void => {
    const said = word !== null && typeof word === 'object' ? word : { problem: 'it said what nobody understands' };
    served.resolve(said);
    if (!('served' in said)) booted.resolve(said);
  };
  const limit = setTimeout(() => served.resolve({ problem: 'it took too long' }), readyMs);
  served.promise.finally(() => clearTimeout(limit));
  child.on('message', hear);
  child.once('exit', () => hear({ problem: 'it ended' }));
  child.once('error', (cause) => hear({ problem: String(cause) }));
  return { child, served: served.promise, booted: booted.promise };
}

/** Waits until the fleet is served; a harbour that cannot is ended and says why. */
async function untilServed({ child, served }: Launched): Promise<void> {
  const word = await served;
  if ('served' in word) return;
  child.kill('SIGKILL');
  throw new Fault(
    {
      code: 'harbour.not_open',
      say: t('The demo fleet could not be opened.', 'La flotte de démonstration n’a pas pu s’ouvrir.'),
      next: t(
        'Look at the log; or set “harbour: false” in the configuration.',
        'Regardez le journal ; ou mettez « harbour: false » dans la configuration.',
      ),
    },
    { cause: word },
  );
}

/** Asks the process to leave, and waits until it has. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return; // it never began
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  if (child.connected) child.send({ stop: true }, () => undefined);
  await exited;
  clearTimeout(timer);
}
