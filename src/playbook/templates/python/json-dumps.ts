import { typeMistake } from '../mistakes.ts';
import type { Meter } from '../run/budget.ts';
import { sorted } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { bitsOf, floatText, isFloat, isNumeric, toNumber } from '../values/numbers.ts';
import { defined, momentText, typeName } from '../values/show.ts';
import { isSequence, itemsOf, Moment, type Value, View } from '../values/value.ts';

/** How JSON is written, as Python's `json.dumps` is told. */
export interface JsonStyle {
  readonly indent: string | undefined;
  readonly sortKeys: boolean;
  readonly ascii: boolean;
  readonly itemSeparator: string;
  readonly keySeparator: string;
}

const hex = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function text(value: string, style: JsonStyle): string {
  const written = JSON.stringify(value).replaceAll('\x7f', style.ascii ? '\\u007f' : '\x7f');
  return style.ascii ? written.replace(/[\u0080-\uffff]/g, hex) : written;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (isNumeric(key)) return isFloat(key) ? numberText(toNumber(key)) : `${key}`;
  throw typeMistake(
    `a ${typeName(key)} cannot be a key of JSON`,
    `un objet « ${typeName(key)} » ne peut pas être une clé en JSON`,
  );
}

/** A value as JSON, exactly as Python writes it. */
export function writeJson(value: Value, style: JsonStyle, meter: Meter): string {
  const written = write(value, style, meter, '\n');
  meter.text(written.length);
  return written;
}

function write(given: Value, style: JsonStyle, meter: Meter, line: string): string {
  const value = defined(given);
  meter.step();
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') {
    meter.text(value.length);
    return text(value, style);
  }
  if (typeof value === 'bigint') meter.whole(bitsOf(value));
  if (isNumeric(value)) return isFloat(value) ? numberText(toNumber(value)) : `${value}`;
  if (value instanceof Moment) return text(momentText(value).replace(' ', 'T'), style);
  return meter.deeper(() => compound(value, style, meter, line));
}

function compound(value: Value, style: JsonStyle, meter: Meter, line: string): string {
  const inner = line + (style.indent ?? '');
  if (isSequence(value) || value instanceof View) {
    const items = value instanceof View ? value.items : itemsOf(value);
    return enclose(
      '[',
      items.map((item) => write(item, style, meter, inner)),
      ']',
      style,
      line,
    );
  }
  if (!(value instanceof Dict)) {
    throw typeMistake(
      `a ${typeName(value)} cannot be written as JSON`,
      `un objet « ${typeName(value)} » ne s’écrit pas en JSON`,
    );
  }
  const entries = style.sortKeys ? sorted(value.entries(), ([key]) => key, false, meter) : value.entries();
  const members = entries.map(
    ([key, each]) => text(keyText(key), style) + style.keySeparator + write(each, style, meter, inner),
  );
  return enclose('{', members, '}', style, line);
}

function enclose(open: string, parts: readonly string[], close: string, style: JsonStyle, line: string): string {
  if (parts.length === 0) return open + close;
  if (style.indent === undefined) return open + parts.join(style.itemSeparator) + close;
  const inner = line + style.indent;
  return open + inner + parts.join(style.itemSeparator + inner) + line + close;
}
