import { recordTo } from '#audit/record.ts';
import { type Refusal, refusalOf } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { SettingsOutcome } from '#settings/load.ts';
import { watchSettings } from '#settings/watch.ts';
import { afterRestartOf } from './after-restart.ts';
import { brokenBy, type ChangeNews, firstLine, notInForce, readAgain, withOldPlugins } from './change-news.ts';
import { type Core, withOwnLogs } from './core.ts';
import type { Loaded, OpenEdges } from './edges.ts';
import { type Lost, lostBetween, lostDetails, namedIn } from './lost.ts';
import type { PluginWarnings } from './plugin-check.ts';
import type { Undo } from './undo.ts';

/** How soon it is tried again, the first time and at most. */
const firstAgainMs = 1_000;
const longestAgainMs = 5_000;

/** What following the configuration needs. */
export interface FollowOptions {
  readonly first: Loaded;
  readonly env: NodeJS.ProcessEnv;
  readonly config?: string;
  /** The command that tells all that is wrong with it. */
  readonly check: string;
  readonly edges: OpenEdges;
  readonly core: Pick<Core, 'plugins'>;
  readonly plugins: PluginWarnings;
  readonly say: (news: ChangeNews) => void;
}

/** The configuration as its files say it. */
export interface FollowedSettings {
  /** That it is not the one in force, and why; undefined when it is. */
  warning(): Refusal | undefined;
}

/** A configuration that is not in force yet, or whose plugins are not. */
interface Pending {
  readonly loaded: Loaded;
  /** Set once it is in force: what it no longer names. Only the plugins are behind then. */
  inForce?: { readonly lost: Lost | undefined };
  /** What was said of it last. */
  said?: string;
}

/**
 * Puts a changed configuration in force. One that cannot be now is tried again every so often and whenever the inventory
 * was read, until it is in force or another came. One that only the store refused may take rights away: nothing else is
 * written down before it, so nothing is done, and it is kept also when what comes after it is broken.
 */
export function followSettings(options: FollowOptions, undo: Undo): FollowedSettings {
  const { edges, check, say } = options;
  let newest: Pending | undefined;
  let unwritten: Pending | undefined;
  let underWay: Pending | undefined;
  /** What the files say is broken. */
  let broken: ChangeNews | undefined;
  /** What they said last that is good did not get in force. */
  let trouble: ChangeNews | undefined;
  let timer: NodeJS.Timeout | undefined;
  let wait = firstAgainMs;
  let trying: Promise<void> = Promise.resolve();
  let stopped = false;

  const again = (): void => {
    clearTimeout(timer);
    trying = trying.then(tryAll);
  };

  const tryAll = async (): Promise<void> => {
    clearTimeout(timer);
    if (!(newest && (await attempt(newest))) && unwritten && unwritten !== newest) await attempt(unwritten);
    edges.auditGuard.first(unwritten && { action: 'settings.reloaded', why: notWritten });
    if (stopped || (newest ?? unwritten) === undefined) return;
    timer = setTimeout(again, wait);
    wait = Math.min(wait * 2, longestAgainMs);
  };

  /** True when it is in force. */
  const attempt = async (mine: Pending): Promise<boolean> => {
    if (stopped) return false;
    underWay = mine;
    try {
      const news = await putInForce(mine, options);
      unwritten = undefined;
      if (newest === mine) newest = trouble = undefined;
      // What is broken came meanwhile, was told, and has the last word.
      if (!broken || news.isLoud) say(news);
      if (broken && news.isLoud) say(broken);
      return true;
    } catch (cause) {
      refused(mine, cause);
      return mine.inForce !== undefined;
    } finally {
      underWay = undefined;
    }
  };

  const refused = (mine: Pending, cause: unknown): void => {
    if (mine.inForce) unwritten = undefined;
    else if (refusalOf(cause)?.code.startsWith('store.')) unwritten = mine;
    else if (unwritten === mine) unwritten = undefined;
    const news = mine.inForce ? withOldPlugins(cause) : notInForce(cause, check);
    if (broken && newest === mine && !mine.inForce) newest = undefined;
    if (newest === mine) trouble = news;
    const words = JSON.stringify(news);
    if (words === mine.said) return;
    mine.said = words;
    edges.log.error({ err: cause }, 'the changed configuration could not be put in force; it is tried again');
    if (newest === mine && !broken) say(news);
  };

  const onChange = (outcome: SettingsOutcome): void => {
    wait = firstAgainMs;
    if (outcome.ok) {
      newest = { loaded: outcome };
      broken = undefined;
      again();
      return;
    }
    edges.log.error({ faults: outcome.faults }, 'the changed configuration is broken; the last good one stays');
    if (!newest?.inForce && newest !== underWay) newest = trouble = undefined;
    broken = brokenBy(outcome.faults, check);
    say(broken);
  };

  edges.onInventory(again);
  const watch = watchSettings({
    ...(options.config === undefined ? {} : { path: options.config }),
    env: options.env,
    first: options.first,
    onChange,
  });
  undo.add(async () => {
    stopped = true;
    watch.stop();
    await trying;
    clearTimeout(timer);
  });
  return {
    warning() {
      const why = broken ?? trouble;
      return why && warningOf(why);
    },
  };
}

const notWritten: Refusal = {
  code: 'settings.not_in_force',
  say: t(
    'The changed configuration is not written down yet; nothing is done before it.',
    'La configuration modifiée n’est pas encore consignée ; rien n’est fait avant.',
  ),
  retryable: true,
};

const warningOf = ({ title, text = title }: ChangeNews): Refusal => ({
  code: 'settings.not_in_force',
  say: t(
    'What the configuration says now is not in force; the last good one is.',
    'Ce que dit maintenant la configuration n’est pas en vigueur ; la dernière bonne l’est.',
  ),
  next: firstLine(text),
  retryable: true,
});

/** Puts it in force with the plugins; resolves to what is to be said of it. */
async function putInForce(mine: Pending, { edges, core, plugins, first }: FollowOptions): Promise<ChangeNews> {
  const afterRestart = afterRestartOf(first, mine.loaded);
  mine.inForce ??= { lost: await change(mine.loaded, afterRestart, edges) };
  const { settings, disable: disabled } = edges.settings().plugins;
  await core.plugins.reload({ settings: withOwnLogs(settings, edges.ownLogs), disabled });
  return readAgain({ unknown: await plugins.look(mine.loaded), lost: mine.inForce.lost, afterRestart });
}

/** Written down before it is in force: no record, no change. Resolves to what it no longer names. */
async function change(fresh: Loaded, afterRestart: readonly string[], edges: OpenEdges): Promise<Lost | undefined> {
  const before = namedIn(edges.settings(), edges.fleet());
  let lost: Lost | undefined;
  await edges.change(fresh, async (after) => {
    lost = lostBetween(before, after);
    const details = { ...lostDetails(lost), ...(afterRestart.length > 0 && { afterRestart }) };
    const fact = { actor: 'service:quarterdeck', action: 'settings.reloaded', details } as const;
    await recordTo(edges.store.audit, edges.redactor).append(fact);
  });
  return lost;
}
