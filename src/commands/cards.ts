import type { Action, Card, Form, FormField } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import { join, type Text, t } from '#core/text.ts';
import type { ArgDescription } from './catalogue.ts';
import { formLine } from './grammar.ts';
import { type Known, offers } from './values.ts';

/** A refusal as a card: what is wrong, what to do, and lines that may have been meant. */
export const refusedCard = (refusal: Refusal, instead: readonly string[] = []): Card => ({
  tone: 'warn',
  title: refusal.say,
  ...(refusal.next === undefined ? {} : { text: refusal.next }),
  ...(instead.length === 0 ? {} : { actions: lineActions(instead.slice(0, 3)) }),
});

/** Something went wrong inside: the sentence, never the trace. */
export const failedCard = (refusal: Refusal): Card => ({ ...refusedCard(refusal), tone: 'bad' });

/** Buttons that send a line as it stands. */
const lineActions = (lines: readonly string[]): readonly Action[] =>
  lines.map((line, index) => ({ id: `line-${index}`, label: line, line, style: 'plain' }));

const fieldKinds: Readonly<Record<string, FormField['kind']>> = { number: 'number', date: 'date' };

/** One argument as a field of a form. */
function fieldOf(arg: ArgDescription, known: Known): FormField {
  const choices = offers(arg, known).slice(0, 100);
  const base = { name: arg.name, label: arg.about, required: arg.required } as const;
  if (choices.length === 0) return { ...base, kind: fieldKinds[arg.kind] ?? 'text' };
  return { ...base, kind: 'choice', choices: choices.map((value) => ({ value, label: value })) };
}

/** Asks for what is missing: buttons when one argument with few values is missing, else a form. */
export function askingCard(command: string, line: string, missing: readonly ArgDescription[], known: Known): Card {
  const names = missing.map((arg) => arg.name).join(', ');
  const title: Text = t(`${command}: which ${names}?`, `${command} : il manque ${names}`);
  const text = join(
    missing.map((arg) => join([`**${arg.name}**: `, arg.about])),
    '\n',
  );
  const only = missing.length === 1 ? missing[0] : undefined;
  const values = only ? offers(only, known) : [];
  if (only && values.length > 0 && values.length <= 6) {
    const actions = values.map((value, index) => ({
      id: `value-${index}`,
      label: value,
      line: formLine(line, { [only.name]: value }),
    }));
    return { tone: 'info', title, text, actions };
  }
  const form: Form = {
    id: 'missing',
    line,
    fields: missing.map((arg) => fieldOf(arg, known)),
    submit: t('Go on', 'Continuer'),
  };
  return { tone: 'info', title, text, form };
}

/** The line as it was typed, with its variables: who says yes must have seen it. Nothing in it is markup. */
const typed = (line: string) => ({
  label: t('Order', 'Ordre'),
  value: line.length > 600 ? `${plainText(line.slice(0, 600))}… (+${line.length - 600})` : plainText(line),
});

const plainText = (line: string): string => line.replaceAll('`', "'").replace(/\*{2,}/g, '*');

/** An order that waits for its asker's word, under its plan. */
export function confirmingCard(plan: Card, { id: orderId, text }: Order, danger: boolean, until: Text): Card {
  const style = danger ? 'danger' : 'primary';
  return {
    ...plan,
    tone: 'info',
    fields: [typed(text)],
    actions: [
      { id: 'confirm', label: t('Run it', 'Exécuter'), style, line: `confirm ${orderId}` },
      { id: 'cancel', label: t('Cancel', 'Annuler'), style: 'plain', line: `cancel ${orderId}` },
    ],
    footer: join([t(`Order ${orderId}. Confirm until `, `Ordre ${orderId}. À confirmer avant `), until]),
  };
}

/** An order that waits for somebody else, under its plan. */
export function approvingCard(
  plan: Card,
  { id: orderId, text }: Order,
  asker: string,
  missing: number,
  until: Text,
): Card {
  const who = t(
    `Asked by **${asker}**. ${missing === 1 ? 'Someone else has' : `${missing} others have`} to approve.`,
    `Demandé par **${asker}**. ${missing === 1 ? 'Une autre personne doit' : `${missing} autres personnes doivent`} approuver.`,
  );
  return {
    ...plan,
    tone: 'warn',
    fields: [typed(text)],
    text: plan.text === undefined ? who : join([who, plan.text], '\n\n'),
    actions: [
      { id: 'approve', label: t('Approve', 'Approuver'), style: 'primary', line: `approve ${orderId}` },
      { id: 'deny', label: t('Deny', 'Refuser'), style: 'danger', line: `deny ${orderId}` },
      { id: 'cancel', label: t('Cancel', 'Annuler'), style: 'plain', line: `cancel ${orderId}` },
    ],
    footer: join([t(`Order ${orderId}. Approve until `, `Ordre ${orderId}. À approuver avant `), until]),
  };
}

/** The same card, no longer to be answered. */
export const settledCard = (card: Card | undefined, tone: Card['tone'], title: Text, note: Text): Card => {
  const { actions: _actions, form: _form, ...rest } = card ?? { tone, title };
  return { ...rest, tone, title, footer: note };
};

/** A run's card while it goes on, with the way to stop it. */
export const stoppable = (card: Card, orderId: number, stopping: boolean): Card => ({
  ...card,
  actions: [
    stopping
      ? { id: 'stop-now', label: t('Stop now', 'Arrêter net'), style: 'danger', line: `cancel ${orderId} --now` }
      : { id: 'stop', label: t('Stop', 'Arrêter'), style: 'plain', line: `cancel ${orderId}` },
  ],
});

/** `14:05 UTC` */
export const untilText = (at: string): Text => `${at.slice(11, 16)} UTC`;
