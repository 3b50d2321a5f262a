import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { createHistory } from '../state/history.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { useCompletions } from './use-completions.ts';
import { useDraft } from './use-draft.ts';

/** Text put into the composer from outside; a new object each time. */
export interface Draft {
  readonly text: string;
  /** The bot found a secret in it. */
  readonly secret?: true;
}

interface ComposerProps {
  readonly channel: string;
  readonly thread?: string;
  readonly draft?: Draft | undefined;
}

/** Is there likely a keyboard? Where there is none, the focus would bring up one of glass. */
export const hasKeyboard = (): boolean => matchMedia('(pointer: fine)').matches;

/** The key is for what the keyboard composes: Safari says so by a number alone. */
const isComposing = ({ isComposing: is, keyCode }: KeyboardEvent): boolean => is || keyCode === 229;

/** Where a line is typed: sent by Enter, completed by Tab, the last ones by arrow up. */
export const Composer = ({ channel, thread, draft }: ComposerProps) => {
  const deck = useDeck();
  const words = deck.words.value;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const { text, isSecret, write: setText } = useDraft(channel, thread);
  const [back, setBack] = useState(0);
  const completions = useCompletions(channel);
  const { choices, chosen } = completions;
  const isOpen = choices.length > 0;

  useEffect(() => {
    if (hasKeyboard()) field.current?.focus();
  }, [channel, thread]);
  useEffect(() => field.current?.setAttribute('autocorrect', 'off'), []); // as a property it is a boolean: “off” turns it on
  useEffect(() => {
    if (draft === undefined) return;
    // What is being typed stays.
    setText(text === '' ? draft.text : `${draft.text}\n${text}`, isSecret || draft.secret === true);
    field.current?.focus();
  }, [draft]);
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, 160)}px`;
  }, [text]);

  const write = (line: string): void => {
    setText(line);
    requestAnimationFrame(() => field.current?.setSelectionRange(line.length, line.length));
  };

  const send = (): void => {
    const line = text.trim();
    if (line === '') return;
    completions.close();
    const more = { ...(thread === undefined ? {} : { thread }), ...(isSecret ? { secret: true as const } : {}) };
    deck.unsent.value?.send({ channel, text: line, ...more });
    setBack(0);
    setText('');
  };

  const take = (index: number): void => {
    const choice = choices[index];
    if (choice === undefined) return;
    write(choice.line);
    completions.ask(choice.line, choice.line.length);
    field.current?.focus();
  };

  const recall = (by: 1 | -1): void => {
    const steps = back + by;
    const line = steps === 0 ? '' : createHistory(deck.memory, deck.unsent.value?.owner ?? '').back(steps);
    if (line === undefined || steps < 0) return;
    setBack(steps);
    write(line);
    completions.close();
  };

  /** What a key does while choices are offered; undefined when nothing of its own. */
  const pressAmongChoices = (event: KeyboardEvent): (() => void) | undefined => {
    if (event.key === 'ArrowDown') return () => completions.move(1);
    if (event.key === 'ArrowUp') return () => completions.move(-1);
    if (event.key === 'Tab' && !event.shiftKey) return () => take(Math.max(chosen, 0));
    if (event.key === 'Enter' && chosen >= 0) return () => take(chosen);
    return event.key === 'Escape' ? completions.close : undefined;
  };

  /** What a key does otherwise. */
  const pressInLine = (event: KeyboardEvent): (() => void) | undefined => {
    if (event.key === 'ArrowUp' && (text === '' || back > 0)) return () => recall(1);
    if (event.key === 'ArrowDown' && back > 0) return () => recall(-1);
    return event.key === 'Enter' && !event.shiftKey ? send : undefined;
  };

  const press = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const among = isOpen ? pressAmongChoices(event) : undefined;
    const act = among ?? pressInLine(event);
    if (act === undefined) return;
    event.preventDefault();
    if (among !== undefined) event.stopPropagation();
    act();
  };

  const label = thread === undefined ? words.say(channel) : words.sayThread;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isOpen && (
        <div class="completions" id={`${id}-choices`} role="listbox" aria-label={words.suggestions}>
          {choices.map((choice, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's: arrows, Tab and Enter
            <div
              key={choice.line}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              class={index === chosen ? 'chosen' : ''}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(index)}
            >
              <code>{choice.label}</code> <span>{inWords(choice.about, deck.language.value)}</span>
            </div>
          ))}
        </div>
      )}
      <div class="composer-field">
        <label class="sr" for={`${id}-field`}>
          {label}
        </label>
        <textarea
          id={`${id}-field`}
          ref={field}
          rows={1}
          value={text}
          placeholder={label}
          dir="auto"
          maxLength={20_000}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          enterkeyhint="send"
          aria-autocomplete="list"
          aria-controls={isOpen ? `${id}-choices` : undefined}
          aria-activedescendant={isOpen && chosen >= 0 ? `${id}-${chosen}` : undefined}
          onInput={(event) => {
            const element = event.currentTarget;
            setText(element.value);
            setBack(0);
            if (!isSecret) completions.ask(element.value, element.selectionStart);
          }}
          onKeyDown={press}
          onBlur={completions.close}
        />
        <button type="submit" class="send" aria-label={words.send} disabled={text.trim() === ''}>
          <Icon of="send" />
        </button>
      </div>
      <p class="sr" role="status">
        {isOpen ? words.suggested(choices.length) : ''}
      </p>
    </form>
  );
};
