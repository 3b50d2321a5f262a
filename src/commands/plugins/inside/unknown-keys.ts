import type { z } from 'zod';

/** What a schema's node is made of, as zod tells it at run time. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  /** Of a map: what may stand under other keys; nothing does in a plain `z.object`, which passes them over. */
  readonly catchall?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  /** The first part of a transformation. */
  readonly in?: z.core.$ZodType;
}

type Issue = z.core.$ZodIssueUnrecognizedKeys;

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The keys that a plain `z.object` would pass over in silence: a setting that is written wrong is told, whatever the author
 * of the plugin thought of. `z.looseObject` takes any. Of a union nobody can say which part is meant.
 */
export function unknownKeys(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly PropertyKey[] = [],
): readonly Issue[] {
  const { type, shape, catchall, element, innerType, valueType, in: first } = schema._zod.def as unknown as Definition; // zod types each kind apart
  const inner = innerType ?? (type === 'pipe' ? first : undefined);
  if (inner) return unknownKeys(inner, value, path);
  if (element && Array.isArray(value)) return value.flatMap((one, at) => unknownKeys(element, one, [...path, at]));
  if (!isMap(value)) return [];
  const under = (key: string): z.core.$ZodType | undefined =>
    shape && Object.hasOwn(shape, key) ? shape[key] : valueType;
  const within = Object.entries(value).flatMap(([key, one]) => {
    const next = under(key);
    return next ? unknownKeys(next, one, [...path, key]) : [];
  });
  if (!shape || catchall) return within;
  const keys = Object.keys(value).filter((key) => !Object.hasOwn(shape, key));
  return keys.length === 0 ? within : [issueOf(keys, path, value), ...within];
}

const issueOf = (keys: string[], path: readonly PropertyKey[], input: unknown): Issue => ({
  code: 'unrecognized_keys',
  keys,
  path: [...path],
  message: `unknown: ${keys.join(', ')}`,
  input: isMap(input) ? { ...input } : {},
});
