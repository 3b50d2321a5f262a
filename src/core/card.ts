import type { Text } from './text.ts';

/** How a card feels; shown by word and shape, not by colour alone. */
export type Tone = 'info' | 'good' | 'warn' | 'bad' | 'running';

/**
 * A button. A tap is an order: `line` is exactly what the person could have typed (`confirm 12`, `status web-1`).
 * `id` is unique within the card.
 */
export interface Action {
  readonly id: string;
  readonly label: Text;
  readonly style?: 'primary' | 'danger' | 'plain';
  readonly line: string;
}

/** One field of a form. */
export interface FormField {
  readonly name: string;
  readonly label: Text;
  readonly kind: 'text' | 'number' | 'choice' | 'date';
  readonly required: boolean;
  readonly choices?: readonly { readonly value: string; readonly label: Text }[];
  readonly value?: string;
  readonly hint?: Text;
}

/** A form for missing arguments. Sending it is an order: `line` with the value of each field, as one would type it. */
export interface Form {
  readonly id: string;
  readonly line: string;
  readonly fields: readonly FormField[];
  readonly submit: Text;
}

/** A stored picture, by the id the `Files` interface gave it. Alt text carries the figures. */
export interface CardImage {
  readonly file: string;
  /** The same drawn for a dark screen, where there is one and the chat can choose. */
  readonly dark?: string;
  readonly alt: Text;
  readonly width: number;
  readonly height: number;
}

/**
 * A platform-neutral message: a small closed set that every adapter can show. The title alone is what a phone's
 * notification shows, so it says it all. `text` is a Markdown subset: `**bold**`, `` `code` ``, lists with `- `,
 * line breaks; never a link or a mention built from what a person typed.
 */
export interface Card {
  readonly tone: Tone;
  readonly title: Text;
  readonly text?: Text;
  readonly fields?: readonly { readonly label: Text; readonly value: Text }[];
  /** Rows as wide as `columns`; meant for few, narrow columns. */
  readonly table?: { readonly columns: readonly Text[]; readonly rows: readonly (readonly Text[])[] };
  /** Monospaced text: a diff or log lines. Long text is folded by the adapter. */
  readonly code?: {
    readonly text: string;
    readonly language?: 'diff' | 'log' | 'yaml' | 'text';
    readonly title?: Text;
  };
  readonly image?: CardImage;
  readonly actions?: readonly Action[];
  readonly form?: Form;
  readonly footer?: Text;
  /** All of it is the title, one short line without a frame, about this run whose own message is elsewhere. */
  readonly brief?: { readonly run: number };
  /** Who asked for it and from where, when it was not said in this chat: a quiet line. Set by the order path alone. */
  readonly by?: Text;
  /** When it can no longer be answered, ISO 8601: the footer says how long; a chat that knows its reader's zone adds the clock. */
  readonly until?: string;
  /** The run it tells of, where its footer names one: a chat that shows runs leads from there to it. */
  readonly run?: number;
  /** When what it tells of was over, ISO 8601: a message keeps the time at which it was asked for. */
  readonly ended?: string;
}
