import { inLanguage, join } from '#core/text.ts';
import type { ChangeNews } from './change-news.ts';
import type { OpenEdges } from './edges.ts';
import type { SayOnBoard } from './until-said.ts';

/** Tells of the changes of one thing: its message on the board is one, also of several processes. */
export interface ChangeTeller {
  /** Tells the terminal of every change, and the board of what people must know, until all is well. */
  say(news: ChangeNews): void;
  /** At the start: how it is now, where the process before told the board that something is wrong. */
  begin(news: () => ChangeNews | Promise<ChangeNews>): Promise<void>;
}

/** Looks how the process before left its message. */
export async function openChangeTeller(
  about: 'settings' | 'inventory',
  { store, settings }: Pick<OpenEdges, 'store' | 'settings'>,
  notice: (words: string) => void,
  onBoard: SayOnBoard,
): Promise<ChangeTeller> {
  let wasLoud = (await store.outbox.get(about))?.card.tone === 'warn';
  const tellBoard = ({ title, text, isLoud }: ChangeNews): void => {
    if (!isLoud && !wasLoud) return;
    wasLoud = isLoud;
    onBoard(about, { tone: isLoud ? 'warn' : 'good', title, ...(text === undefined ? {} : { text }) });
  };
  return {
    say(news) {
      const { title, text } = news;
      notice(inLanguage(text === undefined ? title : join([title, text], '\n'), settings().language));
      tellBoard(news);
    },
    async begin(news) {
      if (wasLoud) tellBoard(await news());
    },
  };
}
