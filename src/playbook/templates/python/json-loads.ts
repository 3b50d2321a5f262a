import { valueMistake } from '../mistakes.ts';
import type { Meter } from '../run/budget.ts';
import { Dict } from '../values/dict.ts';
import { floatValue, integerValue } from '../values/literals.ts';
import { Float, type Value } from '../values/value.ts';

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none in a text.
const STRING = /"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\x00-\x1f]*)*"/y;
const WORD = /null|true|false|NaN|-?Infinity/y;

const WORDS: Readonly<Record<string, Value>> = {
  null: null,
  true: true,
  false: false,
  NaN: new Float(Number.NaN),
  Infinity: new Float(Number.POSITIVE_INFINITY),
  '-Infinity': new Float(Number.NEGATIVE_INFINITY),
};

/** Reads JSON as Python does: ints stay ints, `3.0` a float, big ints exact. */
export function readJson(text: string, meter: Meter): Value {
  return new Reader(text, meter).document();
}

class Reader {
  private readonly text: string;
  private readonly meter: Meter;
  private position = 0;

  constructor(text: string, meter: Meter) {
    this.text = text;
    this.meter = meter;
    meter.text(text.length);
  }

  document(): Value {
    const value = this.value();
    this.space();
    if (this.position < this.text.length) throw this.wrong();
    return value;
  }

  private wrong(): Error {
    const lines = this.text.slice(0, this.position).split('\n');
    const place = `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
    return valueMistake(
      `this is no JSON, at line and column ${place}`,
      `ce n’est pas du JSON, ligne et colonne ${place}`,
    );
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match !== null) this.position = pattern.lastIndex;
    return match;
  }

  private space(): void {
    this.match(SPACE);
  }

  private skip(character: string): boolean {
    this.space();
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }

  private value(): Value {
    this.meter.step();
    this.space();
    if (this.text[this.position] === '"') return this.string();
    if (this.skip('[')) return this.meter.deeper(() => this.list());
    if (this.skip('{')) return this.meter.deeper(() => this.dict());
    const word = this.match(WORD)?.[0];
    if (word !== undefined) return WORDS[word] ?? null;
    const number = this.match(NUMBER);
    if (number === null) throw this.wrong();
    const whole = number[1] === undefined && number[2] === undefined;
    return whole ? this.integer(number[0]) : floatValue(number[0]);
  }

  private integer(written: string): Value {
    if (written.length > 5000) throw this.wrong();
    return integerValue(written);
  }

  private string(): string {
    const match = this.match(STRING);
    if (match === null) throw this.wrong();
    const parsed: unknown = JSON.parse(match[0]);
    return typeof parsed === 'string' ? parsed : '';
  }

  private list(): Value {
    const items: Value[] = [];
    if (this.skip(']')) return items;
    do items.push(this.value());
    while (this.skip(','));
    if (!this.skip(']')) throw this.wrong();
    return items;
  }

  private dict(): Value {
    const dict = new Dict();
    if (this.skip('}')) return dict;
    do {
      this.space();
      const key = this.string();
      if (!this.skip(':')) throw this.wrong();
      dict.set(key, this.value());
    } while (this.skip(','));
    if (!this.skip('}')) throw this.wrong();
    return dict;
  }
}
