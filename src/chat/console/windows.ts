/** How many windows of one session may hold a live connection: a browser opens six to one host and the page needs some. */
const mostWindows = 4;

/** Why windows end when their session does. */
export const signedOut = 'signed out';

export type Windows = ReturnType<typeof createWindows>;

/** Keeps the newest windows of each session live; an older one is told that it was displaced. */
export const createWindows = (most = mostWindows) => {
  const open = new Map<string, AbortController[]>();
  const close = (session: string, window: AbortController): void => {
    const left = (open.get(session) ?? []).filter((other) => other !== window);
    if (left.length === 0) open.delete(session);
    else open.set(session, left);
  };
  return {
    /** A place for a window; `displaced` is aborted when a newer one takes it, or with `signedOut`. */
    open(session: string): { readonly displaced: AbortSignal; close(): void } {
      const window = new AbortController();
      const windows = [...(open.get(session) ?? []), window];
      open.set(session, windows.slice(-most));
      for (const old of windows.slice(0, -most)) old.abort();
      return { displaced: window.signal, close: () => close(session, window) };
    },
    /** Ends all windows of a session that is over. */
    end(session: string): void {
      for (const window of open.get(session) ?? []) window.abort(signedOut);
    },
  };
};
