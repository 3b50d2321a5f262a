import { useId, useRef, useState } from 'preact/hooks';
import type { Form, FormField } from '#core/card.ts';
import type { WireForm, WireMessage } from '../../protocol.ts';
import { Unreachable } from '../net/api.ts';
import { newId } from '../state/new-id.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { missed, restMs } from './use-tap.ts';

type Values = Readonly<Record<string, string>>;

interface FieldProps {
  readonly field: FormField;
  readonly id: string;
  readonly value: string;
  readonly missing: boolean;
  readonly set: (value: string) => void;
}

/** What the phone's keyboard should be. */
const kindOf = ({ kind }: FormField) => {
  if (kind === 'date') return { type: 'date' } as const;
  return kind === 'number' ? ({ type: 'text', inputMode: 'decimal' } as const) : ({ type: 'text' } as const);
};

const Field = ({ field, id, value, missing, set }: FieldProps) => {
  const deck = useDeck();
  const language = deck.language.value;
  const words = deck.words.value;
  const label = inWords(field.label, language);
  const hint = field.hint === undefined ? undefined : inWords(field.hint, language);
  const common = {
    id,
    name: field.name,
    required: field.required,
    'aria-invalid': missing,
    'aria-describedby':
      [hint === undefined ? '' : `${id}-hint`, missing ? `${id}-fault` : ''].join(' ').trim() || undefined,
  };
  return (
    <div class="field">
      <label for={id}>
        {label} {field.required && <span class="muted">({words.required})</span>}
      </label>
      {field.kind === 'choice' ? (
        <select {...common} value={value} onChange={(event) => set(event.currentTarget.value)}>
          <option value="">{words.choose}</option>
          {field.choices?.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {inWords(choice.label, language)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          {...kindOf(field)}
          autocomplete="off"
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      {missing && (
        <p id={`${id}-fault`} class="field-fault">
          <Icon of="bad" /> <span>{words.missing(label)}</span>
        </p>
      )}
    </div>
  );
};

const firstValues = (form: Form): Values =>
  Object.fromEntries(form.fields.map(({ name, value }) => [name, value ?? '']));

/** A card's form: what is missing is said at its field; sent once. */
export const CardForm = ({ message, form }: { message: WireMessage; form: Form }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const id = useId();
  const [values, setValues] = useState(() => firstValues(form));
  const [tried, setTried] = useState(false);
  const [sent, setSent] = useState<'no' | 'sending' | 'yes'>('no');
  const [refusal, setRefusal] = useState('');
  const [firstId] = useState(newId);
  /** The same for every try of what is filled in: an answer that was lost makes no second order. */
  const sending = useRef({ id: firstId, restsUntil: 0, revision: 0 });
  const isDone = sent === 'yes' && sending.current.revision === message.revision;
  const isMissing = (field: FormField): boolean => field.required && (values[field.name] ?? '').trim() === '';

  const send = async (): Promise<void> => {
    setTried(true);
    const first = form.fields.find(isMissing);
    if (first !== undefined) return document.getElementById(`${id}-${first.name}`)?.focus();
    if (sent === 'sending' || isDone || performance.now() < sending.current.restsUntil) return;
    setSent('sending');
    const isLost = deck.link.state.value === 'lost';
    setRefusal('');
    try {
      if (isLost) throw new Unreachable();
      const { key, revision } = message;
      const body: WireForm = { key, revision, form: form.id, id: sending.current.id, values };
      const answer = await deck.api.post<{ message?: WireMessage }>('forms', body);
      if (answer.message !== undefined) deck.messages.apply(answer.message);
      sending.current = { id: newId(), restsUntil: performance.now() + restMs, revision };
      setSent('yes');
    } catch (thrown) {
      const label = inWords(form.submit, deck.language.value);
      setRefusal(missed(thrown, label, isLost, words));
      setSent('no');
    }
  };

  return (
    <form
      class="card-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {form.fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          id={`${id}-${field.name}`}
          value={values[field.name] ?? ''}
          missing={tried && isMissing(field)}
          set={(value) => {
            setValues({ ...values, [field.name]: value });
            setSent('no');
            sending.current = { ...sending.current, id: newId() };
          }}
        />
      ))}
      {refusal !== '' && (
        <p class="notice notice-bad" role="alert">
          <Icon of="bad" /> <span>{refusal}</span>
        </p>
      )}
      <button
        type="submit"
        class="button button-primary"
        aria-busy={sent === 'sending'}
        aria-disabled={sent === 'sending' || isDone}
      >
        {isDone ? words.sent : inWords(form.submit, deck.language.value)}
      </button>
    </form>
  );
};
