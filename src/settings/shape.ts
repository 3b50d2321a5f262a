import type { z } from 'zod';
import type { Json } from '#core/json.ts';
import { inReadingOrder, type SettingsFault, showPath } from './faults.ts';
import { shapeFaults } from './issues.ts';
import { bare, schemaAt } from './outline.ts';
import type { Resolved } from './references.ts';
import { type Left, leftOf } from './rest.ts';
import { settingsSchema } from './schema.ts';
import { senseFaults } from './sense.ts';
import { pathKey, type Tree } from './tree.ts';

/** The configuration as the schema gives it, with its defaults. */
export type Shaped = z.output<typeof settingsSchema>;

/** Checks the values against the schema; all faults at once, those of reading and of references included. */
export function checkShape(
  tree: Tree,
  resolved: Resolved,
  file: string,
):
  | { readonly ok: true; readonly shaped: Shaped; readonly value: Json }
  | { readonly ok: false; readonly faults: SettingsFault[]; readonly left?: Left | undefined; readonly value?: Json } {
  const before = [...tree.faults, ...resolved.faults];
  if (before.some(({ code }) => code === 'settings.yaml' || code === 'settings.too_large'))
    return { ok: false, faults: inReadingOrder(before) };
  const value = typed(withoutEmpty(resolved.value, []), [], resolved);
  const outcome = settingsSchema.safeParse(value ?? {});
  const checked = { schema: settingsSchema, value, spots: tree.spots, outside: resolved.outside, file };
  const shape = outcome.success ? [] : shapeFaults(outcome.error.issues, checked);
  const faults = [...before, ...onlyNew(shape, before), ...senseFaults(value, tree.spots)];
  if (faults.length === 0 && outcome.success) return { ok: true, shaped: outcome.data, value };
  const left = leftOf(value, outcome.success ? [] : outcome.error.issues);
  return { ok: false, faults: inReadingOrder(faults), left, value };
}

/** A value whose reference failed has one fault already. */
const onlyNew = (faults: readonly SettingsFault[], before: readonly SettingsFault[]): SettingsFault[] =>
  faults.filter((fault) => !before.some((other) => other.path === fault.path && other.path !== ''));

/** A key with nothing after it (everything under it commented out) is as good as absent, except in a plugin's own settings. */
function withoutEmpty(value: Json, path: readonly string[]): Json {
  if (value === null || typeof value !== 'object' || showPath(path) === 'plugins.settings') return value;
  if (Array.isArray(value)) return value.map((item: Json) => withoutEmpty(item, path));
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutEmpty(item, [...path, key])]));
}

/** `port: ${env:PORT}` arrives as text: where the schema wants a number or a yes or no, text that says one becomes one. */
function typed(value: Json, path: readonly (string | number)[], resolved: Resolved): Json {
  if (typeof value === 'string') return resolved.outside.has(pathKey(path)) ? plainValue(value, path) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json, index) => typed(item, [...path, index], resolved));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(item, [...path, key], resolved)]));
}

function plainValue(text: string, path: readonly (string | number)[]): Json {
  const schema = schemaAt(settingsSchema, path);
  const type = schema === undefined ? undefined : bare(schema).definition.type;
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return (type === 'boolean' || type === 'literal') && /^(true|false)$/.test(text) ? text === 'true' : text;
}
