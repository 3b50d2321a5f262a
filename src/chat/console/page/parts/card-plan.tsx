import { useEffect, useState } from 'preact/hooks';
import type { Action } from '#core/card.ts';
import type { WirePlan } from '../../protocol.ts';
import { Refused } from '../net/api.ts';
import { useDeck } from '../state/use-deck.ts';
import { CodeLines } from './card-code.tsx';
import { Icon } from './icon.tsx';
import { Sheet } from './sheet.tsx';

/** The order a button says yes or no to; undefined for one that stops what runs, and for the examples of help. */
const judgedBy = ({ id, line }: Action): string | undefined => {
  if (id.startsWith('try-')) return;
  return (
    /^(?:confirm|approve|deny) (\d+)$/.exec(line)?.[1] ??
    (id === 'cancel' ? /^cancel (\d+)$/.exec(line)?.[1] : undefined)
  );
};

/** The one order that the buttons of a card say yes or no to; undefined where there is none, or several to choose from. */
export const waitingOrder = (actions: readonly Action[] = []): number | undefined => {
  const [order, ...others] = new Set(actions.map(judgedBy).filter((id) => id !== undefined));
  return order === undefined || others.length > 0 ? undefined : Number(order);
};

const PlanText = ({ order }: { order: number }) => {
  const { api, words } = useDeck();
  const [text, setText] = useState<string>();
  const [fault, setFault] = useState('');
  useEffect(() => {
    api.get<WirePlan>(`plans/${order}`).then(
      (plan) => setText(plan.text),
      (thrown: unknown) => setFault(thrown instanceof Refused ? thrown.refusal.say : words.value.unreachable),
    );
  }, [order]);
  if (fault !== '')
    return (
      <p class="notice notice-bad" role="alert">
        <Icon of="bad" /> <span>{fault}</span>
      </p>
    );
  if (text === undefined) return <p role="status">{words.value.loading}</p>;
  return <CodeLines text={text.trimEnd()} language="diff" label={words.value.planOf(order)} />;
};

/** The way to all that a waiting order would change: a card shows only the beginning. */
export const CardPlan = ({ order }: { order: number }) => {
  const { words } = useDeck();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button button-quiet fold" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {words.value.showPlan}
      </button>
      {open && (
        <Sheet title={words.value.planOf(order)} class="plan-sheet" onClose={() => setOpen(false)}>
          <div class="plan-text">
            <PlanText order={order} />
          </div>
        </Sheet>
      )}
    </>
  );
};
