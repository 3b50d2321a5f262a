import { inLanguage, join } from '#core/text.ts';
import type { ChangeNews } from './change-news.ts';
import type { Core } from './core.ts';
import type { OpenEdges } from './edges.ts';

/** Tells of the changes of one thing: its message on the board is one, also of several processes. */
export interface ChangeTeller {
  /** Tells the terminal of every change, and the board of what people must know, until all is well. */
  say(news: ChangeNews): void;
  /** At the start: how it is now, where the process before told the board that something is wrong. */
  begin(news: ChangeNews): void;
}

export async function openChangeTeller(
  about: 'settings' | 'inventory',
  edges: Pick<OpenEdges, 'store' | 'settings' | 'log'>,
  core: Pick<Core, 'tell'>,
  notice: (words: string) => void,
): Promise<ChangeTeller> {
  let wasLoud = (await edges.store.outbox.get(about))?.card.tone === 'warn';
  const tellBoard = ({ title, text, isLoud }: ChangeNews): void => {
    if (!isLoud && !wasLoud) return;
    wasLoud = isLoud;
    core
      .tell(about, { tone: isLoud ? 'warn' : 'good', title, ...(text === undefined ? {} : { text }) })
      .catch((cause: unknown) => edges.log.error({ err: cause, about }, 'the news of a change'));
  };
  return {
    say(news) {
      const { title, text } = news;
      notice(inLanguage(text === undefined ? title : join([title, text], '\n'), edges.settings().language));
      tellBoard(news);
    },
    begin(news) {
      if (wasLoud) tellBoard(news);
    },
  };
}
