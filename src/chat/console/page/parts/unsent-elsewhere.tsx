import { addressOf } from '../state/place.ts';
import type { UnsentMessage } from '../state/unsent.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';

/** Says that lines which are not sent by themselves stand where the person is not, and leads to the oldest. */
export const UnsentElsewhere = () => {
  const deck = useDeck();
  const place = deck.place.value;
  const session = deck.session.value;
  const channels = typeof session === 'object' ? session.channels : [];
  const isHere = ({ channel, thread }: UnsentMessage): boolean =>
    place.at === 'channel' && channel === deck.channel.value && (thread === undefined || thread === place.thread);
  const left = (deck.unsent.value?.messages.value ?? []).filter(
    (message) =>
      (message.state === 'asking' || message.state === 'refused') &&
      channels.some(({ name }) => name === message.channel) &&
      !isHere(message),
  );
  const oldest = left.reduce<UnsentMessage | undefined>((a, b) => (a === undefined || b.at < a.at ? b : a), undefined);
  if (oldest === undefined) return null;
  const { channel, thread } = oldest;
  return (
    <p class="banner">
      <Icon of="bad" />
      <a href={addressOf({ at: 'channel', channel, ...(thread === undefined ? {} : { thread }) })}>
        {deck.words.value.unsentElsewhere(left.length)}
      </a>
    </p>
  );
};
