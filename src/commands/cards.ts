import type { Action, Card, Form, FormField } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import { furtherFaults } from '#core/further-faults.ts';
import type { JsonObject } from '#core/json.ts';
import type { Order } from '#core/order.ts';
import type { Requirement } from '#core/policy.ts';
import { each, inLanguage, join, type Text, t } from '#core/text.ts';
import { visible } from '#core/visible.ts';
import { show } from '#kit/show.ts';
import type { ArgDescription } from './catalogue.ts';
import { type Wanted, whoApproves } from './demands.ts';
import { readLine } from './grammar.ts';

/** What else is wrong, a line each, then what to do. */
const restOf = (refusal: Refusal): readonly Text[] => {
  const further = furtherFaults(refusal).map((fault) => each(fault, (words) => `- ${plainText(words)}`));
  return [
    ...(further.length === 0 ? [] : [join(further, '\n')]),
    ...(refusal.next === undefined ? [] : [refusal.next]),
  ];
};

/** A refusal as a card: what is wrong, all of it, what to do, and lines that may have been meant. */
export const refusedCard = (refusal: Refusal, instead: readonly string[] = []): Card => ({
  tone: 'warn',
  title: refusal.say,
  ...(restOf(refusal).length === 0 ? {} : { text: join(restOf(refusal), '\n\n') }),
  ...(instead.length === 0 ? {} : { actions: lineActions(instead.slice(0, 4)) }),
});

/** Something went wrong inside: the sentence, never the trace. */
export const failedCard = (refusal: Refusal): Card => ({ ...refusedCard(refusal), tone: 'bad' });

/** Buttons that send a line as it stands. */
const lineActions = (lines: readonly string[]): readonly Action[] =>
  lines.map((line, index) => ({ id: `line-${index}`, label: line, line, style: 'plain' }));

const fieldKinds: Readonly<Record<string, FormField['kind']>> = { number: 'number', date: 'date' };

/** Values to choose from, by argument. */
type Offered = ReadonlyMap<string, readonly string[]>;

/** One argument as a field of a form. */
function fieldOf(arg: ArgDescription, offered: Offered): FormField {
  // Of all runs only the last are listed: an older one has its number, too.
  const choices = arg.lists === 'runs' ? [] : (offered.get(arg.name) ?? []).slice(0, 100);
  const base = { name: arg.name, label: arg.about, required: arg.required } as const;
  if (choices.length === 0) return { ...base, kind: fieldKinds[arg.kind] ?? 'text' };
  return { ...base, kind: 'choice', choices: choices.map((value) => ({ value, label: value })) };
}

/** What may be answered, and how the line is written with an answer. */
export interface Asked {
  readonly offered: Offered;
  filled(values: Readonly<Record<string, string>>): string;
}

/** Asks for what is missing: buttons when one argument with few values is missing, else a form. */
export function askingCard(
  command: string,
  line: string,
  missing: readonly ArgDescription[],
  { offered, filled }: Asked,
): Card {
  const wanted = join(
    missing.map((arg) => arg.about),
    ', ',
  );
  const title = join([command, t(': ', ' : '), wanted, t('?', ' ?')]);
  const only = missing.length === 1 ? missing[0] : undefined;
  const values = only ? (offered.get(only.name) ?? []) : [];
  if (only && values.length > 0 && values.length <= 6) {
    const actions = values.map((value, index) => ({
      id: `value-${index}`,
      label: value,
      line: filled({ [only.name]: value }),
    }));
    return { tone: 'info', title, actions };
  }
  const form: Form = {
    id: 'missing',
    line,
    fields: missing.map((arg) => fieldOf(arg, offered)),
    submit: t('Go on', 'Continuer'),
  };
  return { tone: 'info', title, form };
}

/** Longer ones are cut on a card. */
const shownOfLine = 600;
const shownOfValue = 200;

const cutTo = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}… (+${text.length - most})` : text;

/** A gap behind which something could stand out of sight is told, not left. */
const withoutGaps = (text: string): string => text.replace(/\s{4,}/g, (gap) => ` ␣×${gap.length} `);

/** A line as somebody typed it, cut to so many characters: nothing in it is markup, and nothing hides in it. */
export const asItIs = (text: string, most: number): string => cutTo(plainText(withoutGaps(visible(text))), most);

/** The line as it is understood: who says yes must have seen it. Nothing in it is markup, and nothing hides in it. */
const typed = (line: string) => {
  const read = readLine(line);
  return { label: t('Order', 'Ordre'), value: asItIs(read.ok ? read.value.text : line, shownOfLine) };
};

/** The variables of an order, each by itself: the line may be longer than what a card shows. */
function variables(args: JsonObject | undefined): NonNullable<Card['fields']> {
  const given = Object.values(args ?? {}).flatMap((value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [],
  );
  // A line end in a value would look like another variable.
  const lines = given.map(([name, value]) => asItIs(`${name}=${String(value)}`, shownOfValue).replace(/[\n\r]+/g, '⏎'));
  return lines.length === 0 ? [] : [{ label: t('Variables', 'Variables'), value: lines.join('\n') }];
}

const plainText = (line: string): string => line.replaceAll('`', "'").replace(/\*{2,}/g, '*');

/** The rules that ask, by name; the bot's own habit of asking has none. */
const rules = (names: readonly string[]): NonNullable<Card['fields']> =>
  names.length === 0 ? [] : [{ label: t('Rule', 'Règle'), value: names.map(plainText).join(', ') }];

/** How long an answer is still taken: the clock is left to who knows the reader's zone. */
const expiry = ({ id: orderId }: Order, until: string, now: number): Pick<Card, 'footer' | 'until'> => {
  const left = show.duration((Date.parse(until) - now) / 1000);
  return {
    footer: join([t(`Order ${orderId}. Expires in `, `Ordre ${orderId}. Expire dans `), left]),
    until,
  };
};

/** An order that waits for its asker's word, under its plan. */
export function confirmingCard(
  plan: Card,
  order: Order,
  danger: boolean,
  { because }: Requirement,
  until: string,
  now: number,
): Card {
  const { id: orderId, text, args } = order;
  const style = danger ? 'danger' : 'primary';
  return {
    ...plan,
    tone: 'info',
    fields: [typed(text), ...variables(args), ...rules(because)],
    actions: [
      { id: 'confirm', label: t('Run it', 'Exécuter'), style, line: `confirm ${orderId}` },
      { id: 'cancel', label: t('Cancel', 'Annuler'), style: 'plain', line: `cancel ${orderId}` },
    ],
    ...expiry(order, until, now),
  };
}

/** What an approval card says beside the plan. */
export interface Asking {
  /** What the plan is called. */
  readonly title: Text;
  readonly asker: string;
  readonly requirement: Requirement;
  /** Who has approved already, by name. */
  readonly approvedBy: readonly string[];
  /** What is still wanted, and of whom. */
  readonly wanted: readonly Wanted[];
  readonly until: string;
  readonly now: number;
}

const waitsFor = ({ title, requirement, approvedBy, wanted }: Asking): Text => {
  const isFirst = approvedBy.length === 0;
  const rest = isFirst ? requirement.approvals : Math.max(1, ...wanted.map(({ demand }) => demand.approvals));
  const [more, encore] = isFirst ? ['', ''] : [' more', ' encore'];
  const one = isFirst
    ? t(' waits for an approval', ' attend un accord')
    : t(' waits for one more approval', ' attend encore un accord');
  return join([title, rest === 1 ? one : t(` waits for ${rest}${more} approvals`, ` attend${encore} ${rest} accords`)]);
};

const approvedSoFar = ({ approvedBy }: Asking): Text => {
  const names = approvedBy.map((name) => `**${name}**`).join(', ');
  return names === '' ? '' : t(`Approved by ${names}. `, `Accord de ${names}. `);
};

/** The rules that want it, by name. */
const why = ({ because }: Requirement): Text => {
  if (because.length === 0) return t('It is a grave change: ', 'C’est un changement grave : ');
  const quoted = (open: string, close: string) => because.map((name) => open + plainText(name) + close).join(', ');
  return t(`${quoted('“', '”')}: `, `${quoted('« ', ' »')} : `);
};

/** A plan's title without what the plan is called: what it comes to. */
const comesTo = (plan: Card, title: Text): Text =>
  each(plan.title, (words, language) => {
    const head = `${inLanguage(title, language)}${language === 'fr' ? ' : ' : ': '}`;
    return words.startsWith(head) ? words.slice(head.length) : words;
  });

/** An order that waits for somebody else, under its plan: that it waits, why, and for whom. */
export function approvingCard(plan: Card, order: Order, asking: Asking): Card {
  const { id: orderId, text, args } = order;
  const { asker, requirement, wanted, until, now } = asking;
  const asked = t(`Asked by **${asker}**. `, `Demandé par **${asker}**. `);
  const who = join([
    asked,
    approvedSoFar(asking),
    why(requirement),
    whoApproves(wanted),
    '\n',
    comesTo(plan, asking.title),
  ]);
  return {
    ...plan,
    tone: 'warn',
    title: waitsFor(asking),
    fields: [typed(text), ...variables(args)],
    text: plan.text === undefined ? who : join([who, plan.text], '\n\n'),
    actions: [
      { id: 'approve', label: t('Approve', 'Approuver'), style: 'primary', line: `approve ${orderId}` },
      { id: 'deny', label: t('Deny', 'Refuser'), style: 'danger', line: `deny ${orderId}` },
      { id: 'cancel', label: t('Cancel', 'Annuler'), style: 'plain', line: `cancel ${orderId}` },
    ],
    ...expiry(order, until, now),
  };
}

/** The same card, no longer to be answered. */
export const settledCard = (card: Card | undefined, tone: Card['tone'], title: Text, note: Text): Card => {
  const { actions: _actions, form: _form, until: _until, ...rest } = card ?? { tone, title };
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
