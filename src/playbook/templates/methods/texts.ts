import { typeMistake, valueMistake } from '../mistakes.ts';
import { formatBraces } from '../python/brace.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { countOf, textOf, truth } from '../values/show.ts';
import { charactersOf, lengthOf, splitLines } from '../values/text.ts';
import { isSequence, itemsOf, Tuple, type Value } from '../values/value.ts';
import {
  capitalize,
  casefold,
  center,
  expandTabs,
  isTitle,
  splitText,
  strip,
  swapCase,
  titleCase,
} from './text-work.ts';

const self = (value: Value): string => textOf(value, 'self');
const optional = (value: Value, what: string): string | undefined => (value === null ? undefined : textOf(value, what));

type OnText = (text: string, run: Run) => Value;
const plain = (work: OnText) => builtin('self', (run, text) => work(self(text), run));

const all =
  (pattern: RegExp): OnText =>
  (text) =>
    text !== '' && pattern.test(text);

/** `startswith` and `endswith` take one text or a tuple of them. */
function anyOf(value: Value, test: (text: string) => boolean): boolean {
  const options = isSequence(value) ? itemsOf(value) : [value];
  return options.some((option) => test(textOf(option, 'prefix')));
}

/** The part of a text that `start` and `stop` select, and where it begins. */
function part(text: string, start: Value, stop: Value): { readonly text: string; readonly from: number } {
  const characters = charactersOf(text);
  const bound = (value: Value, byDefault: number): number => {
    const index = value === null ? byDefault : countOf(value, 'start');
    return index < 0 ? Math.max(0, index + characters.length) : Math.min(index, characters.length);
  };
  const from = bound(start, 0);
  return { text: characters.slice(from, bound(stop, characters.length)).join(''), from };
}

function find(run: Run, text: Value, wanted: Value, start: Value, stop: Value, last: boolean): number {
  const searched = part(self(text), start, stop);
  run.meter.step(searched.text.length);
  const needle = textOf(wanted, 'sub');
  const index = last ? searched.text.lastIndexOf(needle) : searched.text.indexOf(needle);
  return index < 0 ? -1 : lengthOf(searched.text.slice(0, index)) + searched.from;
}

const found = (index: number): number => {
  if (index >= 0) return index;
  throw valueMistake('the text was not found', 'le texte n’a pas été trouvé');
};

function replaceSome(run: Run, text: string, old: string, fresh: string, count: number): string {
  const pieces = old === '' ? ['', ...charactersOf(text), ''] : text.split(old);
  const most = count < 0 ? pieces.length - 1 : Math.min(count, pieces.length - 1);
  run.meter.text(text.length + most * fresh.length);
  const done = pieces.slice(0, most + 1).join(fresh);
  const rest = pieces.slice(most + 1);
  return rest.length === 0 ? done : done + (old === '' ? rest.join('') : old + rest.join(old));
}

function cut(text: string, at: number, separator: string): Tuple {
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

const wide = (
  run: Run,
  text: string,
  width: Value,
  fill: Value,
  place: (missing: number, fill: string) => string,
): string => {
  const size = countOf(width, 'width');
  run.meter.text(Math.max(text.length, size));
  const blank = textOf(fill, 'fill');
  if (lengthOf(blank) !== 1)
    throw typeMistake('the fill must be one character', 'le remplissage doit être un seul caractère');
  return place(Math.max(0, size - lengthOf(text)), blank);
};

const searching: Builtins = {
  find: builtin('self, sub, start=0, end=null', (run, text, sub, start, end) =>
    find(run, text, sub, start, end, false),
  ),
  rfind: builtin('self, sub, start=0, end=null', (run, text, sub, start, end) =>
    find(run, text, sub, start, end, true),
  ),
  index: builtin('self, sub, start=0, end=null', (run, text, sub, start, end) =>
    found(find(run, text, sub, start, end, false)),
  ),
  rindex: builtin('self, sub, start=0, end=null', (run, text, sub, start, end) =>
    found(find(run, text, sub, start, end, true)),
  ),
  count: builtin('self, sub, start=0, end=null', (run, text, sub, start, end) => {
    const searched = part(self(text), start, end).text;
    run.meter.step(searched.length);
    const needle = textOf(sub, 'sub');
    return needle === '' ? lengthOf(searched) + 1 : searched.split(needle).length - 1;
  }),
  startswith: builtin('self, prefix, start=0, end=null', (_run, text, prefix, start, end) =>
    anyOf(prefix, (option) => part(self(text), start, end).text.startsWith(option)),
  ),
  endswith: builtin('self, suffix, start=0, end=null', (_run, text, suffix, start, end) =>
    anyOf(suffix, (option) => part(self(text), start, end).text.endsWith(option)),
  ),
};

const splitting: Builtins = {
  split: builtin('self, sep=null, maxsplit=-1', (run, text, separator, most) =>
    splitText(run, self(text), optional(separator, 'sep'), countOf(most, 'maxsplit'), false),
  ),
  rsplit: builtin('self, sep=null, maxsplit=-1', (run, text, separator, most) =>
    splitText(run, self(text), optional(separator, 'sep'), countOf(most, 'maxsplit'), true),
  ),
  splitlines: builtin('self, keepends=false', (run, text, keep) => {
    run.meter.step(self(text).length);
    return splitLines(self(text), truth(keep));
  }),
  partition: builtin('self, sep', (_run, text, separator) => {
    const at = self(text).indexOf(textOf(separator, 'sep'));
    return at < 0 ? new Tuple([text, '', '']) : cut(self(text), at, textOf(separator, 'sep'));
  }),
  rpartition: builtin('self, sep', (_run, text, separator) => {
    const at = self(text).lastIndexOf(textOf(separator, 'sep'));
    return at < 0 ? new Tuple(['', '', text]) : cut(self(text), at, textOf(separator, 'sep'));
  }),
  join: builtin('self, items', (run, text, items) => {
    const parts = iterate(run, items).map((item) => textOf(item, 'item'));
    run.meter.text(parts.reduce((length, each) => length + each.length + self(text).length, 0));
    return parts.join(self(text));
  }),
};

const shaping: Builtins = {
  strip: builtin('self, chars=null', (_run, text, chars) => strip(self(text), optional(chars, 'chars'), 'both')),
  lstrip: builtin('self, chars=null', (_run, text, chars) => strip(self(text), optional(chars, 'chars'), 'left')),
  rstrip: builtin('self, chars=null', (_run, text, chars) => strip(self(text), optional(chars, 'chars'), 'right')),
  removeprefix: builtin('self, prefix', (_run, text, prefix) =>
    self(text).startsWith(textOf(prefix, 'prefix')) ? self(text).slice(textOf(prefix, 'prefix').length) : text,
  ),
  removesuffix: builtin('self, suffix', (_run, text, suffix) => {
    const end = textOf(suffix, 'suffix');
    return end !== '' && self(text).endsWith(end) ? self(text).slice(0, -end.length) : text;
  }),
  replace: builtin('self, old, new, count=-1', (run, text, old, fresh, count) =>
    replaceSome(run, self(text), textOf(old, 'old'), textOf(fresh, 'new'), countOf(count, 'count')),
  ),
  center: builtin('self, width, fill=" "', (run, text, width, fill) =>
    wide(run, self(text), width, fill, (missing, blank) => center(self(text), missing, blank)),
  ),
  ljust: builtin('self, width, fill=" "', (run, text, width, fill) =>
    wide(run, self(text), width, fill, (missing, blank) => self(text) + blank.repeat(missing)),
  ),
  rjust: builtin('self, width, fill=" "', (run, text, width, fill) =>
    wide(run, self(text), width, fill, (missing, blank) => blank.repeat(missing) + self(text)),
  ),
  zfill: builtin('self, width', (run, text, width) =>
    wide(run, self(text), width, '0', (missing, blank) => {
      const sign = /^[-+]/.test(self(text)) ? self(text).slice(0, 1) : '';
      return sign + blank.repeat(missing) + self(text).slice(sign.length);
    }),
  ),
  expandtabs: builtin('self, tabsize=8', (run, text, size) => {
    run.meter.text(self(text).length * Math.max(1, countOf(size, 'tabsize')));
    return expandTabs(self(text), countOf(size, 'tabsize'));
  }),
};

const letters: Builtins = {
  upper: plain((text) => text.toUpperCase()),
  lower: plain((text) => text.toLowerCase()),
  casefold: plain(casefold),
  capitalize: plain(capitalize),
  title: plain(titleCase),
  swapcase: plain(swapCase),
  isalpha: plain(all(/^\p{L}+$/u)),
  isalnum: plain(all(/^[\p{L}\p{N}]+$/u)),
  isdigit: plain(all(/^[\p{Nd}\u00b2\u00b3\u00b9]+$/u)),
  isdecimal: plain(all(/^\p{Nd}+$/u)),
  isnumeric: plain(all(/^\p{N}+$/u)),
  isspace: plain(all(/^\s+$/)),
  isidentifier: plain(all(/^[\p{L}_][\p{L}\p{N}_]*$/u)),
  isascii: plain((text) => !/[^\p{ASCII}]/u.test(text)),
  isprintable: plain((text) => !/(?! )[\p{C}\p{Z}]/u.test(text)),
  isupper: plain((text) => text.toUpperCase() === text && text.toLowerCase() !== text),
  islower: plain((text) => text.toLowerCase() === text && text.toUpperCase() !== text),
  istitle: plain(isTitle),
};

/** Methods of texts. */
export const textMethods: Builtins = {
  ...searching,
  ...splitting,
  ...shaping,
  ...letters,
  format: (run, { positional: [text = '', ...positional], named }) =>
    formatBraces(run, self(text), { positional, named }),
  format_map: builtin('self, mapping', (run, text, mapping) => {
    const named = mapping instanceof Dict ? mapping.entries() : [];
    return formatBraces(run, self(text), {
      positional: [],
      named: new Map(named.flatMap(([key, value]) => (typeof key === 'string' ? [[key, value] as const] : []))),
    });
  }),
};
