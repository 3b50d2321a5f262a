import { useEffect } from 'preact/hooks';
import type { WireRun } from '../../protocol.ts';
import { addressOf } from '../state/place.ts';
import { useDeck } from '../state/use-deck.ts';
import { CardActions } from './card-actions.tsx';
import { useReading } from './use-reading.ts';

/** The message of the order a run was made for. */
const keyOf = ({ orderId }: WireRun): string => `order:${orderId}`;

/** A terminal's or a program's order stands in no channel. */
const useIsHere = ({ channel }: WireRun): boolean => {
  const session = useDeck().session.value;
  return typeof session === 'object' && session.channels.some(({ name }) => name === channel);
};

/** The order's number, which leads to its message. */
export const OrderLink = ({ run }: { run: WireRun }) => {
  if (!useIsHere(run)) return <>{run.orderId}</>;
  const { channel, orderId } = run;
  return (
    <a href={addressOf({ at: 'channel', channel, thread: keyOf(run) })}>
      {orderId} · #{channel}
    </a>
  );
};

/** Buttons that are about the run itself; what else its message offers is there. */
const ownButtons: ReadonlySet<string> = new Set(['stop', 'stop-now', 'resume', 'again']);

/** The buttons of the run's own message: a tap on one is the same order here and there. */
const MessageActions = ({ run }: { run: WireRun }) => {
  const { messages } = useDeck();
  const key = keyOf(run);
  const open = messages.thread.value;
  const shown = open?.key === key ? open : undefined;
  useReading(() => messages.openThread(key), shown?.stale);
  useEffect(() => () => messages.closeThread(), [key]);
  const message = shown?.root;
  const actions = message?.card?.actions?.filter(({ id }) => ownButtons.has(id)) ?? [];
  return message === undefined || actions.length === 0 ? null : <CardActions message={message} actions={actions} />;
};

/** What can be done about a run, where its message is in a channel of the console. */
export const RunActions = ({ run }: { run: WireRun }) => (useIsHere(run) ? <MessageActions run={run} /> : null);
