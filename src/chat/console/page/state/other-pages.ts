/** The bot's other pages in this browser: they share its one session. */
export interface OtherPages {
  /** Tells them who is signed in. */
  tell(actor: string): void;
}

/** Joins them; `hear` is called with whoever signed in elsewhere. */
export const otherPages = (hear: (actor: unknown) => void): OtherPages => {
  const channel = new BroadcastChannel('quarterdeck');
  channel.addEventListener('message', ({ data }) => hear(data));
  return { tell: (actor) => channel.postMessage(actor) };
};
