import type { Meter } from '../run/budget.ts';
import type { Flags } from './ast.ts';
import { compileNode, type Program } from './compile.ts';
import { type Ending, Machine } from './machine.ts';
import { parsePattern } from './parse.ts';

/** A match: its groups, the whole one first; undefined for a group that took no part. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  /** Where each group begins; -1 for one that took no part. */
  readonly starts: readonly number[];
}

const FREE: Ending = { whole: false, not: -1 };

/** A text as the machine reads it, taken apart once. */
export class Subject {
  readonly codes: readonly number[];
  private readonly characters: readonly string[];

  constructor(text: string) {
    this.characters = Array.from(text);
    this.codes = this.characters.map((character) => character.codePointAt(0) ?? 0);
  }

  /** The text between two positions. */
  part(start: number, end: number): string {
    return this.characters.slice(start, end).join('');
  }
}

/** A regular expression of Python. */
export class Regex {
  /** How many groups it has, without the whole match. */
  readonly groupCount: number;
  readonly names: ReadonlyMap<string, number>;
  private readonly program: Program;
  private readonly registers: number;

  constructor(pattern: string, flags: Flags) {
    const { node, groups } = parsePattern(pattern, flags);
    const { program, registers } = compileNode(node);
    this.program = program;
    this.registers = registers;
    this.groupCount = groups.count;
    this.names = groups.names;
  }

  private machine(subject: Subject, meter: Meter): Machine {
    return new Machine(subject.codes, this.groupCount, this.registers, meter);
  }

  private at(machine: Machine, subject: Subject, position: number, ending: Ending): Match | undefined {
    const end = machine.match(this.program, position, ending);
    if (end < 0) return undefined;
    const groups = Array.from({ length: this.groupCount + 1 }, (_, index) => {
      if (index === 0) return subject.part(position, end);
      const from = machine.slots[index * 2] ?? -1;
      const to = machine.slots[index * 2 + 1] ?? -1;
      return from < 0 || to < 0 ? undefined : subject.part(from, to);
    });
    const starts = groups.map((_, index) => (index === 0 ? position : (machine.slots[index * 2] ?? -1)));
    return { start: position, end, groups, starts };
  }

  /** The first match from a position on; an empty one at `not` does not count. */
  search(subject: Subject, meter: Meter, from = 0, not = -1): Match | undefined {
    // A failed attempt leaves the machine as it was.
    const machine = this.machine(subject, meter);
    for (let position = from; position <= subject.codes.length; position += 1) {
      const found = this.at(machine, subject, position, position === not ? { whole: false, not } : FREE);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A match at the beginning. */
  match(subject: Subject, meter: Meter): Match | undefined {
    return this.at(this.machine(subject, meter), subject, 0, FREE);
  }

  /** A match of the whole text. */
  fullMatch(subject: Subject, meter: Meter): Match | undefined {
    return this.at(this.machine(subject, meter), subject, 0, { whole: true, not: -1 });
  }

  /** All matches, left to right, none overlapping, as Python finds them. */
  *all(subject: Subject, meter: Meter): Generator<Match> {
    let from = 0;
    let not = -1;
    while (from <= subject.codes.length) {
      const found = this.search(subject, meter, from, not);
      if (found === undefined) return;
      meter.step();
      yield found;
      from = found.end;
      not = found.start === found.end ? found.end : -1;
    }
  }
}
