import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused } from '../net/api.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';
import { sentenceOf } from './use-tap.ts';
import { useTitle } from './use-title.ts';

/** The one-time link in the address. */
export const linkSecret = (): string | undefined => /^\/login\/([\w-]+)$/.exec(location.pathname)?.[1];

/** The login: by the one-time link in the address, or by a pasted token. */
export const Login = () => {
  const deck = useDeck();
  const words = deck.words.value;
  const [link, setLink] = useState(linkSecret);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const token = useRef<HTMLInputElement>(null);
  useTitle(words.signIn);

  const leaveLink = (): void => history.replaceState(null, '', `/${location.hash}`);
  const isIn = (): Promise<boolean> =>
    deck.enter().then(
      () => true,
      () => false,
    );
  const enter = async (body: { link: string } | { token: string }): Promise<void> => {
    setBusy(true);
    setRefusal('');
    try {
      await deck.api.post('login', body);
      leaveLink();
      await deck.enter();
    } catch (thrown) {
      const isNo = thrown instanceof Refused && !thrown.again;
      if (isNo) leaveLink();
      // The answer to an earlier try may have been lost on the way, and its cookie come with it.
      if (isNo && 'link' in body && (await isIn())) return;
      setRefusal(sentenceOf(thrown, words.unreachable));
      if (isNo) setLink(undefined);
    } finally {
      setBusy(false);
    }
  };

  // A link is used up by its first use: by the person who looks at the page, never by a preview or a prefetch.
  useEffect(() => {
    const use = (): void => {
      if (link === undefined || document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', use);
      void enter({ link });
    };
    document.addEventListener('visibilitychange', use);
    use();
    return () => document.removeEventListener('visibilitychange', use);
  }, []);

  return (
    <main class="login">
      <div class="login-card">
        <p class="brand">
          <Icon of="wheel" /> <span>Quarterdeck</span>
        </p>
        <h1>{words.signInTitle}</h1>
        {refusal !== '' && (
          <p class="notice notice-bad" role="alert">
            <Icon of="bad" /> <span>{refusal}</span>
          </p>
        )}
        {link === undefined ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const value = token.current?.value.trim() ?? '';
              if (value !== '') void enter({ token: value });
            }}
          >
            <p class="muted">{words.signInAbout}</p>
            <label for="token">{words.token}</label>
            <input
              id="token"
              ref={token}
              type="password"
              autocomplete="off"
              spellcheck={false}
              required
              aria-describedby="token-hint"
            />
            <p id="token-hint" class="hint">
              {words.tokenHint}
            </p>
            <button type="submit" class="button button-primary wide" disabled={busy}>
              {words.signIn}
            </button>
          </form>
        ) : (
          <>
            <p class="muted">{busy ? words.signingIn : words.linkAbout}</p>
            <button
              type="button"
              class="button button-primary wide"
              disabled={busy}
              onClick={() => void enter({ link })}
            >
              {words.signIn}
            </button>
          </>
        )}
        <button
          type="button"
          class="button button-quiet wide"
          lang={deck.language.value === 'fr' ? 'en' : 'fr'}
          onClick={() => deck.speakLanguage(deck.language.value === 'fr' ? 'en' : 'fr')}
        >
          {words.otherLanguage}
        </button>
      </div>
    </main>
  );
};
