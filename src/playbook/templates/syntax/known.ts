import type { Fault } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import type { Source } from './source.ts';

/** The names a template may use. */
export interface KnownNames {
  readonly filters: ReadonlySet<string>;
  readonly tests: ReadonlySet<string>;
  readonly lookups: ReadonlySet<string>;
}

type Kind = keyof KnownNames;

const WORDS: Readonly<Record<Kind, readonly [string, string]>> = {
  filters: ['filter', 'filtre'],
  tests: ['test', 'test'],
  lookups: ['lookup', 'lookup'],
};

const COLLECTIONS = [
  'ansible.builtin.',
  'ansible.legacy.',
  'ansible.utils.',
  'ansible.netcommon.',
  'community.general.',
];

/** The short name: `ansible.builtin.regex_replace` is `regex_replace`. */
export const shortName = (name: string): string => {
  const collection = COLLECTIONS.find((prefix) => name.startsWith(prefix));
  return collection === undefined ? name : name.slice(collection.length);
};

/** The fault for a name that is not known, with the nearest one. */
export function unknownName(kind: Kind, name: string, known: KnownNames, source: Source, offset: number): Fault {
  const [near] = nearest(shortName(name), known[kind]);
  const [en, fr] = WORDS[kind];
  return source.fault(
    offset,
    `there is no ${en} '${name}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
    `il n’y a pas de ${fr} « ${name} »${near === undefined ? '' : ` ; vouliez-vous dire « ${near} » ?`}`,
  );
}

/** The short name if it is known; a fault otherwise. */
export function checkedName(kind: Kind, name: string, known: KnownNames, source: Source, offset: number): string {
  const short = shortName(name);
  if (!known[kind].has(short)) throw unknownName(kind, name, known, source, offset);
  return short;
}
