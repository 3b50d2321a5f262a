import { basename, relative } from 'node:path';
import { Fault } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Module } from '#playbook/modules/module.ts';
import { hasTemplate } from '#playbook/templates/index.ts';
import { isUnknown, type Scope, type Unknown } from '#playbook/templates/scope.ts';
import type { Position, Written } from '#playbook/tree.ts';
import type { Unit } from '../unit.ts';
import type { Walk } from '../walk.ts';
import { placeText } from './faults.ts';
import { type Found, judge, type Wrong } from './judge.ts';
import { Marking, type Typed } from './marks.ts';
import { type Place, placeOf } from './place-kinds.ts';
import { hasTyped } from './roots.ts';

type Rendered = Readonly<Record<string, Json | Unknown>>;

/** Throws where a module would take something typed for more than one value: a path elsewhere, a pattern, a line more. */
export function guardPlaces(walk: Walk, unit: Unit, module: Module, scope: Scope, rendered: Rendered): void {
  if (!hasTyped(walk)) return;
  const args = Object.fromEntries(Object.entries(rendered).filter(([, value]) => !isUnknown(value))) as Readonly<
    Record<string, Json>
  >;
  const looking = new Looking(new Marking(walk, unit, scope));
  for (const [argument, value] of Object.entries(args)) {
    const written = unit.task.args[argument];
    const found = written && looking.at(written, value, placeOf(module, argument, args));
    if (found) throw typedInPlace(found, written, module.name);
  }
}

/** The same for a path that no module is given: of a file of tasks. */
export function guardPath(walk: Walk, unit: Unit, scope: Scope, written: Written<string>, rendered: string): void {
  if (!hasTyped(walk)) return;
  const found = judge(new Marking(walk, unit, scope).of(written, rendered), { kind: 'own' });
  if (found) throw typedInPlace(found, written, unit.task.module);
}

/** The same for the text of a template's file. */
export function guardText(walk: Walk, unit: Unit, scope: Scope, written: Written<string>, rendered: string): void {
  if (!hasTyped(walk)) return;
  const found = judge(new Marking(walk, unit, scope).of(written, rendered, 'file'), { kind: 'text' });
  if (found) throw typedInPlace(found, { ...written, at: namedAt(written, found, scope) }, unit.task.module);
}

/** Where a template's file names the variable, below the folder of the playbook. */
function namedAt({ value, at }: Written<string>, { name }: Found, scope: Scope): Position {
  const lines = value.split('\n');
  const line =
    Math.max(
      0,
      lines.findIndex((one) => one.split(/\W+/).includes(name)),
    ) + 1;
  const folder = scope.get('playbook_dir');
  const below = typeof folder === 'string' ? relative(folder, at.file) : at.file;
  return { ...at, line, file: /^(?:\.\.|\/)/.test(below) ? basename(below) : below };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isGroup = (value: Json): value is Readonly<Record<string, Json>> => typeof value === 'object' && value !== null;

/** What is a list already is not split. */
const entryOf = ({ between: _between, ...place }: Place): Place => place;

/** What an entry became: all there is, where others were left out (`omit`) or its own key is a template. */
function beside(written: Json, key: string, rendered: Json): readonly Json[] {
  if (!isGroup(rendered)) return [];
  if (isList(written) && isList(rendered) && written.length !== rendered.length) return rendered;
  return Object.hasOwn(rendered, key)
    ? [(rendered as Readonly<Record<string, Json>>)[key] ?? null]
    : Object.values(rendered);
}

/** Here data is written as the format of the whole says. */
const whole: ReadonlySet<Place['kind']> = new Set(['text', 'body']);

/** A text that looks like a list became one. */
function grownIn({ roots }: Typed): Found | undefined {
  const grown = [...roots].find(([, value]) => typeof value === 'string' && /^\s*[[{]/.test(value));
  return grown && { wrong: 'list', name: grown[0] };
}

/** Goes through a written value and what it was rendered to, side by side. */
class Looking {
  private readonly marking: Marking;

  constructor(marking: Marking) {
    this.marking = marking;
  }

  at({ value, at }: Written, rendered: Json, place: Place): Found | undefined {
    if (place.kind === 'free' || rendered === null) return undefined;
    if (typeof value === 'string') return this.text({ value, at }, rendered, place);
    // A content that is data is written as JSON.
    if (!isGroup(value) || !isGroup(rendered) || whole.has(place.kind)) return undefined;
    const inside = entryOf(place);
    return this.keys({ value, at }, rendered, inside) ?? this.items({ value, at }, rendered, inside);
  }

  /** What a service reads: its letters, before they were taken for data. */
  private body(written: Written<string>, rendered: Json, place: Place): Found | undefined {
    const marks = this.marking.raw(written);
    const [only] = marks ?? [];
    if (isGroup(rendered) && marks?.length === 1) return only?.typed?.itself ? grownIn(only.typed) : undefined;
    return marks && judge(marks, place);
  }

  private items({ value, at }: Written, rendered: Json, place: Place): Found | undefined {
    for (const [key, item] of Object.entries(value ?? {})) {
      for (const one of beside(value, key, rendered)) {
        const found = this.at({ value: item as Json, at }, one, place);
        if (found) return found;
      }
    }
    return undefined;
  }

  private keys({ value, at }: Written, rendered: Json, place: Place): Found | undefined {
    if (isList(rendered)) return undefined;
    for (const written of Object.keys(value ?? {}).filter(hasTemplate)) {
      for (const key of Object.keys(rendered ?? {})) {
        const found = this.at({ value: written, at }, key, { ...place, kind: 'line' });
        if (found) return found;
      }
    }
    return undefined;
  }

  private text(written: Written<string>, rendered: Json, place: Place): Found | undefined {
    if (place.kind === 'body') return this.body(written, rendered, place);
    if (!isGroup(rendered)) return judge(this.marking.of(written, String(rendered)), place);
    const { typed } = this.marking.whole(written, '');
    if (!typed) return undefined;
    const grown = grownIn(typed);
    if (grown && place.kind !== 'text') return grown;
    const behind = this.marking.listBehind(written);
    if (behind) return this.at(behind, rendered, place);
    return this.anyIn(written, rendered, entryOf(place));
  }

  /** Every text of a value of which nobody knows how it was made. */
  private anyIn(written: Written<string>, value: Json, place: Place): Found | undefined {
    if (!isGroup(value)) return judge([this.marking.whole(written, String(value))], place);
    for (const item of Object.values(value)) {
      const found = this.anyIn(written, item, place);
      if (found) return found;
    }
    return undefined;
  }
}

const words: Readonly<
  Record<
    Wrong,
    { readonly en: string; readonly fr: string; readonly next: (name: string) => readonly [string, string] }
  >
> = {
  path: {
    en: 'would be more than one name in the path, or leave one out',
    fr: 'serait plus qu’un nom dans le chemin, ou en ôterait un',
    next: () => ['Type one name, without “/” and “..”.', 'Tapez un seul nom, sans « / » ni « .. ».'],
  },
  package: {
    en: 'would be no name or version of a package',
    fr: 'ne serait ni un nom ni une version de paquet',
    next: () => ['Type it without “:” and “/”.', 'Tapez-le sans « : » ni « / ».'],
  },
  pattern: {
    en: 'would be read as a pattern',
    fr: 'serait lu comme un motif',
    next: (name) => [
      `Write {{ ${name} | regex_escape }} in the playbook, or type letters and digits only; nothing at all matches everything.`,
      `Écrivez {{ ${name} | regex_escape }} dans le playbook, ou tapez seulement lettres et chiffres ; rien du tout correspond à tout.`,
    ],
  },
  glob: {
    en: 'would stand for more than one name',
    fr: 'désignerait plus qu’un nom',
    next: () => ['Type one name, without “*”, “?” and “[”.', 'Tapez un seul nom, sans « * », « ? » ni « [ ».'],
  },
  replacement: {
    en: 'would be read as a reference to what was found',
    fr: 'serait lu comme un renvoi à ce qui a été trouvé',
    next: () => ['Type it without “\\”.', 'Tapez-le sans « \\ ».'],
  },
  list: {
    en: 'would be more than one entry',
    fr: 'serait plus qu’une entrée',
    next: () => [
      'Type one entry; for several, the playbook needs a variable for each.',
      'Tapez une seule entrée ; pour plusieurs, il faut au playbook une variable pour chacune.',
    ],
  },
  line: {
    en: 'would begin a new line',
    fr: 'commencerait une nouvelle ligne',
    next: (name) => [
      `Type it on one line; in a text of several, write {{ ${name} | to_json }} in the playbook.`,
      `Tapez-le sur une ligne ; dans un texte de plusieurs, écrivez {{ ${name} | to_json }} dans le playbook.`,
    ],
  },
};

const codes = {
  path: 'step.typed_in_path',
  package: 'step.typed_in_path',
  pattern: 'step.typed_in_pattern',
  glob: 'step.typed_in_pattern',
  replacement: 'step.typed_in_pattern',
  list: 'step.typed_in_list',
  line: 'step.typed_in_line',
} as const satisfies Record<Wrong, string>;

function typedInPlace({ wrong, name }: Found, { at }: Written, module: string): Fault {
  const { en, fr, next } = words[wrong];
  const place = placeText(at);
  return new Fault({
    code: codes[wrong],
    say: t(
      `${place}: “${name}” was typed and ${en} (${module}).`,
      `${place} : « ${name} » a été tapé et ${fr} (${module}).`,
    ),
    next: t(...next(name)),
  });
}
