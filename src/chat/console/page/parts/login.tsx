import { useEffect, useRef, useState } from 'preact/hooks';
import type { WireSession } from '../../protocol.ts';
import { Refused, Unreachable } from '../net/api.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';
import { sentenceOf } from './use-tap.ts';
import { useTitle } from './use-title.ts';

/** The one-time link in the address. */
export const linkSecret = (): string | undefined => /^\/login\/([\w-]+)$/.exec(location.pathname)?.[1];

interface AlreadyProps {
  readonly name: string;
  readonly why: string;
  readonly goOn: () => void;
  readonly signIn: () => void;
}

/** The link did nothing, and somebody is signed in: as whom one goes on is said before. */
const Already = ({ name, why, goOn, signIn }: AlreadyProps) => {
  const words = useDeck().words.value;
  return (
    <>
      <p class="notice notice-warn" role="alert">
        <Icon of="warn" /> <span dir="auto">{words.signedInAlready(name, why)}</span>
      </p>
      <button type="button" class="button button-primary wide" onClick={goOn}>
        {words.goOnAs(name)}
      </button>
      <button type="button" class="button button-plain wide" onClick={signIn}>
        {words.signInOtherwise}
      </button>
    </>
  );
};

const TokenForm = ({ busy, use }: { busy: boolean; use: (token: string) => void }) => {
  const words = useDeck().words.value;
  const token = useRef<HTMLInputElement>(null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const value = token.current?.value.trim() ?? '';
        if (value !== '') use(value);
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
  );
};

/** The login: by the one-time link in the address, or by a pasted token. */
export const Login = () => {
  const deck = useDeck();
  const words = deck.words.value;
  const [link, setLink] = useState(linkSecret);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  /** Who is signed in, where a link did nothing, and why it did not. */
  const [here, setHere] = useState<string | undefined>(undefined);
  const [used, setUsed] = useState('');
  const wasLost = useRef(false);
  useTitle(words.signIn);

  const leaveLink = (): void => history.replaceState(null, '', `/${location.hash}`);
  /** Who is signed in all the same. The answer to an earlier try may have been lost on the way, and its cookie come with it. */
  const present = async (): Promise<boolean> => {
    if (wasLost.current)
      return deck.enter().then(
        () => true,
        () => false,
      );
    const session = await deck.api.get<WireSession>('session').catch(() => undefined);
    setHere(session?.actor.name);
    return session !== undefined;
  };
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
      const isHere = isNo && 'link' in body && (await present());
      wasLost.current = thrown instanceof Unreachable;
      if (isHere) setUsed(thrown.refusal.say);
      else setRefusal(sentenceOf(thrown, words.unreachable));
      if (isNo) setLink(undefined);
    } finally {
      setBusy(false);
    }
  };

  const goOn = (): Promise<void> =>
    deck.enter().catch((thrown: unknown) => {
      setHere(undefined);
      setRefusal(sentenceOf(thrown, words.unreachable));
    });

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
        {here !== undefined && (
          <Already name={here} why={used} goOn={() => void goOn()} signIn={() => setHere(undefined)} />
        )}
        {here === undefined && link === undefined && <TokenForm busy={busy} use={(token) => void enter({ token })} />}
        {here === undefined && link !== undefined && (
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
