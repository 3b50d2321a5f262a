import type { Json } from '#core/json.ts';
import type { Path } from './faults.ts';

/** A name that the configuration writes somewhere, and where. */
export type Written = { readonly name: string; readonly path: Path };

/** What stands at a key of a map; undefined when it is no map. */
export const inside = (value: Json | undefined, key: string): Json | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, Json>>)[key]
    : undefined;

/** The items of a list; none when it is no list. */
export const items = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

/** The keys and values of a map; none when it is no map. */
export const entries = (value: Json | undefined): readonly (readonly [string, Json])[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];

/** One name, when it is text. */
export const written = (value: Json | undefined, path: Path): Written[] =>
  typeof value === 'string' ? [{ name: value, path }] : [];

/** Every grant of every role, and where it is. */
export const grants = (value: Json): readonly { readonly grant: Json; readonly path: Path }[] =>
  entries(inside(value, 'roles')).flatMap(([role, is]) =>
    items(inside(is, 'allow')).map((grant, at) => ({ grant, path: ['roles', role, 'allow', at] })),
  );

/** What every rule is about, and where that is. */
export const conditions = (value: Json): readonly { readonly when: Json | undefined; readonly path: Path }[] =>
  items(inside(value, 'rules')).map((rule, at) => ({ when: inside(rule, 'when'), path: ['rules', at, 'when'] }));
