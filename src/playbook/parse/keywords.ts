import { type Text, t } from '#core/text.ts';
import { withNearest } from '../nearest.ts';
import type { Entry, MapNode } from '../yaml/node.ts';
import type { Field, Keywords, Reading } from './context.ts';

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
  options: {
    readonly later: ReadonlySet<string>;
    readonly known: readonly string[];
    readonly of: 'play' | 'task' | 'block';
  },
): void => {
  const { key } = entry;
  if (options.later.has(key)) {
    reading.faults.add(entry.at, t(`“${key}” is not supported`, `« ${key} » n’est pas pris en charge`), byAnsible);
    return;
  }
  const foreign = options.of === 'task' ? reading.known.foreign?.get(key) : undefined;
  if (foreign !== undefined) {
    reading.faults.add(entry.at, inPython(key, foreign), byAnsible);
    return;
  }
  const say =
    options.of !== 'task'
      ? t(`a ${options.of} has no keyword “${key}”`, `un ${options.of} n’a pas de mot-clé « ${key} »`)
      : t(`“${key}” is neither a task keyword nor a module`, `« ${key} » n’est ni un mot-clé de tâche ni un module`);
  const sentence = withNearest(say, key, options.known);
  const isModule = options.of === 'task' && sentence === say;
  reading.faults.add(entry.at, sentence, isModule ? byAnsible : {});
};

/** Ansible may play what we do not. */
const byAnsible = { ansible: true } as const;

const inPython = (module: string, file: string): Text =>
  t(
    `“${module}” is a module in Python (${file}), which is not run: write it in three pieces (docs/writing-a-module.md)`,
    `« ${module} » est un module en Python (${file}), qui n’est pas lancé : écrivez-le en trois morceaux (docs/writing-a-module.md)`,
  );

/** Sets a field of a draft when it could be read. */
export const set =
  <D, K extends keyof D>(name: K, read: (field: Field, reading: Reading) => D[K] | undefined) =>
  (field: Field, draft: D, reading: Reading): void => {
    const value = read(field, reading);
    if (value !== undefined) draft[name] = value;
  };
