import type { Refusal } from '#core/errors.ts';
import { furtherFaults } from '#core/further-faults.ts';
import { inLanguage, join, type Text, t } from '#core/text.ts';
import { printable } from '../text.ts';

/** How much of a plan or a run a card shows before it folds the rest. */
export const shownSteps = 8;
/** Changes to confirm: few, so that the buttons under them are on the screen. */
export const shownChanges = 4;
export const shownHosts = 12;
export const codeLimit = 3_000;

export const both = (make: (language: 'en' | 'fr') => string): Text => t(make('en'), make('fr'));

export const plural = (count: number, one: readonly [string, string], many: readonly [string, string]): Text =>
  count === 1 ? t(`1 ${one[0]}`, `1 ${one[1]}`) : t(`${count} ${many[0]}`, `${count} ${many[1]}`);

export const changes = (count: number): Text => plural(count, ['change', 'changement'], ['changes', 'changements']);
export const hosts = (count: number): Text => plural(count, ['host', 'hôte'], ['hosts', 'hôtes']);
export const steps = (count: number): Text => plural(count, ['step', 'étape'], ['steps', 'étapes']);

/** Text of hosts and playbooks without what a card would read as markup, on one line. The subset knows no escape. */
export const literal = (text: string): string =>
  printable(text)
    .replace(/\s+/g, ' ')
    .replaceAll('`', "'")
    .replace(/\*{2,}/g, '*');

/** Stands between what a card is about and how it is. */
export const verdict: Text = t(': ', ' : ');

/** Names of hosts as code, the first few of many. */
export const marked = (names: readonly string[]): string => {
  const shown = names.slice(0, shownHosts).map((host) => `\`${printable(host)}\``);
  return `${shown.join(' ')}${names.length > shownHosts ? ` +${names.length - shownHosts}` : ''}`;
};

/** Up to three hosts by name, more by number. */
export const hostsNamed = (names: readonly string[]): Text =>
  names.length > 3 ? hosts(names.length) : names.map(printable).join(', ');

/** ` on web-1`; nothing behind words that end with that. */
export const onHosts = (names: readonly string[], behind: Text): Text => {
  const on = join([t(' on ', ' sur '), hostsNamed(names)]);
  const isSaid = (['en', 'fr'] as const).every((one) => inLanguage(behind, one).endsWith(inLanguage(on, one)));
  return isSaid ? '' : on;
};

const more = (count: number): Text => t(`and ${count} more`, `et ${count} de plus`);

export const bullets = (lines: readonly Text[]): Text =>
  both((language) => lines.map((line) => `- ${inLanguage(line, language)}`).join('\n'));

export const folded = <T>(items: readonly T[], limit: number, line: (item: T) => Text): readonly Text[] => {
  const lines = items.slice(0, limit).map(line);
  return items.length > limit ? [...lines, more(items.length - limit)] : lines;
};

export const reason = (refusal: Refusal | undefined): Text =>
  refusal === undefined
    ? ''
    : both((language) =>
        [refusal.say, ...furtherFaults(refusal)].map((words) => literal(inLanguage(words, language))).join('; '),
      );

/** Lines under their headings; empty parts leave no trace. */
export const parts = (all: readonly (Text | undefined)[]): Text =>
  join(
    all.filter((part) => part !== undefined),
    '\n\n',
  );

/** The text of a card; none where all parts are empty: an empty line would stand for it. */
export const worded = (all: readonly (Text | undefined)[]): { readonly text?: Text } => {
  const said = all.filter((part) => part !== undefined);
  return said.length === 0 ? {} : { text: parts(said) };
};

/** `2 min 5 s`, in the units both languages share. */
export function lasted(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

export const section = (heading: Text, lines: readonly Text[]): Text | undefined =>
  lines.length === 0 ? undefined : join([join(['**', heading, '**']), bullets(lines)], '\n');

/** A task's name in the middle of a sentence. */
export const clipped = (name: string): string => (name.length > 60 ? `${name.slice(0, 59)}…` : name);

/** Tasks with the hosts they are about: by name where they are not all, by number where they are. */
export const byTask = (
  steps: readonly { readonly task: string; readonly host: string }[],
  all: number,
  limit: number,
): readonly Text[] => {
  const tasks = new Map<string, Set<string>>();
  for (const { task, host } of steps) tasks.set(task, (tasks.get(task) ?? new Set()).add(host));
  return folded([...tasks], limit, ([task, on]) => {
    if (all === 1) return literal(task);
    const where = on.size === all || on.size > 3 ? hosts(on.size) : [...on].map(printable).join(', ');
    return join([literal(task), ' (', where, ')']);
  });
};
