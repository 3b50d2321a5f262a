import { recordTo } from '#audit/record.ts';
import type { ActorId } from '#core/actor.ts';
import { tidyAtRest } from '#core/at-rest.ts';
import type { Refusal } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { inLanguage, join, t } from '#core/text.ts';
import type { Settings } from '#settings/schema.ts';
import { firstLine, readAgain } from './change-news.ts';
import { type ChangeTeller, openChangeTeller } from './change-teller.ts';
import { ownLine } from './cli/own-line.ts';
import { clockTrust } from './clock-trust.ts';
import { assemble, type Core } from './core.ts';
import { type Loaded, type OpenEdges, openEdges } from './edges.ts';
import { inventoryNotInForce } from './fleet-mark.ts';
import { type FollowedSettings, followSettings } from './follow-settings.ts';
import { keepAnchor } from './keep-anchor.ts';
import { announce, newLocalToken, withdraw } from './local-access.ts';
import { pathsIn } from './paths.ts';
import { watchPlugins } from './plugin-check.ts';
import { isLoud } from './plugin-news.ts';
import { restoredCard, untoldRestores } from './restored.ts';
import { watchStore } from './taken-away.ts';
import { Undo } from './undo.ts';
import { keepTidy } from './upkeep.ts';
import { openWeb, storeTrouble } from './web.ts';

/** A running bot. */
export interface Bot {
  readonly url: string;
  readonly settings: Settings;
  /** True when the demo fleet is open. */
  readonly demo: boolean;
  /** Starts the services of the demo fleet, where there is one; resolves when they serve. */
  boot(): Promise<void>;
  readonly log: Log;
  readonly logFile: string;
  /** What a person should know at the start although the bot runs: plugins that did not load, a missing page. */
  readonly warnings: readonly Refusal[];
  /** The address of a one-time login for this actor. */
  invite(actor: ActorId): Promise<string>;
  /** Closes everything, in the opposite order of opening. */
  stop(): Promise<void>;
}

/** What the bot is started with. */
export interface BotOptions {
  readonly loaded: Loaded;
  readonly env: NodeJS.ProcessEnv;
  /** The configuration file, when one was named. */
  readonly config?: string;
  /** Told, for the terminal, of what a person should know while the bot runs. */
  readonly notice: (words: string) => void;
}

/** Opens everything, in order; when something cannot be opened it is a Fault and nothing stays open. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const undo = new Undo();
  try {
    return await open(options, undo);
  } catch (fault) {
    await undo.all().catch(() => undefined); // the first fault is the one to tell
    throw fault;
  }
}

async function open(options: BotOptions, undo: Undo): Promise<Bot> {
  const edges = await openEdges(options.loaded, undo);
  const [newest] = await edges.store.audit.last(1);
  const believes = clockTrust(newest && Date.parse(newest.at));
  await edges.anchor.keep(edges.store.audit); // a chain that was cut gets no entry more
  const restores = await untoldRestores(edges.store.audit);
  // The chain is never empty while the bot serves, and its note is never behind by its first entry.
  await recordTo(edges.store.audit, edges.redactor).append({
    actor: 'service:quarterdeck',
    action: 'bot.started',
    details: {},
  });
  await edges.anchor.keep(edges.store.audit);
  const core = await assemble(edges);
  undo.add(() => core.stop());
  await edges.hostsKnown;
  const local = newLocalToken();
  const plugins = await watchPlugins(options.loaded, core);
  let settings: FollowedSettings | undefined;
  const inventory = () => {
    const fault = edges.inventoryFault();
    return fault && inventoryNotInForce(firstLine(fault.say));
  };
  const warnings = () => [settings?.warning(), inventory(), ...plugins.now()].filter((one) => one !== undefined);
  const web = await openWeb(edges, core, local, undo, warnings);
  const { onBoard } = core;
  keepAnchor(edges, core.runner, { onBoard, notice: options.notice }, undo);
  const { notice } = options;
  watchStore(
    { check: () => storeTrouble(edges), language: () => edges.settings().language, notice, log: edges.log },
    undo,
  );
  for (const entry of restores) await core.tell(`restored:${entry.seq}`, edges.redactor.card(restoredCard(entry)));
  core.attach(web.console.chat);
  await core.pipeline.recover();
  const ofSettings = await openChangeTeller('settings', edges, options.notice, onBoard);
  await ofSettings.begin(async () =>
    readAgain({ unknown: await plugins.look(options.loaded), lost: undefined, afterRestart: [] }),
  );
  const check = ownLine('check', options);
  settings = followSettings(
    { ...options, first: options.loaded, check, edges, core, plugins, say: ofSettings.say },
    undo,
  );
  await followInventory(edges, await openChangeTeller('inventory', edges, options.notice, onBoard));
  followPlugins(options, edges, core);
  const { data } = edges.settings();
  const { files, runLogs } = pathsIn(data);
  keepTidy({ ...edges, files, runLogs, keep: () => edges.settings().keep, believes }, edges.log, undo);
  const stopTidying = tidyAtRest();
  undo.add(async () => stopTidying());
  await announce(data, { url: web.server.url, page: web.url, pid: process.pid, ...local });
  undo.add(() => withdraw(data));
  return {
    url: web.url,
    settings: edges.settings(),
    demo: edges.demo !== undefined,
    boot: async () => edges.demo?.harbour.boot(),
    log: edges.log,
    logFile: edges.logFile,
    warnings: [...web.warnings, ...plugins.now()],
    invite: async (actor) => web.url + (await web.console.invite(actor)),
    stop: () => undo.all(),
  };
}

const brokenInventory = t(
  'The changed inventory is broken; the last good one stays in force',
  'L’inventaire modifié est fautif ; le dernier bon reste en vigueur',
);
const inventoryAgain = t('The inventory was read again.', 'L’inventaire a été relu.');

/** Tells of an inventory that was read again, or that broke. */
async function followInventory(edges: OpenEdges, { say, begin }: ChangeTeller): Promise<void> {
  await begin(() => ({ title: inventoryAgain, isLoud: false }));
  edges.onInventory((fault) => {
    if (fault === undefined) return say({ title: inventoryAgain, isLoud: false });
    const text = fault.next === undefined ? fault.say : join([fault.say, fault.next], '\n');
    say({ title: brokenInventory, text, isLoud: true });
  });
}

/** Tells the terminal of a plugin that is not as its files are, and when it is again; the board is told by the core. */
function followPlugins(options: BotOptions, edges: OpenEdges, core: Core): void {
  core.plugins.onChange(({ kind, say, next }) => {
    if (!isLoud(kind)) return;
    const words = next === undefined ? say : join([say, next], '\n');
    options.notice(inLanguage(edges.redactor.words(words), edges.settings().language));
  });
}
