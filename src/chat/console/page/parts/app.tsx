import { useEffect } from 'preact/hooks';
import { Refused } from '../net/api.ts';
import { useDeck } from '../state/use-deck.ts';
import { Login } from './login.tsx';
import { Shell } from './shell.tsx';

/** The whole page: the login, or the deck. */
export const App = () => {
  const deck = useDeck();
  const session = deck.session.value;
  useEffect(() => {
    void deck.enter().catch((thrown: unknown) => {
      if (!(thrown instanceof Refused)) setTimeout(() => location.reload(), 3000); // the bot is starting: ask again
      deck.session.value = undefined;
    });
  }, [deck]);
  if (session === 'asking') return <p class="splash">{deck.words.value.loading}</p>;
  if (session === undefined) return <Login />;
  return <Shell session={session} />;
};
