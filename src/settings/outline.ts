import type { z } from 'zod';
import type { Text } from '#core/text.ts';
import type { Path } from './faults.ts';
import type { Expectation } from './schema-words.ts';

/** What a schema's node is made of, as zod tells it at run time: the part of it that the outline reads. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly defaultValue?: unknown;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly checks?: readonly z.core.$ZodCheck[];
}

/** A schema without what is wrapped around it (`default`, `optional`…), and the default it had. */
export interface Bare {
  readonly schema: z.core.$ZodType;
  readonly definition: Definition;
  readonly fallback?: unknown;
  readonly optional: boolean;
  readonly about: string;
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition; // zod types each kind apart

const aboutOf = (schema: z.core.$ZodType): string => (schema as Partial<z.ZodType>).description ?? '';

/** Unwraps a schema. */
export function bare(schema: z.core.$ZodType): Bare {
  const definition = definitionOf(schema);
  const { innerType } = definition;
  if (innerType === undefined) return { schema, definition, optional: false, about: aboutOf(schema) };
  const inner = bare(innerType);
  return {
    ...inner,
    optional: inner.optional || definition.type !== 'readonly',
    about: aboutOf(schema) || inner.about,
    ...('defaultValue' in definition ? { fallback: definition.defaultValue } : {}),
  };
}

/** The schema a path leads to; undefined where the schema says nothing. */
export function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return schema;
  const { shape, element, valueType } = bare(schema).definition;
  const next = typeof first === 'number' ? element : (ownOf(shape, first) ?? valueType);
  return next === undefined ? undefined : schemaAt(next, rest);
}

/** What a refinement at this path says that it wants: a number there breaks the type before the refinement is asked. */
export function expectedAt(schema: z.core.$ZodType, path: Path): Text | undefined {
  const found = schemaAt(schema, path);
  const checks = found === undefined ? [] : (bare(found).definition.checks ?? []);
  const carried = checks.map(({ _zod: { def } }) => (def as { readonly params?: Partial<Expectation> }).params); // zod types each check apart
  return carried.find((params) => params?.expected !== undefined)?.expected;
}

const ownOf = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/** The keys a map may have at this path; empty when any may stand there. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const found = schemaAt(schema, path);
  return found === undefined ? [] : Object.keys(bare(found).definition.shape ?? {});
}

/** Every field of the schema with its path; `[]` stands for a list's items and `<name>` for a map's. */
export function fields(schema: z.core.$ZodType, path = ''): { readonly path: string; readonly field: Bare }[] {
  const { shape, element, valueType } = bare(schema).definition;
  const prefix = path === '' ? '' : `${path}.`;
  if (shape !== undefined)
    return Object.entries(shape).flatMap(([key, value]) => [
      { path: prefix + key, field: bare(value) },
      ...fields(value, prefix + key),
    ]);
  if (element !== undefined) return fields(element, `${path}[]`);
  return valueType === undefined ? [] : fields(valueType, `${prefix}<name>`);
}
