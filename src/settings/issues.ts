import { z } from 'zod';
import type { Json } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import { inLanguage, type Language, type Text, t } from '#core/text.ts';
import { didYouMean, type Path, type Place, type SettingsFault, showPath } from './faults.ts';
import { expectedAt, fields, keysAt } from './outline.ts';
import type { Expectation } from './schema-words.ts';
import { pathKey, type Spot } from './tree.ts';

/** What is needed to turn zod's issues into faults a person can act on. */
export interface Checked {
  readonly schema: z.core.$ZodType;
  readonly value: Json;
  readonly spots: ReadonlyMap<string, Spot>;
  /** Values that may not be shown, by `pathKey`. */
  readonly outside: ReadonlySet<string>;
  readonly file: string;
  /** The keys that may stand where one is unknown, when the schema is not the one that refused it. */
  readonly keys?: readonly string[];
}

type Issue = z.core.$ZodIssue;

/** Every issue as a fault with its place; an unknown key comes with the nearest right one. */
export const shapeFaults = (issues: readonly Issue[], checked: Checked): SettingsFault[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys, pathOf(issue), checked) : [wrongValue(issue, checked)],
  );

/** Where an issue is: YAML's keys are strings and its lists are numbered; zod's type also allows symbols. */
export const pathOf = (issue: Issue): Path =>
  issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));

function spotOf(path: Path, checked: Checked): Spot {
  const found = checked.spots.get(pathKey(path));
  if (found !== undefined) return found;
  if (path.length > 0) return spotOf(path.slice(0, -1), checked);
  const start: Place = { file: checked.file, line: 1, column: 1 };
  return { key: start, value: start };
}

function unknownKeys(keys: readonly string[], path: Path, checked: Checked): SettingsFault[] {
  const known = checked.keys ?? keysAt(checked.schema, path);
  return keys.map((key) => ({
    ...spotOf([...path, key], checked).key,
    code: 'settings.unknown_key',
    path: showPath([...path, key]),
    message: t(`There is no key "${key}" ${within(path).en}.`, `Il n’y a pas de clé « ${key} » ${within(path).fr}.`),
    ...hintFor(key, known, checked),
  }));
}

const within = (path: Path): Record<Language, string> =>
  path.length === 0
    ? { en: 'at the top', fr: 'au premier niveau' }
    : { en: `in ${showPath(path)}`, fr: `dans ${showPath(path)}` };

/** The nearest key beside it, else the place where a key of that name belongs, else the keys there are. */
function hintFor(key: string, known: readonly string[], checked: Checked): { readonly hint?: Text } {
  const [near] = nearest(key, known);
  if (near !== undefined) return didYouMean(near);
  const elsewhere = checked.keys
    ? undefined
    : fields(checked.schema).find(({ path }) => path.endsWith(`.${key}`) && !/[[<]/.test(path));
  if (elsewhere !== undefined) return didYouMean(elsewhere.path);
  if (known.length === 0) return {};
  return { hint: t(`There are: ${known.join(', ')}.`, `Il y a : ${known.join(', ')}.`) };
}

function wrongValue(issue: Issue, checked: Checked): SettingsFault {
  const path = pathOf(issue);
  const value = valueAt(checked.value, path);
  const subject = showPath(path);
  if (issue.code === 'invalid_key') return wrongKey(path, checked);
  if (value === undefined) return missing(path, subject, issue, checked);
  const own = ownMessage(issue, value);
  if (own !== undefined)
    return {
      ...spotOf(path, checked).value,
      code: 'settings.wrong_value',
      path: subject,
      message: t(`${subject}: ${own}`, `${subject} : ${own}`),
    };
  const wanted = expectation(issue, checked);
  const found = foundText(value, checked.outside.has(pathKey(path)) || isHidden(path));
  return {
    ...spotOf(path, checked).value,
    code: 'settings.wrong_value',
    path: subject,
    message: t(
      `${subject || 'The configuration'} must be ${inLanguage(wanted, 'en')}, not ${inLanguage(found, 'en')}.`,
      `${subject || 'La configuration'} doit être ${inLanguage(wanted, 'fr')}, pas ${inLanguage(found, 'fr')}.`,
    ),
    ...(typeof value === 'string' && issue.code === 'invalid_value'
      ? didYouMean(nearest(value, issue.values.map(String))[0])
      : {}),
  };
}

function wrongKey(path: Path, checked: Checked): SettingsFault {
  const key = path.at(-1) ?? '';
  return {
    ...spotOf(path, checked).key,
    code: 'settings.unknown_key',
    path: showPath(path),
    message: t(
      `"${key}" cannot be a name ${within(path.slice(0, -1)).en}.`,
      `« ${key} » ne peut pas être un nom ${within(path.slice(0, -1)).fr}.`,
    ),
  };
}

const isHidden = (path: Path): boolean => path[0] === 'secrets' || path[0] === 'plugins';

function missing(path: Path, subject: string, issue: Issue, checked: Checked): SettingsFault {
  const wanted = expectation(issue, checked);
  return {
    ...spotOf(path, checked).key,
    code: 'settings.missing',
    path: subject,
    message: t(
      `${subject} is missing: it takes ${inLanguage(wanted, 'en')}.`,
      `${subject} manque : il faut ${inLanguage(wanted, 'fr')}.`,
    ),
  };
}

function valueAt(value: Json, path: Path): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (value === null || typeof value !== 'object') return undefined;
  const inner: Json | undefined = Object.hasOwn(value, first) ? (value as Record<string, Json>)[first] : undefined;
  return inner === undefined ? undefined : valueAt(inner, rest);
}

const expectedOf = (issue: Issue): Text | undefined =>
  issue.code === 'custom' ? (issue.params as Partial<Expectation> | undefined)?.expected : undefined;

const usualWords = z.locales.en().localeError;

/** What a schema's author wrote about it, as a sentence: it may be of any form, so it is not put into one of ours. */
function ownMessage(issue: Issue, input: Json): string | undefined {
  if (expectedOf(issue) !== undefined) return undefined;
  const usual = usualWords({ ...issue, input } as z.core.$ZodRawIssue); // an issue that has its input again
  const message = issue.message.trim();
  if (message === '' || message === (typeof usual === 'string' ? usual : usual?.message)) return undefined;
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

const text = t('text', 'un texte');

const types: Readonly<Record<string, Text>> = {
  number: t('a number', 'un nombre'),
  int: t('a whole number', 'un nombre entier'),
  boolean: t('true or false', 'true ou false'),
  array: t('a list', 'une liste'),
  object: t('a map of keys', 'un dictionnaire de clés'),
  record: t('a map of keys', 'un dictionnaire de clés'),
};

/** What would have been right, to be read after «must be». */
function expectation(issue: Issue, { schema }: Checked): Text {
  if (issue.code === 'invalid_type' && issue.expected === 'string') return expectedAt(schema, pathOf(issue)) ?? text;
  if (issue.code === 'invalid_type') return types[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return oneOf(issue.values.map(String));
  if (issue.code === 'too_small') return limit(issue.origin, t('at least', 'au moins'), issue.minimum);
  if (issue.code === 'too_big') return limit(issue.origin, t('at most', 'au plus'), issue.maximum);
  if (issue.code === 'invalid_format' && issue.format === 'url')
    return t('an address such as https://bot.example.org', 'une adresse comme https://bot.example.org');
  if (issue.code === 'invalid_format' && issue.pattern !== undefined)
    return t(`a text of the form ${issue.pattern}`, `un texte de la forme ${issue.pattern}`);
  if (issue.code === 'invalid_union') return t('one of the forms that it may have', 'd’une des formes possibles');
  return expectedOf(issue) ?? t('of another form', 'd’une autre forme');
}

function limit(origin: string, bound: Text, size: number | bigint): Text {
  if (origin === 'string') return t('a text that is not empty', 'un texte non vide');
  const say = (language: Language): string => `${inLanguage(bound, language)} ${size}`;
  if (origin === 'array') return t(`a list of ${say('en')}`, `une liste d’${say('fr')}`);
  return t(say('en'), say('fr'));
}

const oneOf = (values: readonly string[]): Text => {
  const last = values.at(-1) ?? '';
  const first = values.slice(0, -1).join(', ');
  return first === '' ? last : t(`${first} or ${last}`, `${first} ou ${last}`);
};

function foundText(value: Json, hidden: boolean): Text {
  if (value === null) return t('nothing', 'rien');
  if (Array.isArray(value)) return value.length === 0 ? t('an empty list', 'une liste vide') : (types.array ?? '');
  if (typeof value === 'object') return types.object ?? '';
  if (value === '') return t('an empty text', 'un texte vide');
  if (typeof value !== 'string') return String(value);
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return hidden ? t('this text', 'ce texte') : t(`the text "${short}"`, `le texte « ${short} »`);
}
