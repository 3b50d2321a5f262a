import { useState } from 'preact/hooks';
import type { WireSession } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';
import { sentenceOf } from './use-tap.ts';

/** One or two letters for a name. */
export const initials = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => [...part][0]?.toUpperCase() ?? '')
    .join('');

/** A person's mark: letters, and one of a few tints that stays theirs. */
export const Badge = ({ name }: { name: string }) => {
  const tint = [...name].reduce((sum, letter) => (sum * 7 + (letter.codePointAt(0) ?? 0)) % 9973, 5) % 5;
  return (
    <span class={`badge badge-${tint}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
};

/** Who is signed in, the language, and the way out. */
export const Person = ({ session }: { session: WireSession }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const [refusal, setRefusal] = useState('');
  const leave = (): void => {
    setRefusal('');
    deck.leave().catch((thrown: unknown) => setRefusal(sentenceOf(thrown, words.notSignedOut)));
  };
  const other = deck.language.value === 'fr' ? 'en' : 'fr';
  return (
    <div class="person">
      <p class="person-name">
        <Badge name={session.actor.name} />
        <span>
          <span class="sr">{words.signedInAs} </span>
          {session.actor.name}
        </span>
      </p>
      <div class="person-actions">
        <button type="button" class="button button-quiet" lang={other} onClick={() => deck.speakLanguage(other)}>
          {words.otherLanguage}
        </button>
        <button type="button" class="button button-quiet" onClick={leave}>
          {words.signOut}
        </button>
      </div>
      {refusal !== '' && (
        <p class="hint" role="alert">
          {refusal}
        </p>
      )}
    </div>
  );
};
