import { capitalize, center, strip } from '../methods/text-work.ts';
import { textMethods } from '../methods/texts.ts';
import { valueMistake } from '../mistakes.ts';
import { formatPercent } from '../python/percent.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Builtin, Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { iterate } from '../values/iterate.ts';
import { countOf, show, textOf, truth } from '../values/show.ts';
import { charactersOf, lengthOf, splitLines } from '../values/text.ts';
import { NO_ARGUMENTS, Tuple, type Value } from '../values/value.ts';
import { reader } from './attributes.ts';
import { comment } from './comment.ts';
import { wordwrap } from './wordwrap.ts';

const onText = (work: (text: string, run: Run) => Value): Builtin =>
  builtin('value', (run, value) => work(show(value, run.meter), run));

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
const escapeHtml = onText((text, run) => {
  run.meter.text(text.length * 5);
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
});

function blanks(run: Run, count: number): string {
  run.meter.text(Math.max(0, count));
  return ' '.repeat(Math.max(0, count));
}

const indent = builtin('value, width=4, first=false, blank=false', (run, value, width, first, blank) => {
  const margin = typeof width === 'string' ? width : blanks(run, countOf(width, 'width'));
  const text = `${textOf(value, 'indent')}\n`;
  const lines = splitLines(text);
  run.meter.text(text.length + lines.length * margin.length);
  const keep = truth(blank);
  const [head = '', ...rest] = lines;
  const body = [head, ...rest.map((line) => (line === '' && !keep ? line : margin + line))].join('\n');
  return truth(first) ? margin + body : body;
});

const truncate = builtin(
  'value, length=255, killwords=false, end="...", leeway=5',
  (_run, value, length, kill, end, leeway) => {
    const text = textOf(value, 'truncate');
    const size = countOf(length, 'length');
    const mark = textOf(end, 'end');
    if (size < lengthOf(mark))
      throw valueMistake('the length is shorter than the end', 'la longueur est plus courte que la fin');
    const characters = charactersOf(text);
    if (characters.length <= size + countOf(leeway ?? 5, 'leeway')) return text;
    const cut = characters.slice(0, size - lengthOf(mark)).join('');
    if (truth(kill)) return cut + mark;
    const space = cut.lastIndexOf(' ');
    return (space < 0 ? cut : cut.slice(0, space)) + mark;
  },
);

const title = onText((text) =>
  text
    .split(/([-\s({[<]+)/)
    .filter((piece) => piece !== '')
    .map(capitalize)
    .join(''),
);

const join = builtin('value, d="", attribute=null', (run, value, separator, attribute) => {
  const read = attribute === null ? (item: Value): Value => item : reader(run, attribute);
  const between = show(separator, run.meter);
  let length = 0;
  const parts = iterate(run, value).map((item) => {
    const part = show(read(item), run.meter);
    length += part.length + between.length;
    run.meter.text(length);
    return part;
  });
  return parts.join(between);
});

const replace = builtin('value, old, new, count=null', (run, value, old, fresh, count) => {
  const method = textMethods.replace;
  const positional = [show(value, run.meter), show(old, run.meter), show(fresh, run.meter), count ?? -1];
  return method === undefined ? null : method(run, { ...NO_ARGUMENTS, positional });
});

const format: Builtin = (run, { positional: [text = '', ...values], named }) => {
  if (named.size === 0) return formatPercent(run, show(text, run.meter), new Tuple(values));
  const pairs = [...named].map(([key, value]): [Value, Value] => [key, value]);
  return formatPercent(run, show(text, run.meter), Dict.of(pairs));
};

const SPLIT = textMethods.split;

const QUOTE_SAFE = /^[\w@%+=:,./-]+$/;

/** Drops `<…>` and comments; what is never closed stays. */
function withoutTags(text: string): string {
  const parts: string[] = [];
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf('<', position);
    const comment = open >= 0 && text.startsWith('<!--', open);
    const close = open < 0 ? -1 : text.indexOf(comment ? '-->' : '>', open);
    if (close < 0) break;
    parts.push(text.slice(position, open));
    position = close + (comment ? 3 : 1);
  }
  return parts.join('') + text.slice(position);
}

/** Filters over texts. */
export const texts: Builtins = {
  upper: onText((text) => text.toUpperCase()),
  lower: onText((text) => text.toLowerCase()),
  capitalize: onText(capitalize),
  title,
  trim: builtin('value, chars=null', (run, value, chars) =>
    strip(show(value, run.meter), chars === null ? undefined : textOf(chars, 'chars'), 'both'),
  ),
  center: builtin('value, width=80', (run, value, width) => {
    const text = show(value, run.meter);
    const size = countOf(width, 'width');
    run.meter.text(Math.max(size, 0));
    return center(text, Math.max(0, size - lengthOf(text)), ' ');
  }),
  indent,
  truncate,
  wordwrap,
  wordcount: onText((text) => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  join,
  replace,
  format,
  ...(SPLIT === undefined ? {} : { split: SPLIT }),
  escape: escapeHtml,
  e: escapeHtml,
  forceescape: escapeHtml,
  striptags: onText((text) =>
    withoutTags(text)
      .split(/\s+/)
      .filter((word) => word !== '')
      .join(' '),
  ),
  quote: builtin('value', (run, value) => {
    const text = value === null ? '' : show(value, run.meter);
    return QUOTE_SAFE.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
  }),
  comment,
};
