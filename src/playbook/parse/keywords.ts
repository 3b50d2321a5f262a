import { t } from '#core/text.ts';
import { withNearest } from '../nearest.ts';
import type { Become, Written } from '../tree.ts';
import type { Entry, MapNode } from '../yaml/node.ts';
import type { Field, Keywords, Reading } from './context.ts';
import { readFlagOrTemplate, readText } from './fields.ts';

/** A field with an empty value is as good as absent. */
const isEmpty = (entry: Entry): boolean => entry.value.kind === 'scalar' && entry.value.value === null;

const fieldOf = (entry: Entry): Field => ({ key: entry.key, at: entry.at, node: entry.value });

/** Reads the keywords of a mapping into the draft; gives back the entries that are no keyword. */
export const readKeywords = <D>(node: MapNode, keywords: Keywords<D>, draft: D, reading: Reading): readonly Entry[] => {
  const others: Entry[] = [];
  for (const entry of node.entries) {
    const read = Object.hasOwn(keywords, entry.key) ? keywords[entry.key] : undefined;
    if (read === undefined) others.push(entry);
    else if (!isEmpty(entry)) read(fieldOf(entry), draft, reading);
  }
  return others;
};

/** Notes a keyword of Ansible's that is not supported, or one that does not exist with the nearest that does. */
export const refuseKeyword = (
  reading: Reading,
  entry: Entry,
  options: { readonly later: ReadonlySet<string>; readonly known: readonly string[]; readonly of: 'play' | 'task' },
): void => {
  const { key } = entry;
  if (options.later.has(key) || key.startsWith('with_')) {
    reading.faults.add(entry.at, t(`“${key}” is not supported`, `« ${key} » n’est pas pris en charge`));
    return;
  }
  const say =
    options.of === 'play'
      ? t(`a play has no keyword “${key}”`, `un play n’a pas de mot-clé « ${key} »`)
      : t(`“${key}” is neither a task keyword nor a module`, `« ${key} » n’est ni un mot-clé de tâche ni un module`);
  reading.faults.add(entry.at, withNearest(say, key, options.known));
};

/** The part of a draft that says as whom to run. */
export interface BecomeDraft {
  ownBecome?: Written;
  ownBecomeUser?: Written<string>;
}

/** `become` and `become_user`, the same for plays and tasks. */
export const becomeKeywords: Keywords<BecomeDraft> = {
  become: (field, draft, reading) => {
    const flag = readFlagOrTemplate(field, reading);
    if (flag !== undefined) draft.ownBecome = flag;
  },
  become_user: (field, draft, reading) => {
    const user = readText(field, reading);
    if (user !== undefined) draft.ownBecomeUser = user;
  },
};

/** What a draft says of becoming, over what is inherited. A user alone does not make anyone become. */
export const becomeOf = (draft: BecomeDraft, inherited?: Become): Become | undefined => {
  const user = draft.ownBecomeUser ?? inherited?.user;
  const become = draft.ownBecome ?? inherited?.become ?? (user && { value: false, at: user.at });
  if (become === undefined) return undefined;
  return { become, ...(user && { user }) };
};

/** Sets a field of a draft when it could be read. */
export const set =
  <D, K extends keyof D>(name: K, read: (field: Field, reading: Reading) => D[K] | undefined) =>
  (field: Field, draft: D, reading: Reading): void => {
    const value = read(field, reading);
    if (value !== undefined) draft[name] = value;
  };
