import type { Redactor } from '#audit/redact.ts';
import type { PluginFault, PluginNews } from '#commands/plugins/contract.ts';
import { brokenNews, mendedNews } from '#commands/plugins/refusals.ts';
import type { Clock } from '#core/clock.ts';
import type { Outbox } from '#core/store.ts';
import type { SayOnBoard } from './until-said.ts';

/** True for the news of a plugin that people should hear. */
export const isLoud = (kind: PluginNews['kind']): boolean => ['broken', 'paused', 'mended'].includes(kind);

/** Tells the board of plugins that are not as their files are. */
export interface PluginTeller {
  say(news: PluginNews): void;
  /** At the start: the faults there are, and that what a process before told of is over. `there` are those in use. */
  begin(faults: readonly PluginFault[], there: readonly string[]): void;
}

interface Telling {
  readonly tell: SayOnBoard;
  readonly outbox: Pick<Outbox, 'startingWith'>;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

const prefix = 'plugin:';

/** One message for each plugin until it is mended, also by another process; a later fault is news of its own. */
export async function openPluginTeller({ tell, outbox, redactor, clock }: Telling): Promise<PluginTeller> {
  const keys = new Map<string, string>();
  const later = (plugin: string): string => `${prefix}${plugin}:${clock.now()}`;
  const shown = (await outbox.startingWith(prefix)).map(({ key, card }) => ({
    key,
    plugin: key.slice(prefix.length).split(':')[0] ?? '',
    isWarning: card.tone === 'warn',
  }));
  for (const { key, plugin, isWarning } of shown) keys.set(plugin, isWarning ? key : later(plugin));
  const say: PluginTeller['say'] = ({ kind, plugin = 'all', say, next }) => {
    if (!isLoud(kind)) return;
    const key = keys.get(plugin) ?? `${prefix}${plugin}`;
    keys.set(plugin, kind === 'mended' ? later(plugin) : key);
    const text = next && redactor.words(next);
    tell(key, { tone: kind === 'mended' ? 'good' : 'warn', title: redactor.words(say), ...(text && { text }) });
  };
  return {
    say,
    begin(faults, there) {
      const broken = new Set(faults.map(({ plugin }) => plugin));
      for (const { plugin, refusal } of faults) say(brokenNews(plugin, refusal));
      for (const { key, plugin, isWarning } of shown)
        if (isWarning && key === keys.get(plugin) && !broken.has(plugin))
          say(mendedNews(plugin, there.includes(plugin)));
    },
  };
}
