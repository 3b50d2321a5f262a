import type { Json } from '#core/json.ts';
import type { Mark, Typed } from './marks.ts';
import type { Place } from './place-kinds.ts';
import { isOfInventory } from './sources.ts';

/** In which way something typed would be more than it should. */
export type Wrong = 'path' | 'package' | 'pattern' | 'glob' | 'replacement' | 'list' | 'line';

/** What is wrong, and with which variable. */
export interface Found {
  readonly wrong: Wrong;
  readonly name: string;
}

const lineEnds = /[\n\r\v\f\0\u0085\u2028\u2029]/;
const control = /\p{Cc}/u;
/** A dot between letters or digits is one in all that anybody types: a version, an address. */
const meaningless = /^(?:[\w@%,:;=/"'<>!~ -]|(?<=[A-Za-z\d])\.(?=[A-Za-z\d]))+$/;
const wild = /[*?[\]]/;

/** Filters behind which a text is letters only, for whoever reads a pattern, an address or lines. */
const escaping: Readonly<Partial<Record<Place['kind'], readonly string[]>>> = {
  pattern: ['regex_escape'],
  text: ['to_json', 'to_nice_json', 'to_yaml', 'to_nice_yaml', 'quote', 'comment'],
};

/** The first typed part of a text that means more there than its letters; undefined when all are harmless. */
export function judge(all: readonly Mark[], place: Place): Found | undefined {
  const isPath = place.kind === 'path' || place.kind === 'own';
  const marks = isPath ? all : all.filter(({ text, typed, chose }) => text !== '' || typed || chose === undefined);
  if (place.kind === 'free' || !marks.some(({ typed, chose }) => typed || (isPath && chose !== undefined)))
    return undefined;
  return inFields(marks, place) ?? inKind(marks, place);
}

function inKind(marks: readonly Mark[], place: Place): Found | undefined {
  switch (place.kind) {
    case 'path':
      return inLine(marks) ? foundIn(marks, 'path', (part) => lineEnds.test(part)) : inPath(marks, place.within);
    case 'own':
      return inOwn(marks, place);
    case 'address':
      return inLine(marks) ?? inAddress(marks);
    case 'package':
    case 'release':
      return inPackage(marks, place.kind);
    case 'pattern':
      return foundIn(
        marks,
        'pattern',
        (part) => !meaningless.test(part),
        escaping.pattern,
        (part) => part === '',
      );
    case 'glob':
      return inLine(marks) ?? foundIn(marks, 'glob', (part) => wild.test(part) || part === '');
    case 'letters':
      return inLine(marks) ?? foundIn(marks, 'pattern', (part) => part === '');
    case 'replacement':
      return inLine(marks) ?? foundIn(marks, 'replacement', (part) => part.includes('\\'));
    case 'text':
      return inLine(marks, escaping.text);
    case 'body':
      return inBody(marks);
    default:
      return inLine(marks);
  }
}

const inLine = (marks: readonly Mark[], tame?: readonly string[]): Found | undefined =>
  foundIn(marks, 'line', (part) => lineEnds.test(part), tame);

const scoped = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;
const archive = /\.(?:tgz|tar|tar\.gz)$/i;

/** Of a package, what is no name and no version of one: npm takes addresses, folders and files there, too. */
function inPackage(marks: readonly Mark[], kind: 'package' | 'release'): Found | undefined {
  const whole = marks.map(({ text }) => text).join('');
  const last = marks.findLast(({ text }) => text !== '')?.typed;
  if (last && archive.test(whole)) return { wrong: 'package', name: firstRoot(last) };
  const alone = kind === 'package' && marks.length === 1 ? scoped : /^(?!\.)[\w.~-]*$/;
  const good = kind === 'package' ? alone : /^(?!\.)[\w.^~<>=|*+ -]*$/;
  return foundIn(marks, 'package', (part) => !good.test(part));
}

/** Entries of a list, and fields of a text of the author's. */
function inFields(marks: readonly Mark[], { between, within }: Place): Found | undefined {
  const parted = marks.some(({ typed, text }) => text !== '' && !typed?.itself) || marks.length > 1;
  const separates = (text: string): boolean =>
    (between?.test(text) ?? false) || (parted && (within?.test(text) ?? false));
  return foundIn(marks, 'list', separates);
}

/** A text for a service: what was typed is within one of its fields. */
function inBody(marks: readonly Mark[]): Found | undefined {
  if (marks.length === 1) return undefined;
  const all = marks.map(({ text }) => text).join('');
  if (/^\s*[[{"]/.test(all)) return inJson(marks);
  if (/^\s*</.test(all)) return foundIn(marks, 'list', (part) => /[<>&"']/.test(part), ['escape', 'e', 'forceescape']);
  const form = marks.some(({ text, typed }) => !typed && /^[^\s=]*[\w\]]=/.test(text));
  return form ? foundIn(marks, 'list', (part) => /[&=]/.test(part), ['urlencode']) : undefined;
}

/** In a text of JSON, letters of one of its texts; elsewhere a number or a word, or what `to_json` made. */
function inJson(marks: readonly Mark[]): Found | undefined {
  let before = '';
  for (const { text, typed } of marks) {
    const within = before.replace(/\\./g, '').split('"').length % 2 === 0;
    const made = !within && ['to_json', 'to_nice_json'].includes(typed?.filters[0] ?? '');
    const fits = within ? !/["\\\p{Cc}]/u.test(text) : /^[\w.+-]*$/.test(text);
    if (typed && !made && !fits) return { wrong: 'list', name: firstRoot(typed) };
    before += text;
  }
  return undefined;
}

/** The texts of a value. */
function* textsOf(value: Json): Iterable<string> {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* textsOf(item);
  else if (value !== null) yield String(value);
}

const rootWhere = ({ roots }: Typed, holds: (text: string) => boolean): string | undefined =>
  [...roots].find(([, value]) => [...textsOf(value)].some(holds))?.[0];

const firstRoot = ({ roots }: Typed): string => [...roots.keys()][0] ?? '';

/**
 * The first part that is as it should not be: a variable by what came out of its filters; what is made of it and of more
 * where both what went in and what came out are of that kind, or what came out alone where an encoding hid what went in.
 */
function foundIn(
  marks: readonly Mark[],
  wrong: Wrong,
  bad: (text: string) => boolean,
  tame: readonly string[] = [],
  always: (text: string) => boolean = () => false,
): Found | undefined {
  for (const { text, typed } of marks) {
    if (!typed) continue;
    const escaped = tame.includes(typed.filters[0] ?? '');
    if (!(escaped ? always(text) : bad(text))) continue;
    const name = typed.itself || typed.opened ? firstRoot(typed) : rootWhere(typed, bad);
    if (name !== undefined) return { wrong, name };
  }
  return undefined;
}

/** Nothing, the folder itself and the one above; entries of a list lose the blanks around them. */
const noName = (text: string): boolean => ['', '.', '..'].includes(text.trim());

/** What is one name of a path. */
const isName = (text: string): boolean => !noName(text) && !text.includes('/') && !control.test(text);

/** What names something, and leads nowhere by `.` and `..`. */
const leads = (text: string): boolean => {
  const names = text.split('/').filter((name) => name !== '');
  return names.length > 0 && !names.some(noName);
};

/** What names a whole path, or the folder that the rest is below. */
const isWhole = (text: string): boolean => leads(text) && !control.test(text);

/** What is in the middle of a path, as far as it shows by itself: `.` beside letters of others is none yet. */
const isWithin = (text: string): boolean => isName(text) || text === '.' || text === '..';

/**
 * A part of a path is one name. At its beginning, where it stands for a whole path or for the folder of the rest, it may
 * have several. Nowhere may it lead upwards, or be nothing.
 */
function inPath(all: readonly Mark[], within?: RegExp): Found | undefined {
  const marks = all.map((mark, index) => (index === 0 ? fromHere(mark) : mark));
  let before = '';
  for (const { text, typed } of marks) {
    const name = typed && wrongIn(typed, text, before === '');
    if (name) return { wrong: 'path', name };
    before += text;
  }
  return upwards(marks, within && new RegExp(`/|${within.source}`));
}

/** A path of the bot: each typed part is one name, and it leads to variables of the inventory only where these are asked for. */
function inOwn(marks: readonly Mark[], { inventory }: Place): Found | undefined {
  const wrong = foundIn(
    marks.filter(({ text }) => text !== '.' && text !== '..'),
    'path',
    (part) => !isName(part),
  );
  const typed = marks.find((mark) => mark.typed)?.typed;
  if (wrong || !typed || inventory || !isOfInventory(marks.map(({ text }) => text).join('')))
    return wrong ?? inPath(marks);
  return { wrong: 'path', name: firstRoot(typed) };
}

/** The path that a module tells, without the `./` that it puts before a name. */
const fromHere = (mark: Mark): Mark => {
  const { text, typed } = mark;
  const told = typed && !typed.itself && !typed.direct;
  return told ? { ...mark, text: text.replace(/^\.\/(?=[^/])/, '') } : mark;
};

function wrongIn(typed: Typed, text: string, first: boolean): string | undefined {
  if (!typed.itself) return wrongInMade(typed, text, first);
  // A filter may put something before or behind nothing.
  if (typed.filters.length > 0 && rootWhere(typed, (part) => !isWhole(part))) return firstRoot(typed);
  return (first ? isWhole(text) : isWithin(text)) ? undefined : firstRoot(typed);
}

/** The same for what is made of typed variables and of more: only where what was typed shows in what came out. */
function wrongInMade(typed: Typed, text: string, first: boolean): string | undefined {
  if (typed.opened && !(first ? isWhole(text) : isWithin(text))) return firstRoot(typed);
  const strays = (name: string, part: string): boolean => {
    if (isName(part)) return false;
    if (!isWhole(text)) return true;
    if (!leads(part)) return typed.direct || part.trim() !== '';
    // A module tells the path that it was given, whole or below another folder; it was judged there.
    if (!typed.direct && first && typed.leads.has(name)) return false;
    const rest = first && (typed.leads.has(name) || !part.startsWith('/')) ? below(part, text) : text;
    return shows(rest, part);
  };
  return [...typed.roots].find(([name, value]) => [...textsOf(value)].some((part) => strays(name, part)))?.[0];
}

/** What a text has behind the folder it begins with; all of it, where it begins with another. */
function below(folder: string, text: string): string {
  const whole = folder.replace(/\/+$/, '');
  return text === whole || text.startsWith(`${whole}/`) ? text.slice(whole.length) : text;
}

/** True where a text has a typed path in it, or one of its later names as a name below. */
function shows(text: string, typed: string): boolean {
  if (!typed.includes('/')) return false;
  const [all, part] = [text.toLowerCase(), typed.toLowerCase()];
  const [, ...later] = part.split('/');
  return all.includes(part) || later.some((name) => name.trim() !== '' && all.includes(`/${name}`));
}

/** A name of the path that something typed makes `.`, `..` or nothing, alone or with what stands beside it. */
function upwards(marks: readonly Mark[], ends: RegExp | string = '/'): Found | undefined {
  let part = '';
  let typed: string | undefined;
  const whole = marks.some(({ text }) => text !== '');
  const ended = (): Found | undefined =>
    typed !== undefined && noName(part) ? { wrong: 'path', name: typed } : undefined;
  for (const mark of marks) {
    const [same = '', ...next] = mark.text.split(ends);
    // What is no path at all was chosen as a whole.
    const name = mark.typed ? firstRoot(mark.typed) : whole ? mark.chose : undefined;
    part += same;
    if (name !== undefined && (same !== '' || mark.text === '')) typed = name;
    for (const piece of next) {
      const found = ended();
      if (found) return found;
      part = piece;
      typed = piece === '' ? undefined : name;
    }
  }
  return ended();
}

/** An address: what is behind its `?` leads nowhere else, but adds no fields. */
function inAddress(marks: readonly Mark[]): Found | undefined {
  const query = marks.findIndex(({ text, typed }) => !typed && /[?#]/.test(text));
  const way = query < 0 ? marks : marks.slice(0, query);
  const [first, ...rest] = way.map(unescaped);
  const asked = query < 0 ? [] : marks.slice(query + 1).map(unescaped);
  const astray = foundIn(rest, 'path', (part) => !isWithin(part) || /[?#@\\%\s]/.test(part));
  return astray ?? foundIn(asked, 'path', (part) => /[&#\s]/.test(part)) ?? (first && upwards([first, ...rest]));
}

/** What is escaped for an address is the author's own. */
const unescaped = (mark: Mark): Mark =>
  mark.typed?.itself && mark.typed.filters[0] === 'urlencode' ? { text: mark.text } : mark;
