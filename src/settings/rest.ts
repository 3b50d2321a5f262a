import type { z } from 'zod';
import type { Json } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import type { Path, SettingsFault } from './faults.ts';
import { pathOf } from './issues.ts';
import { settingsSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;

const faultyPaths = (issue: Issue): readonly Path[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...pathOf(issue), key]) : [pathOf(issue)];

/** A list goes as a whole: what is left keeps its place. */
function upToList(path: Path): Path {
  const list = path.findIndex((part) => typeof part === 'number');
  return list === -1 ? path : path.slice(0, list);
}

function without(value: Json, [first, ...rest]: Path): Json {
  if (first === undefined || value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  const entries = Object.entries(value).filter(([key]) => rest.length > 0 || key !== first);
  return Object.fromEntries(entries.map(([key, item]) => [key, key === first ? without(item, rest) : item]));
}

/** What is left of a configuration when all that is at fault is taken out, with its defaults. */
export interface Left {
  readonly shaped: z.output<typeof settingsSchema>;
  readonly value: Json;
}

/** Takes out what the schema refuses, for the checks that can be made of the rest; undefined when none can. */
export function leftOf(value: Json, issues: readonly Issue[]): Left | undefined {
  const left = issues.flatMap(faultyPaths).map(upToList).reduce(without, value);
  const outcome = settingsSchema.safeParse(left ?? {});
  return outcome.success ? { shaped: outcome.data, value: left } : undefined;
}

const isAt = (path: string, section: string): boolean =>
  path === section || path.startsWith(`${section}.`) || path.startsWith(`${section}[`);

/** Whether what a section says cannot be known: it is at fault, all around it is, or a key may be a slip for it. */
export const isDoubtful = (faults: readonly SettingsFault[], section: string): boolean =>
  faults.some(({ code, path }) => {
    const isSlip = code === 'settings.unknown_key' && nearest(path, [section, section.split('.')[0] ?? '']).length > 0;
    return isSlip || isAt(path, section) || section.startsWith(`${path}.`);
  });
