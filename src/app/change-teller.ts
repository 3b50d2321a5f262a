import { inLanguage, join } from '#core/text.ts';
import type { ChangeNews } from './change-news.ts';
import type { OpenEdges } from './edges.ts';
import type { SayOnBoard } from './until-said.ts';

/** Tells the terminal of every change, and the board, in one message, of what people must know. */
export function changeTeller(
  about: 'settings' | 'inventory',
  notice: (words: string) => void,
  settings: OpenEdges['settings'],
  onBoard: SayOnBoard,
): (news: ChangeNews) => void {
  let wasLoud = false;
  return ({ title, text, isLoud }) => {
    notice(inLanguage(text === undefined ? title : join([title, text], '\n'), settings().language));
    if (!isLoud && !wasLoud) return;
    wasLoud = isLoud;
    onBoard(about, { tone: isLoud ? 'warn' : 'good', title, ...(text === undefined ? {} : { text }) });
  };
}
