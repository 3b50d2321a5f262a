import type { WireMessage } from '../../protocol.ts';
import type { UnsentMessage } from '../state/unsent.ts';
import { useDeck } from '../state/use-deck.ts';
import type { Words } from '../words/words.ts';
import type { Draft } from './composer.tsx';
import { Icon } from './icon.tsx';
import { reachable } from './reachable.ts';

/** Why one waits; while the connection is gone, that is why. */
const whyWaiting = ({ refusal, why }: UnsentMessage, isLive: boolean, words: Words): string => {
  if (refusal !== undefined) return words.waitingAfter(refusal.say);
  if (!isLive || why === undefined) return words.waiting;
  return why === 'behind' ? words.waitingBehind : words.waitingAnswer;
};

const State = ({ message }: { message: UnsentMessage }) => {
  const deck = useDeck();
  const words = deck.words.value;
  if (message.state === 'sending') return <span class="unsent-state">{words.sending}</span>;
  if (message.state === 'waiting') {
    return (
      <span class="unsent-state">
        <Icon of="clock" /> {whyWaiting(message, deck.link.state.value === 'live', words)}
      </span>
    );
  }
  if (message.state === 'asking') return <span class="unsent-state">{words.askSend}</span>;
  return (
    <span class="unsent-state unsent-refused" role="alert">
      <Icon of="bad" /> <strong>{words.notSent}.</strong> {message.refusal?.say} {message.refusal?.next}
    </span>
  );
};

interface UnsentProps {
  readonly channel: string;
  readonly thread?: string | undefined;
  /** What is already shown: the stream may be faster than the answer to the sending. */
  readonly shown: readonly WireMessage[];
  readonly edit: (draft: Draft) => void;
}

/** Messages on their way: each is kept until the server has it. */
export const UnsentMessages = ({ channel, thread, shown, edit }: UnsentProps) => {
  const deck = useDeck();
  const words = deck.words.value;
  const unsent = deck.unsent.value;
  const isShown = (id: string): boolean => shown.some(({ mine, key }) => mine && key.endsWith(`:${id}`));
  const here = (message: UnsentMessage): boolean => message.channel === channel && message.thread === thread;
  const mine = unsent?.messages.value.filter((message) => here(message) && !isShown(message.id)) ?? [];
  return (
    <>
      {mine.map((message) => (
        <div key={message.id} class={`unsent unsent-${message.state}`}>
          {/* biome-ignore lint/a11y/useSemanticElements: a line, and no fields of a form. */}
          <div class="said-text" dir="auto" {...reachable} role="group" aria-label={words.unsentLine}>
            {message.text}
          </div>
          <State message={message} />
          {(message.tried || message.state !== 'sending') && (
            <span class="unsent-actions">
              {message.state === 'asking' && (
                <button type="button" class="button button-small" onClick={() => unsent?.sendNow(message.id)}>
                  {words.sendNow}
                </button>
              )}
              <button
                type="button"
                class="button button-small"
                aria-disabled={message.state === 'sending'}
                onClick={() => {
                  if (message.state === 'sending') return;
                  unsent?.discard(message.id);
                  edit({ text: message.text, ...(message.secret ? { secret: true } : {}) });
                }}
              >
                {words.edit}
              </button>
              <button
                type="button"
                class="button button-small"
                aria-disabled={message.state === 'sending'}
                onClick={() => message.state !== 'sending' && unsent?.discard(message.id)}
              >
                {words.discard}
              </button>
            </span>
          )}
        </div>
      ))}
    </>
  );
};
