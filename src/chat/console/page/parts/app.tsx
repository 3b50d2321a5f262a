import { useEffect, useState } from 'preact/hooks';
import { Refused } from '../net/api.ts';
import { useDeck } from '../state/use-deck.ts';
import { Login, linkSecret } from './login.tsx';
import { Shell } from './shell.tsx';
import { sentenceOf } from './use-tap.ts';

const againMs = 3000;

/** The whole page: the login, or the deck. Who is signed in is asked until there is an answer: only that can be a no. */
export const App = () => {
  const deck = useDeck();
  const session = deck.session.value;
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    // Whoever opens a link means its person, also where another is signed in.
    if (linkSecret() !== undefined) {
      deck.session.value = undefined;
      return;
    }
    const enter = (): Promise<void> =>
      deck.enter().catch((thrown: unknown) => {
        if (thrown instanceof Refused && thrown.status === 401) return;
        setTrouble(sentenceOf(thrown, deck.words.value.noAnswerYet));
        setTimeout(() => void enter(), againMs);
      });
    void enter();
  }, [deck]);
  if (session === 'asking')
    return (
      <p class="splash" role="status">
        {trouble === '' ? deck.words.value.loading : trouble}
      </p>
    );
  if (session === undefined) return <Login />;
  return <Shell session={session} />;
};
