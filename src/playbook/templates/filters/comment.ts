import { valueMistake } from '../mistakes.ts';
import { builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { countOf, show, textOf } from '../values/show.ts';
import type { Value } from '../values/value.ts';

interface Style {
  readonly beginning?: string;
  readonly decoration: string;
  readonly end?: string;
}

const STYLES: ReadonlyMap<string, Style> = new Map<string, Style>([
  ['plain', { decoration: '# ' }],
  ['erlang', { decoration: '% ' }],
  ['c', { decoration: '// ' }],
  ['cblock', { beginning: '/*', decoration: ' * ', end: ' */' }],
  ['xml', { beginning: '<!--', decoration: ' - ', end: '-->' }],
]);

/** The options given by name, over the style's own. */
class Options {
  private readonly run: Run;
  private readonly given: Dict;

  constructor(run: Run, given: Value) {
    this.run = run;
    this.given = given instanceof Dict ? given : new Dict();
  }

  text(name: string, byDefault: string): string {
    const value = this.given.get(name);
    return value === undefined ? byDefault : show(value, this.run.meter);
  }

  count(name: string): number {
    const count = Math.max(0, countOf(this.given.get(name) ?? 1, name));
    this.run.meter.list(count);
    return count;
  }
}

function decorated(text: string, decoration: string, newline: string): string {
  const body = decoration + text.split(newline).join(newline + decoration);
  return body.split(decoration + newline).join(decoration.trimEnd() + newline);
}

/** Ansible's `comment`: a text as a comment of a language. */
export const comment = builtin('text, style="plain", **options', (run, text, styleName, given) => {
  const style = STYLES.get(textOf(styleName, 'style'));
  if (style === undefined) throw valueMistake('there is no such comment style', 'ce style de commentaire n’existe pas');
  const options = new Options(run, given);
  const decoration = options.text('decoration', style.decoration);
  const newline = options.text('newline', '\n');
  const beginning = options.text('beginning', style.beginning ?? '');
  const prefix = options.text('prefix', decoration.trimEnd());
  const postfix = options.text('postfix', decoration.trimEnd());
  const end = options.text('end', style.end ?? '');
  const head =
    prefix === '' ? '' : (prefix === newline ? newline : prefix + newline).repeat(options.count('prefix_count'));
  const source = textOf(text, 'comment');
  run.meter.text((source.length + 2) * (1 + decoration.length));
  return [
    beginning === '' ? '' : beginning + newline,
    head,
    decorated(source, decoration, newline),
    (newline + postfix).repeat(options.count('postfix_count')),
    end === '' ? '' : newline + end,
  ].join('');
});
