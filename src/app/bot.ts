import type { Anchor } from '#audit/anchor.ts';
import { recordTo } from '#audit/record.ts';
import type { ActorId } from '#core/actor.ts';
import type { Refusal } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { AuditLog } from '#core/store.ts';
import { inLanguage, type Text, t } from '#core/text.ts';
import type { Settings } from '#settings/schema.ts';
import { watchSettings } from '#settings/watch.ts';
import { assemble, type Core, withOwnLogs } from './core.ts';
import { type Loaded, type OpenEdges, openEdges } from './edges.ts';
import { announce, newLocalToken, withdraw } from './local-access.ts';
import { pathsIn } from './paths.ts';
import { Undo } from './undo.ts';
import { keepTidy } from './upkeep.ts';
import { openWeb } from './web.ts';

/** A running bot. */
export interface Bot {
  readonly url: string;
  readonly settings: Settings;
  /** True when the demo fleet is open. */
  readonly demo: boolean;
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

/** How often the newest audit hash is noted beside the store. */
const anchorEveryMs = 5_000;

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
  // The chain is never empty while the bot serves, and its note is never behind by its first entry.
  await recordTo(edges.store.audit, edges.redactor).append({
    actor: 'service:quarterdeck',
    action: 'bot.started',
    details: {},
  });
  await edges.anchor.keep(edges.store.audit);
  const core = await assemble(edges);
  undo.add(() => core.stop());
  const local = newLocalToken();
  const web = await openWeb(edges, core, local, undo);
  keepAnchor(edges.anchor, edges.store.audit, edges.log, undo);
  core.attach(web.console.chat);
  await core.pipeline.recover();
  followSettings(options, edges, core, undo);
  const { data } = edges.settings();
  const { files, runLogs } = pathsIn(data);
  keepTidy({ ...edges, files, runLogs, keep: () => edges.settings().keep }, edges.log, undo);
  await announce(data, { url: web.server.url, pid: process.pid, ...local });
  undo.add(() => withdraw(data));
  return {
    url: web.url,
    settings: edges.settings(),
    demo: edges.demo !== undefined,
    logFile: edges.logFile,
    warnings: [...web.warnings, ...core.plugins.faults().map(({ refusal }) => refusal)],
    invite: async (actor) => web.url + (await web.console.invite(actor)),
    stop: () => undo.all(),
  };
}

/** Notes the audit's newest hash every so often, and once more at the end. */
function keepAnchor(anchor: Anchor, audit: AuditLog, log: Log, undo: Undo): void {
  const note = () => anchor.keep(audit).catch((cause: unknown) => log.error({ err: cause }, 'the audit anchor'));
  const timer = setInterval(note, anchorEveryMs);
  undo.add(() => {
    clearInterval(timer);
    return note();
  });
}

const broken = t(
  'The changed configuration is broken; the last good one stays in force. “quarterdeck check” says what is wrong.',
  'La configuration modifiée est fautive ; la dernière bonne reste en vigueur. « quarterdeck check » dit pourquoi.',
);
const again = t('The configuration was read again.', 'La configuration a été relue.');

/** Puts a changed configuration in force, or keeps the last good one and says so. */
function followSettings(options: BotOptions, edges: OpenEdges, core: Core, undo: Undo): void {
  let wasBroken = false;
  const say = (text: Text, isBroken: boolean) => {
    options.notice(inLanguage(text, edges.settings().language));
    if (!isBroken && !wasBroken) return;
    wasBroken = isBroken;
    core
      .tell('settings', { tone: isBroken ? 'warn' : 'good', title: text })
      .catch((cause: unknown) => edges.log.error({ err: cause }, 'the news of the configuration'));
  };
  const change = async (fresh: Loaded) => {
    await edges.change(fresh);
    const { plugins } = edges.settings();
    await core.plugins.reload({ settings: withOwnLogs(plugins.settings, edges.ownLogs), disabled: plugins.disable });
    const fact = { actor: 'service:quarterdeck', action: 'settings.reloaded', details: {} } as const;
    await recordTo(edges.store.audit, edges.redactor).append(fact);
    say(again, false);
  };
  const watch = watchSettings({
    ...(options.config === undefined ? {} : { path: options.config }),
    env: options.env,
    first: options.loaded,
    onChange(outcome) {
      if (!outcome.ok) {
        edges.log.error({ faults: outcome.faults }, 'the changed configuration is broken; the last good one stays');
        return say(broken, true);
      }
      change(outcome).catch((cause: unknown) => {
        edges.log.error({ err: cause }, 'the changed configuration could not be put in force');
        say(broken, true);
      });
    },
  });
  undo.add(() => watch.stop());
}
