import type { Json, JsonObject } from '#core/json.ts';
import { splitWords } from '../words/split.ts';
import type { ModuleArgType } from './module.ts';

const truths = new Set(['y', 'yes', 'on', '1', 'true', 't', '1.0']);
const lies = new Set(['n', 'no', 'off', '0', 'false', 'f', '0.0']);

/** Ansible's reading of a boolean; undefined when it is none. */
export const toBoolean = (value: Json): boolean | undefined => {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const word = String(value).trim().toLowerCase();
  return truths.has(word) ? true : lies.has(word) ? false : undefined;
};

const toText = (value: Json): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return undefined;
};

const toInteger = (value: Json): number | undefined => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : undefined;
};

const toFloat = (value: Json): number | undefined => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
};

const toList = (value: Json): readonly Json[] | undefined => {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return value === '' ? [] : value.split(',').map((item) => item.trim());
  if (typeof value === 'number') return [String(value)];
  return undefined;
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readObject = (text: string): JsonObject | undefined => {
  try {
    const read: unknown = JSON.parse(text);
    return isObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
};

const readPairs = (text: string): JsonObject | undefined => {
  const words = splitWords(text.replaceAll(',', ' '));
  if (words === undefined || words.some((word) => word.indexOf('=') < 1)) return undefined;
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
};

const toDict = (value: Json): JsonObject | undefined => {
  if (isObject(value)) return value;
  if (typeof value !== 'string') return undefined;
  return value.trimStart().startsWith('{') ? readObject(value) : readPairs(value);
};

/** A number is the mode itself, as YAML read it (`0644` is octal there). */
const toMode = (value: Json): string | undefined => {
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= 0 && value <= 0o7777 ? `0${value.toString(8)}` : undefined;
  }
  return typeof value === 'string' ? value : undefined;
};

const converters: Readonly<Record<ModuleArgType, (value: Json) => Json | undefined>> = {
  str: toText,
  path: toText,
  bool: toBoolean,
  int: toInteger,
  float: toFloat,
  list: toList,
  dict: toDict,
  mode: toMode,
  raw: (value) => value,
};

/** A rendered value as an argument's type, as Ansible converts it; undefined when it cannot be. */
export const convert = (type: ModuleArgType, value: Json): Json | undefined => converters[type](value);
