import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
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

/** The demo fleet, open: real SSH servers in a process of their own, which never outlives this one. */
export interface Harbour {
  /** The path of a generated inventory in YAML. */
  readonly inventory: string;
  readonly knownHosts: string;
  readonly identityFile: string;
  /** Folders outside the playbooks folder that its playbooks copy from. */
  readonly readable: readonly string[];
  /** What goes over the default settings: people, roles, rules, channels, applications. */
  readonly settings: HarbourSettings;
  stop(): Promise<void>;
}

const readyMs = 20_000;
const stopMs = 8_000;
const mostRestarts = 5;
const mostAttempts = 3;

/** Opens the demo fleet in a folder. Throws `harbour.not_open`. */
export async function startHarbour({ folder, log }: HarbourOptions): Promise<Harbour> {
  const layout = layoutIn(folder);
  await mkdir(layout.folder, { recursive: true, mode: 0o700 });
  let stopping = false;
  let restarts = 0;
  let child = await launchReady(layout, log);

  const watch = (): void => {
    child.once('exit', (code, signal) => {
      if (stopping) return;
      restarts += 1;
      log.error({ code, signal, restarts }, 'the harbour ended by itself');
      if (restarts > mostRestarts) return;
      child = launch(layout);
      ready(child, log).then(watch, (problem) => log.error({ problem }, 'the harbour does not open again'));
    });
  };
  watch();

  return {
    inventory: layout.inventory,
    knownHosts: layout.knownHosts,
    identityFile: layout.userKey,
    readable: [shopSource],
    settings: harbourSettings(layout),
    stop: async () => {
      stopping = true;
      await end(child);
    },
  };
}

/** Starts the process and waits for it. A port that was free a moment ago may be taken: then once more, with others. */
async function launchReady(layout: Layout, log: Log, attempt = 1): Promise<ChildProcess> {
  const child = launch(layout);
  try {
    await ready(child, log);
    return child;
  } catch (fault) {
    log.error({ err: fault, attempt }, 'the harbour did not open');
    if (attempt >= mostAttempts) throw fault;
    await rm(layout.ports, { force: true });
    return launchReady(layout, log, attempt + 1);
  }
}

/** Starts the process. In a session of its own, so that a Ctrl-C meant for the bot lets it leave in order. */
function launch(layout: Layout): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), layout.folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
    env: { PATH: process.env.PATH },
  });
}

/** Waits until the fleet is served and has booted; a harbour that cannot is ended and says why. */
async function ready(child: ChildProcess, log: Log): Promise<void> {
  const signal = AbortSignal.timeout(readyMs);
  const failed = once(child, 'exit', { signal }).then(() => ({ ready: false, problem: 'it ended' }));
  const told = once(child, 'message', { signal }).then(([message]: unknown[]) => message);
  const word = await Promise.race([told, failed]).catch(() => ({ problem: 'it took too long' }));
  failed.catch(() => undefined);
  told.catch(() => undefined);
  if (word !== null && typeof word === 'object' && 'ready' in word && word.ready === true) {
    const troubles = 'troubles' in word && Array.isArray(word.troubles) ? word.troubles : [];
    for (const trouble of troubles) log.error(trouble, 'a service of the demo fleet did not start');
    return;
  }
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
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  if (child.connected) child.send({ stop: true }, () => undefined);
  await exited;
  clearTimeout(timer);
}
