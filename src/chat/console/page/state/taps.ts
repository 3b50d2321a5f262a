import { newId } from './new-id.ts';

/** The ids of taps: one for each, the same until the bot has answered it. */
export interface Taps {
  /** The id for a tap on this button. */
  idOf(button: string): string;
  /** The bot has taken it: the next tap on this button is another. */
  taken(button: string): void;
}

/** Names a button by what it does, however often its card is drawn anew. */
export const buttonOf = (key: string, action: { readonly id: string; readonly line: string }): string =>
  JSON.stringify([key, action.id, action.line]);

export const createTaps = (): Taps => {
  const ids = new Map<string, string>();
  return {
    idOf(button) {
      const id = ids.get(button) ?? newId();
      ids.set(button, id);
      return id;
    },
    taken: (button) => void ids.delete(button),
  };
};
