import { type Anchor, openAnchor } from '#audit/anchor.ts';
import { createRedactor } from '#audit/redact.ts';
import { createCharts } from '#charts/charts.ts';
import { systemClock } from '#core/clock.ts';
import { Fault, type Refusal } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { firstFaults } from '#settings/faults.ts';
import type { SettingsOutcome } from '#settings/load.ts';
import { openFiles } from '#store/files.ts';
import { holdDataFolder } from '#store/sqlite/hold.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { type AuditGuard, createAuditGuard } from './audit-guard.ts';
import { createChanges } from './changes.ts';
import type { Edges } from './core.ts';
import { type Demo, demoPlugins, openDemo, wantsDemo } from './demo.ts';
import { openDigestKey } from './digest-key.ts';
import { executorSettings } from './executor-settings.ts';
import { fits } from './groups.ts';
import { type LiveInventory, openInventory } from './inventory.ts';
import { openLog } from './log.ts';
import { type Named, namedIn } from './lost.ts';
import { pathsIn, programFolder } from './paths.ts';
import { knownPeople } from './people.ts';
import { separateExecutor } from './separate-executor.ts';
import type { Undo } from './undo.ts';

/** Settings that were read and are good. */
export type Loaded = Extract<SettingsOutcome, { ok: true }>;

/** The bot's real edges, and what else must be kept at hand while it runs. */
export interface OpenEdges extends Edges {
  readonly anchor: Anchor;
  readonly auditGuard: AuditGuard;
  /** Resolves when `fleet` may be asked: the demo's hosts start beside all else. Rejects with what is wrong with them. */
  readonly hostsKnown: Promise<void>;
  /** Told when the inventory changed: why it is broken, or nothing when it is good. */
  onInventory(listener: (fault: Refusal | undefined) => void): void;
  /** Why what the files of the inventory say now is not in force; undefined when it is. */
  inventoryFault(): Refusal | undefined;
  readonly demo: Demo | undefined;
  readonly logFile: string;
  /**
   * Puts other settings in force; the data folder, the address and the demo fleet stay what they were. When `first`,
   * told what they name, rejects, the old ones stay.
   */
  change(loaded: Loaded, first: (named: Named) => Promise<void>): Promise<void>;
}

async function demoFor(loaded: Loaded, log: Log, undo: Undo): Promise<Demo | undefined> {
  if (!wantsDemo(loaded.settings, loaded.configured)) return undefined;
  const demo = await openDemo(loaded.settings.data, log);
  undo.add(() => demo.harbour.stop());
  return demo;
}

/** Opens the data folder, the store, the demo fleet when it is wanted, and everything else outside. */
export async function openEdges(loaded: Loaded, undo: Undo): Promise<OpenEdges> {
  const paths = pathsIn(loaded.settings.data);
  const held = await holdDataFolder(paths.data);
  undo.add(() => held.release());
  const redactor = createRedactor(loaded.secrets);
  const { log, path: logFile, close } = openLog(paths.data, redactor);
  undo.add(close);
  const demo = await demoFor(loaded, log, undo);
  let settings = demo?.settings(loaded) ?? loaded.settings;
  let { secrets } = loaded;
  const digestKey = await openDigestKey(paths.digestKey);
  const readable = demo?.harbour.readable ?? [];

  const clock = systemClock;
  const auditGuard = createAuditGuard();
  const store = await openSqliteStore({ path: paths.store, clock, auditWatch: auditGuard });
  undo.add(() => store.close());
  let opened: LiveInventory | undefined;
  const ofInventory = new Set<(fault: Refusal | undefined) => void>();
  const inventory = (): LiveInventory => {
    if (opened === undefined) throw new Error('the hosts are not known yet');
    return opened;
  };
  const knowHosts = async (): Promise<void> => {
    await demo?.harbour.served;
    const read = await openInventory(
      settings,
      log,
      (found) => fits(loaded, found),
      (fault) => {
        for (const listener of ofInventory) listener(fault);
      },
    );
    if (!read.ok) throw new Fault(read.refusal);
    opened = read.value;
    undo.add(() => read.value.stop());
  };
  const hostsKnown = knowHosts();
  hostsKnown.catch(() => undefined); // told to whoever waits for it
  if (demo === undefined) await hostsKnown;
  const charts = createCharts({ log });
  undo.add(() => charts.stop());
  const executor = separateExecutor(
    () => executorSettings(settings, { readable, secrets, digestKey, fleet: opened?.mark() }),
    log,
    { before: async () => opened?.look() },
  );
  undo.add(() => executor.close());

  return {
    store,
    files: openFiles({ folder: paths.files, index: store.files }),
    executor,
    charts,
    clock,
    log,
    redactor,
    changes: createChanges(log),
    people: knownPeople(() => settings, store.people),
    runLogs: paths.runLogs,
    ownLogs: [logFile, '/var/log/syslog', '/var/log/messages'],
    settings: () => settings,
    hostsKnown,
    onInventory: (listener) => void ofInventory.add(listener),
    fleet: () => inventory().fleet(),
    inventoryFault: () => opened?.fault(),
    lookAtHosts: () => inventory().look(),
    plugins: { folders: [...settings.plugins.folders, ...(demo ? demoPlugins(programFolder) : [])], watch: true },
    anchor: await openAnchor(paths.anchor),
    auditGuard,
    demo,
    logFile,
    async change(fresh, first) {
      for (const secret of fresh.secrets) redactor.add(secret);
      const { data, server } = settings;
      const wanted = { ...(demo?.settings(fresh) ?? fresh.settings), data, server };
      const read = await inventory().use(
        wanted,
        (found) => fits(fresh, found, firstFaults),
        (fleet) => first(namedIn(wanted, fleet)),
      );
      if (!read.ok) throw new Fault(read.refusal); // before anything else is in force: all of it or nothing
      secrets = fresh.secrets;
      settings = wanted;
    },
  };
}
