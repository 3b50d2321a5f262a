import type { Module } from '#playbook/modules/module.ts';
import { isUnknown, type Scope } from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import { beginning } from '#playbook/words/open.ts';
import type { Unit } from '../unit.ts';
import type { Walk } from '../walk.ts';
import { settingsOf } from './environment.ts';
import { typedInShell } from './faults.ts';
import { type Given, marked, type Objection, objectionIn, objectionInWords } from './line.ts';
import { TypedParts } from './parts.ts';
import { isEmpty, shown } from './paths.ts';
import { partIn } from './place.ts';
import { type Reading, TypedReading } from './reading.ts';
import { asTemplate, hasTyped } from './roots.ts';
import { readerOf } from './scripts.ts';
import { isHarmless, texts } from './values.ts';

/** What may be in what is made of a written text: something typed that is no plain word, plain words only, or nothing. */
type Level = 'typed' | 'words' | undefined;

/** True when something typed that is no plain word may be in what is made of the written text, quoted or not. */
export const isTypedIn = (walk: Walk, unit: Unit, written: Written, scope: Scope): boolean =>
  levelOf(walk, unit, written, scope) === 'typed';

function levelOf(walk: Walk, unit: Unit, written: Written, scope: Scope): Level {
  const parts = new TypedParts(walk, unit, scope);
  let level: Level;
  if (!parts.origins.ofWritten(written)) return undefined;
  for (const text of texts(written.value)) {
    const made = parts.of(text, written.at);
    const open = made
      ? made.some(({ kind, text: part }) => kind === 'open' || (kind === 'quoted' && !isHarmless(part)))
      : new TypedReading(walk, unit, scope, 'any').read({ value: text, at: written.at }) !== undefined;
    if (open) return 'typed';
    if (made ? made.some(({ name }) => name !== '') : parts.origins.ofWritten({ value: text, at: written.at }))
      level = 'words';
  }
  return level;
}

/** Throws where a module hands a typed value to something that would read it as more than one plain word. */
export function guardTyped(walk: Walk, unit: Unit, module: Module, scope: Scope): void {
  if (!hasTyped(walk)) return;
  const guard = new Guard(walk, unit, module, scope);
  for (const [argument, reading] of Object.entries(module.interpreted ?? {})) {
    const written = unit.task.args[argument];
    if (written) guard.check(written, reading);
  }
  const { argv, content } = unit.task.args;
  if (module.name === 'copy' && typeof content?.value === 'string')
    guard.file({ value: content.value, at: content.at });
  if (argv && module.name === 'command') guard.words(argv);
}

/** The same for the text of a template's file, where a shell or cron reads it. */
export function guardScript(walk: Walk, unit: Unit, scope: Scope, written: Written<string>): void {
  const module = hasTyped(walk) ? walk.registry.get(unit.task.module) : undefined;
  if (module) new Guard(walk, unit, module, scope).file(written);
}

/** Looks at the arguments of one task. */
class Guard {
  private readonly walk: Walk;
  private readonly unit: Unit;
  private readonly module: Module;
  private readonly scope: Scope;
  private readonly parts: TypedParts;
  private readonly given: Given;

  constructor(walk: Walk, unit: Unit, module: Module, scope: Scope) {
    this.walk = walk;
    this.unit = unit;
    this.module = module;
    this.scope = scope;
    this.parts = new TypedParts(walk, unit, scope);
    this.given = this.environment();
  }

  /** The variables of the environment with something typed in them. */
  private environment(): Given {
    const found = settingsOf(this.unit, this.parts);
    if (!('variable' in found))
      return new Map(found.map(({ name, parts }) => [name, marked(parts.every(isEmpty) ? parts.map(shown) : parts)]));
    const { name, variable, written } = found;
    throw typedInShell({ name, why: 'environment', program: variable }, written, this.module.name, 'words');
  }

  check(written: Written, reading: Exclude<Reading, 'any'>): void {
    // Words of a list are not split.
    if (reading === 'words' && Array.isArray(written.value)) this.words(written);
    else for (const text of texts(written.value)) this.line({ value: text, at: written.at }, reading);
  }

  /** A file's text that a shell or cron reads later. */
  file(written: Written<string>): void {
    const { origins } = this.parts;
    if (!origins.ofWritten(written) && origins.chooserOfWritten(written) === undefined) return;
    const { dest } = this.unit.task.args;
    const place = dest && this.walk.language.value(dest, this.scope);
    const text = this.parts.of(written.value, written.at)?.map((part) => part.text);
    const reading = readerOf(text?.join('') ?? written.value, typeof place === 'string' ? place : '');
    if (reading) this.line(written, reading, new Map());
  }

  private line(written: Written<string>, reading: Exclude<Reading, 'any'>, variables = this.given): void {
    const parts = this.parts.of(written.value, written.at);
    const otherwise = readsOtherwise(this.unit, this.module);
    if (!parts) {
      const name = new TypedReading(this.walk, this.unit, this.scope, reading).read(
        written,
        otherwise ? '?' : undefined,
      );
      if (name !== undefined) throw typedInShell({ name }, written, this.module.name, reading);
      return;
    }
    const stdin = this.stdin();
    const given = reading === 'shell' ? variables : reading === 'words' ? this.expanding() : undefined;
    if (!given?.size && [...parts, ...stdin].every(({ name }) => name === '')) return;
    const name = partIn(parts, reading, otherwise ? '?' : beginning(reading === 'cron' ? 'shell' : reading));
    if (name !== undefined) throw typedInShell({ name }, written, this.module.name, reading);
    if (reading === 'sql' || otherwise) return;
    this.refuse(objectionIn(parts, reading === 'words' ? 'words' : 'shell', stdin, given), written, reading);
  }

  /** Words as a list, or what makes one. */
  words(written: Written): void {
    const { value, at } = written;
    const words = (Array.isArray(value) ? value : [value]).map((word) => this.parts.of(String(word), at));
    if (words.some((word) => word === undefined)) return;
    const known = words.filter((word) => word !== undefined);
    const [only] = known;
    // A template that gives the whole list: its words are as it shows them.
    if (!Array.isArray(value) && only) this.listed(written);
    else this.refuse(objectionInWords(known, this.stdin(), this.expanding()), written, 'words');
  }

  private listed(written: Written): void {
    const origin = this.parts.origins.ofWritten(written);
    const value = this.walk.language.value(written, this.scope);
    if (!origin || isUnknown(value)) return;
    const list = Array.isArray(value) ? value.map(String) : String(value).split(',');
    const own = (word: string): boolean => isLiteral(word, String(written.value));
    const words = list.map((text) => [{ text, kind: own(text) ? 'written' : 'quoted', name: origin.name } as const]);
    this.refuse(objectionInWords(words, this.stdin(), this.expanding()), written, 'words');
  }

  /** The environment, where `command` puts its values in its words. */
  private expanding(): Given | undefined {
    const { expand_argument_vars: expand } = this.unit.task.args;
    return expand !== undefined && expand.value !== false ? this.given : undefined;
  }

  private stdin() {
    const { stdin } = this.unit.task.args;
    return typeof stdin?.value === 'string' ? (this.parts.of(stdin.value, stdin.at) ?? []) : [];
  }

  private refuse(objection: Objection | undefined, written: Written, reading: Reading): void {
    if (!objection) return;
    const { name } = this.module;
    throw typedInShell(
      { ...objection, program: runsLines.has(name) ? objection.program : name },
      written,
      name,
      reading,
    );
  }
}

/** Modules whose line begins with the program that reads it. */
const runsLines = new Set(['command', 'copy', 'cron', 'raw', 'shell', 'template']);

/** True for a word that the author of a template wrote in it. */
const isLiteral = (word: string, template: string): boolean =>
  [`'${word}'`, `"${word}"`].some((literal) => template.includes(literal));

/** True where the line is read by no shell that `quote` is made for. */
const readsOtherwise = ({ task }: Unit, { name }: Module): boolean =>
  (name === 'shell' || name === 'raw') &&
  task.args.executable !== undefined &&
  !/^[\w./-]*\b(?:sh|ash|bash|dash|ksh|mksh|zsh)$/.test(String(task.args.executable.value));

/** What a role is called, for its tasks. */
const ofRole = ['role_name', 'ansible_role_name', 'role_path', 'ansible_play_role_names', 'ansible_search_path'];

/** What is made of a typed value is as typed, since quotes protect one shell only: facts, results, items of an include. */
export function noteTyped(walk: Walk, unit: Unit, scope: Scope, module?: Module): void {
  if (!hasTyped(walk)) return;
  const { args, register, environment, name, loop, loopControl, include } = unit.task;
  const level = (written: Written): Level => levelOf(walk, unit, written, scope);
  if (module?.name === 'set_fact') for (const [fact, written] of Object.entries(args)) note(unit, fact, level(written));
  if (include) for (const one of ofRole) noteMore(unit, one, level(include.name));
  const given = Object.entries(args).map(([argument, written]) => asTemplate(written, argument, module));
  const all = worst([...given, ...environment, ...(loop ? [loop] : []), name].map(level));
  const told = module && !module.local ? toldBy(walk, unit, scope, given, all) : all;
  for (const one of ['ansible_failed_result', 'ansible_failed_task', ...(module?.tells ?? [])]) {
    noteMore(unit, one, told);
  }
  if (register !== undefined) note(unit, register, told);
  if (include && loop) for (const one of [loopControl.loopVar, 'ansible_loop']) noteMore(unit, one, all);
}

/** What a host says to plain words is its own; but such a word may stand for what it was told before, as that of a job does. */
function toldBy(walk: Walk, unit: Unit, scope: Scope, given: readonly Written[], all: Level): Level {
  const any = new TypedReading(walk, unit, scope, 'any');
  return all === 'typed' || given.some((written) => any.read(written) !== undefined) ? 'typed' : undefined;
}

const worst = (levels: readonly Level[]): Level =>
  levels.includes('typed') ? 'typed' : levels.includes('words') ? 'words' : undefined;

/** From here on the variable is that, and nothing of what it was before the task. */
function note(unit: Unit, name: string, level: Level): void {
  if ((unit.items?.index ?? 0) === 0) {
    unit.state.typed.delete(name);
    unit.state.words.delete(name);
  }
  noteMore(unit, name, level);
}

function noteMore({ state }: Unit, name: string, level: Level): void {
  if (level !== undefined) state[level].add(name);
}
