import type { Json } from '#core/json.ts';
import {
  hasTemplate,
  isUnknown,
  leadBehind,
  namesBehind,
  opens,
  parseTemplate,
  type Scope,
  type Span,
} from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import type { Unit } from '../unit.ts';
import type { Walk } from '../walk.ts';
import { isNoName, mayRemove } from './chosen.ts';
import { TypedOrigins } from './origins.ts';
import { isOfLoop, RootsBehind } from './roots.ts';
import { texts } from './values.ts';

/** A part of a rendered text, and what is known of where it comes from. */
export interface Mark {
  readonly text: string;
  /** Absent for what the team wrote. */
  readonly typed?: Typed;
  /** The typed variable by which nothing, or dots, were chosen. */
  readonly chose?: string;
}

/** How a part of a text is made of typed variables. */
export interface Typed {
  /** The variables, with their values. */
  readonly roots: ReadonlyMap<string, Json>;
  /** True for one of them as it is, or through filters alone; false for what is made of it and of more. */
  readonly itself: boolean;
  /** What it went through, the last filter first. */
  readonly filters: readonly string[];
  /** Those of the variables that it may begin with. */
  readonly leads: ReadonlySet<string>;
  /** False where they came through the result of a module alone. */
  readonly direct: boolean;
  /** True where something was taken out of an encoding on the way. */
  readonly opened: boolean;
}

/** A variable with more parts than these is looked at as a whole. */
const mostParts = 2000;

/** The texts of a value, each with its marks. */
export class Marking {
  private readonly walk: Walk;
  private readonly unit: Unit;
  private readonly scope: Scope;
  private readonly behind: RootsBehind;
  private readonly origins: TypedOrigins;
  private readonly known = new Map<string, readonly Mark[] | undefined>();

  constructor(walk: Walk, unit: Unit, scope: Scope) {
    this.walk = walk;
    this.unit = unit;
    this.scope = scope;
    this.behind = new RootsBehind(walk, unit, scope);
    this.origins = new TypedOrigins(walk, unit, scope);
  }

  /** The marks of a written text that was rendered; one mark, where its parts cannot be told apart. */
  of(written: Written<string>, rendered: string, kind: 'value' | 'file' = 'value'): readonly Mark[] {
    if (!hasTemplate(written.value)) return [{ text: rendered }];
    const marks = this.parts(written, kind);
    return (marks && completed(marks, rendered)) ?? [this.whole(written, rendered)];
  }

  /** A value of which nobody knows the parts. */
  whole({ value, at }: Written<string>, rendered: string): Mark {
    const template = parseTemplate(value, at);
    const lead = leadBehind(template);
    const names = namesBehind(template);
    return this.made({ names, opened: opens(template.body), ...(lead !== undefined && { lead }) }, rendered);
  }

  /** The parts of a text before it became a list or a mapping; of a variable and nothing else, those of what is written there. */
  raw(written: Written<string>): readonly Mark[] | undefined {
    const spans = hasTemplate(written.value) ? this.walk.language.spans(written, this.scope, 'value') : undefined;
    if (spans === undefined || isUnknown(spans)) return undefined;
    const [only] = spans;
    const inner = spans.length === 1 && only?.part ? this.writtenOf(only.part) : undefined;
    if (typeof inner?.value === 'string' && hasTemplate(inner.value))
      return this.raw({ value: inner.value, at: inner.at });
    return spans.flatMap((span) => this.ofSpan(span));
  }

  /** What an author wrote in place of a text that is a variable and nothing else, where that is a list or a mapping. */
  listBehind({ value, at }: Written<string>): Written | undefined {
    if (!hasTemplate(value)) return undefined;
    const spans = this.walk.language.spans({ value, at }, this.scope, 'value');
    const [only] = isUnknown(spans) ? [] : spans;
    if (isUnknown(spans) || spans.length !== 1 || only?.part === undefined) return undefined;
    const written = this.writtenOf(only.part);
    if (typeof written?.value === 'string') return this.listBehind({ value: written.value, at: written.at });
    return written;
  }

  private parts(written: Written<string>, kind: 'value' | 'file'): readonly Mark[] | undefined {
    const spans = this.walk.language.spans(written, this.scope, kind);
    return isUnknown(spans) ? undefined : spans.flatMap((span) => this.ofSpan(span));
  }

  private ofSpan(span: Span): readonly Mark[] {
    const { text, names, part, filters } = span;
    const [root] = names;
    const chose = isNoName(text) && mayRemove(this.unit) ? this.origins.chooserOf(names) : undefined;
    if (chose !== undefined && this.behind.ofAll(names).roots.size === 0) return [{ text, chose }];
    if (root !== undefined && names.length === 1 && (part ?? filters) && this.isTyped(root))
      return [{ text, typed: { ...asTyped, roots: this.values([root]), filters: filters ?? [] } }];
    return (
      (part && this.inner(part, text)) ?? [
        this.made(span, text, part?.[0] !== undefined && this.behind.isAloneIn(part[0])),
      ]
    );
  }

  /** The parts of the variable that a part of a text is. */
  private inner(part: readonly string[], text: string): readonly Mark[] | undefined {
    const written = this.writtenOf(part);
    // The author's own, beside what is typed in the same mapping.
    if (part.length > 1 && !isOpen(written?.value) && String(written?.value) === text) return [{ text }];
    if (typeof written?.value !== 'string' || !hasTemplate(written.value)) return undefined;
    const key = JSON.stringify(part);
    if (!this.known.has(key)) {
      const parts = this.parts({ value: written.value, at: written.at }, 'value');
      // Variables that are each other twice have no end of parts.
      this.known.set(key, parts && parts.length <= mostParts ? parts : undefined);
    }
    const marks = this.known.get(key);
    return marks && completed(marks, text);
  }

  /** `alone`: it is one variable, which may be a typed one under another name. */
  private made(span: Omit<Span, 'text' | 'value'>, text: string, alone = false): Mark {
    const { names, lead, opened, filters = [], chosen = [] } = span;
    const found = this.behind.ofAll(names);
    if (found.roots.size === 0) {
      const chose = this.origins.ofNames(chosen)?.name;
      return { text, ...(chose !== undefined && { chose }) };
    }
    const roots = this.values(found.roots);
    const typed = {
      roots,
      itself: alone && [...roots.values()].includes(text),
      filters,
      leads: lead === undefined ? new Set<string>() : this.behind.ofAll([lead]).leads,
      direct: found.direct,
      opened: found.opened || (opened === true && found.direct),
    };
    return { text, typed };
  }

  private isTyped(name: string): boolean {
    return Object.hasOwn(this.walk.typedVars, name) && !Object.hasOwn(this.unit.more, name);
  }

  private values(names: Iterable<string>): ReadonlyMap<string, Json> {
    return new Map([...names].map((name) => [name, this.walk.typedVars[name] ?? null]));
  }

  /** What an author wrote for a variable or a part of it; for an item of a loop, where the list itself is written. */
  private writtenOf([name = '', ...keys]: readonly string[]): Written | undefined {
    const { task, items } = this.unit;
    const { loop, loopWith, loopControl } = task;
    if (!isOfLoop(this.unit, name)) return under(this.scope.written?.(name), keys);
    if (name !== loopControl.loopVar || !loop || !items || (loopWith ?? 'items') !== 'items') return undefined;
    const list = typeof loop.value === 'string' ? this.listBehind({ value: loop.value, at: loop.at }) : loop;
    if (!list || !isList(list.value) || list.value.length !== items.all.length) return undefined;
    const found = under({ value: list.value[items.index] ?? null, at: list.at }, keys);
    return found && namesWithin(found).includes(name) ? undefined : found;
  }
}

const asTyped = { itself: true, leads: new Set<string>(), direct: true, opened: false } as const;

const isOpen = (value: Json | undefined): boolean =>
  value === undefined || typeof value === 'object' || (typeof value === 'string' && hasTemplate(value));

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** The marks of a text, with the line ends it keeps at its end; undefined where they are not its own. */
function completed(marks: readonly Mark[], text: string): readonly Mark[] | undefined {
  const known = marks.map((mark) => mark.text).join('');
  if (known === text) return marks;
  const rest = text.startsWith(known) ? text.slice(known.length) : '';
  return /^\n+$/.test(rest) ? [...marks, { text: rest }] : undefined;
}

/** The variables in what was written: one that has its own loop's name is of a loop around. */
const namesWithin = ({ value, at }: Written): readonly string[] =>
  [...texts(value)].filter(hasTemplate).flatMap((text) => namesBehind(parseTemplate(text, at)));

function under(written: Written | undefined, keys: readonly string[]): Written | undefined {
  if (written === undefined || keys.length === 0) return written;
  const [key = '', ...rest] = keys;
  const { value, at } = written;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return under({ value: (value as Readonly<Record<string, Json>>)[key] ?? null, at }, rest);
}
