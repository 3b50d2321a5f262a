import type { Action } from '#core/card.ts';
import type { WireMessage } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { useSettled } from './use-settled.ts';
import { useTap } from './use-tap.ts';

/** A card's buttons; each says on hover what line it is. */
export const CardActions = ({ message, actions }: { message: WireMessage; actions: readonly Action[] }) => {
  const deck = useDeck();
  const { box, isSettled } = useSettled(JSON.stringify(actions.map(({ id, label, line }) => [id, label, line])));
  const { resting, refusal, tap } = useTap(message, isSettled);
  return (
    <>
      <div class="card-actions" ref={box}>
        {actions.map((action) => (
          <button
            key={action.id}
            type="button"
            class={`button button-${action.style ?? 'plain'}`}
            title={action.line}
            aria-disabled={resting !== undefined}
            aria-busy={resting === action.id}
            onClick={({ detail }) => void tap(action, detail !== 0)}
          >
            {resting === action.id && <Icon of="running" class="turning" />}
            <span>{inWords(action.label, deck.language.value)}</span>
          </button>
        ))}
      </div>
      {refusal !== '' && (
        <p class="notice notice-bad" role="alert">
          <Icon of="bad" /> <span>{refusal}</span>
        </p>
      )}
    </>
  );
};
