import type { Json } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import { objectionTo } from '../inventory/connection-variables.ts';
import { toBoolean } from '../modules/convert.ts';
import type { Position, Written } from '../tree.ts';
import { type Entry, type Node, type ScalarNode, toJson } from '../yaml/node.ts';
import type { Field, Reading } from './context.ts';
import { checkCondition, checkTemplates, holdsTemplate } from './templates.ts';

const kinds = {
  text: t('text', 'du texte'),
  flag: t('true or false', 'vrai ou faux (true, false)'),
  number: t('a number', 'un nombre'),
  map: t('a mapping of keys and values', 'une suite de clés et de valeurs'),
  list: t('a list', 'une liste'),
  words: t('a word or a list of words', 'un mot ou une liste de mots'),
  condition: t('a condition or a list of conditions', 'une condition ou une liste de conditions'),
  name: t('a variable name (letters, digits and _)', 'un nom de variable (lettres, chiffres et _)'),
  ssh: t('ssh or local', 'ssh ou local'),
  sudo: t('sudo: there is no other way here', 'sudo : il n’y a pas d’autre moyen ici'),
} satisfies Record<string, Text>;

const expected = (key: string, kind: keyof typeof kinds): Text => {
  const text = kinds[kind];
  const [en, fr] = typeof text === 'string' ? [text, text] : [text.en, text.fr];
  return t(`${key} must be ${en}`, `${key} doit être ${fr}`);
};

/** Notes that a field is not of the kind it must be. */
export const refuseKind = (reading: Reading, field: Field, kind: keyof typeof kinds): undefined => {
  reading.faults.add(field.node.at, expected(field.key, kind));
  return undefined;
};

const isText = (node: Node): node is ScalarNode => node.kind === 'scalar' && node.value !== null;

/** A text, as written: `name: 5` is the text `5`. */
export const readText = (field: Field, reading: Reading): Written<string> | undefined => {
  if (!isText(field.node)) return refuseKind(reading, field, 'text');
  checkTemplates(field.node, reading);
  return { value: field.node.text, at: field.node.at };
};

/** True or false, known now: no template. */
export const readFlag = (field: Field, reading: Reading): boolean | undefined => {
  const flag = field.node.kind === 'scalar' ? toBoolean(field.node.value) : undefined;
  return flag ?? refuseKind(reading, field, 'flag');
};

/** True, false, or a template that gives one. */
export const readFlagOrTemplate = (field: Field, reading: Reading): Written | undefined => {
  const { node } = field;
  if (node.kind === 'scalar' && typeof node.value === 'string' && holdsTemplate(node.value)) {
    checkTemplates(node, reading);
    return { value: node.value, at: node.at };
  }
  const flag = readFlag(field, reading);
  return flag === undefined ? undefined : { value: flag, at: node.at };
};

/** True or false; a template counts as true: for what had better be hidden when nobody knows yet. */
export const readSafely = (field: Field, reading: Reading): boolean | undefined => {
  const flag = readFlagOrTemplate(field, reading);
  return flag === undefined ? undefined : flag.value !== false;
};

/** A number, or a template that gives one. */
export const readNumberOrTemplate = (field: Field, reading: Reading): Written | undefined => {
  const { node } = field;
  const value = node.kind === 'scalar' ? node.value : null;
  const fits =
    typeof value === 'number' || (typeof value === 'string' && (holdsTemplate(value) || /^\d+$/.test(value)));
  if (!fits) return refuseKind(reading, field, 'number');
  checkTemplates(node, reading);
  return { value: typeof value === 'string' && !holdsTemplate(value) ? Number(value) : value, at: node.at };
};

/** A word or a list of words, as written. */
export const readWords = (field: Field, reading: Reading): readonly Written<string>[] | undefined => {
  const nodes = field.node.kind === 'list' ? field.node.items : [field.node];
  if (!nodes.every(isText)) return refuseKind(reading, field, 'words');
  checkTemplates(field.node, reading);
  return nodes.map((node) => ({ value: node.text, at: node.at }));
};

/** Tags and topics: words known now, separated by commas where they stand in one text. */
export const readNames = (field: Field, reading: Reading): readonly string[] | undefined =>
  readWords(field, reading)?.flatMap((word) =>
    word.value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );

const isCondition = (node: Node): node is ScalarNode =>
  node.kind === 'scalar' && (typeof node.value === 'boolean' || isText(node));

/** One condition or a list of them, all of which must hold: bare expressions. */
export const readConditions = (field: Field, reading: Reading): readonly Written<string | boolean>[] | undefined => {
  const nodes = field.node.kind === 'list' ? field.node.items : [field.node];
  if (!nodes.every(isCondition)) return refuseKind(reading, field, 'condition');
  for (const node of nodes) checkCondition(node, reading);
  return nodes.map((node) => ({ value: typeof node.value === 'boolean' ? node.value : node.text, at: node.at }));
};

/** Any value, as written. */
export const readWritten = (node: Node, reading: Reading): Written => {
  checkTemplates(node, reading);
  return { value: toJson(node), at: node.at };
};

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

const checkName = (reading: Reading, name: string, at: Position): boolean => {
  if (variableName.test(name)) return true;
  reading.faults.add(
    at,
    t(
      `“${name}” is not a variable name (letters, digits and _)`,
      `« ${name} » n’est pas un nom de variable (lettres, chiffres et _)`,
    ),
  );
  return false;
};

/** The name of a variable. */
export const readName = (field: Field, reading: Reading): string | undefined => {
  if (!isText(field.node)) return refuseKind(reading, field, 'name');
  return checkName(reading, field.node.text, field.node.at) ? field.node.text : undefined;
};

/** Notes a variable that only the inventory may set. */
export const checkWay = (
  reading: Reading,
  { key, at, value }: Pick<Entry, 'key' | 'at'> & { readonly value: Json },
  where: { readonly local?: boolean } = {},
): void => {
  const objection = objectionTo(key, value, where);
  if (objection !== undefined) reading.faults.add(at, objection);
};

/** Variables by name, as written. */
export const readVars = (
  field: Field,
  reading: Reading,
  where: { readonly local?: boolean } = {},
): Readonly<Record<string, Written>> | undefined => {
  const { node } = field;
  if (node.kind === 'scalar' && node.value === null) return {};
  if (node.kind !== 'map') return refuseKind(reading, field, 'map');
  const named = node.entries.filter((entry) => checkName(reading, entry.key, entry.at));
  for (const { key, at, value } of named) checkWay(reading, { key, at, value: toJson(value) }, where);
  return Object.fromEntries(named.map((entry) => [entry.key, readWritten(entry.value, reading)]));
};
