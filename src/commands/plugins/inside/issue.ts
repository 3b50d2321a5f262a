import type { z } from 'zod';
import type { JsonObject } from '#core/json.ts';
import type { SettingIssue } from '../protocol.ts';

/** What a schema's node is made of, as zod tells it at run time. */
interface Definition {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  /** The first part of a transformation. */
  readonly in?: z.core.$ZodType;
}

/** The keys that a map may have at this path; none where the schema does not say. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const { shape, element, innerType, valueType, in: input } = schema._zod.def as unknown as Definition; // zod types each kind apart
  const inner = innerType ?? input;
  if (inner) return keysAt(inner, path);
  const [first, ...rest] = path;
  if (first === undefined) return Object.keys(shape ?? {});
  const own = shape && Object.hasOwn(shape, first) ? shape[String(first)] : undefined;
  const next = own ?? element ?? valueType;
  return next ? keysAt(next, rest) : [];
}

/** What JSON cannot say of an issue: the bounds of large whole numbers. */
const sayable = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

/** What is wrong with a setting, as plain data: the outside knows its line and has the words. */
export const plainIssue = (issue: z.core.$ZodIssue, schema: z.core.$ZodType): SettingIssue => ({
  issue: JSON.parse(JSON.stringify({ ...issue, input: undefined }, sayable)) as JsonObject,
  keys: issue.code === 'unrecognized_keys' ? keysAt(schema, issue.path) : [],
});
