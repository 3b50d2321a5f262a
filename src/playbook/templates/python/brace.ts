import { valueMistake } from '../mistakes.ts';
import { attribute, item } from '../run/access.ts';
import type { Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { defined, repr, show } from '../values/show.ts';
import type { Arguments, Value } from '../values/value.ts';
import { formatValue } from './format-spec.ts';

const STEP = /\.([^.[]+)|\[([^\]]+)\]/y;

/** Python's `'{0} {name:>10}'.format(…)`. Attributes are those a template may read, nothing else. */
export function formatBraces(run: Run, text: string, args: Arguments): string {
  return new Formatter(run, args).format(text, 2);
}

class Formatter {
  private readonly run: Run;
  private readonly args: Arguments;
  private automatic = 0;

  constructor(run: Run, args: Arguments) {
    this.run = run;
    this.args = args;
  }

  format(text: string, depth: number): string {
    let result = '';
    let position = 0;
    while (position < text.length) {
      const next = text.slice(position).search(/[{}]/);
      if (next < 0) return result + text.slice(position);
      result += text.slice(position, position + next);
      position += next;
      if (text[position] === text[position + 1]) {
        result += text[position] ?? '';
        position += 2;
        continue;
      }
      const end = this.fieldEnd(text, position);
      result += this.field(text.slice(position + 1, end), depth);
      this.run.meter.text(result.length);
      position = end + 1;
    }
    return result;
  }

  private fieldEnd(text: string, start: number): number {
    let open = 0;
    for (let index = start; index < text.length; index += 1) {
      if (text[index] === '{') open += 1;
      if (text[index] === '}') open -= 1;
      if (open === 0 && text[start] === '{') return index;
    }
    throw valueMistake("the format has a single '{' or '}'", 'le format a une accolade seule');
  }

  private field(written: string, depth: number): string {
    if (depth === 0) throw valueMistake('the format is nested too deep', 'le format est trop imbriqué');
    const match = /^([^!:]*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(written);
    if (match === null)
      throw valueMistake(`the format field '${written}' is not valid`, `le champ « ${written} » n’est pas valide`);
    const [, name = '', conversion, spec = ''] = match;
    const value = this.value(name);
    const shown =
      conversion === undefined ? value : conversion === 's' ? show(value, this.run.meter) : repr(value, this.run.meter);
    return formatValue(this.run, defined(shown), this.format(spec, depth - 1));
  }

  private value(name: string): Value {
    const first = /^[^.[]*/.exec(name)?.[0] ?? '';
    let value = this.argument(first);
    let position = first.length;
    while (position < name.length) {
      STEP.lastIndex = position;
      const step = STEP.exec(name);
      if (step === null)
        throw valueMistake(`the format field '${name}' is not valid`, `le champ « ${name} » n’est pas valide`);
      const key = step[2];
      value =
        key === undefined
          ? this.attribute(value, step[1] ?? '')
          : item(this.run, value, /^\d+$/.test(key) ? Number(key) : key);
      position = STEP.lastIndex;
    }
    return value;
  }

  /** In a format a dot reads attributes only: the members of a dict are behind brackets. */
  private attribute(value: Value, name: string): Value {
    if (!(value instanceof Dict)) return attribute(this.run, value, name);
    throw valueMistake(
      `the format reads '.${name}' of a dict; write [${name}]`,
      `le format lit « .${name} » d’un dictionnaire ; écrivez [${name}]`,
    );
  }

  private argument(name: string): Value {
    const index = name === '' ? this.automatic : /^\d+$/.test(name) ? Number(name) : undefined;
    if (name === '') this.automatic += 1;
    const value = index === undefined ? this.args.named.get(name) : this.args.positional[index];
    if (value !== undefined) return value;
    const shown = name === '' ? `${index}` : name;
    throw valueMistake(`the format has no value for '${shown}'`, `le format n’a pas de valeur pour « ${shown} »`);
  }
}
