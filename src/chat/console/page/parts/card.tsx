import type { Card } from '#core/card.ts';
import type { WireMessage } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { CardActions } from './card-actions.tsx';
import { CardCode } from './card-code.tsx';
import { CardForm } from './card-form.tsx';
import { CardImage } from './card-image.tsx';
import { CardPlan, waitingOrder } from './card-plan.tsx';
import { CardTable } from './card-table.tsx';
import { Linked } from './linked.tsx';
import { RichText } from './rich-text.tsx';

const Fields = ({ fields }: { fields: NonNullable<Card['fields']> }) => {
  const language = useDeck().language.value;
  return (
    <dl class="card-fields">
      {fields.map(({ label, value }, index) => (
        <div key={index}>
          <dt>{inWords(label, language)}</dt>
          <dd dir="auto">
            <Linked text={inWords(value, language)} />
          </dd>
        </div>
      ))}
    </dl>
  );
};

/** All the parts a card has, in the order a person reads them: where a yes is asked for, before what it is about. */
export const CardBody = ({ message, card }: { message: WireMessage; card: Card }) => {
  const language = useDeck().language.value;
  const title = inWords(card.title, language);
  const order = waitingOrder(card.actions);
  const actions = card.actions !== undefined && card.actions.length > 0 && (
    <CardActions message={message} actions={card.actions} />
  );
  return (
    <>
      <h2 class="card-title" dir="auto">
        {title}
      </h2>
      {card.text !== undefined && <RichText text={inWords(card.text, language)} />}
      {card.fields !== undefined && card.fields.length > 0 && <Fields fields={card.fields} />}
      {order !== undefined && actions}
      {card.table !== undefined && <CardTable table={card.table} title={title} />}
      {card.image !== undefined && <CardImage image={card.image} />}
      {card.code !== undefined && (
        <CardCode code={card.code} whole={order !== undefined && <CardPlan order={order} />} />
      )}
      {card.code === undefined && order !== undefined && <CardPlan order={order} />}
      {card.form !== undefined && <CardForm key={card.form.id} message={message} form={card.form} />}
      {order === undefined && actions}
    </>
  );
};
