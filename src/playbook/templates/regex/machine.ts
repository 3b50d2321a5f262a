import type { Meter } from '../run/budget.ts';
import type { Assertion } from './ast.ts';
import { isAsciiWord, isWord, sameLetter } from './characters.ts';
import type { Instruction, Program } from './compile.ts';

const NEWLINE = 10;
/** Machine steps that count as one step of the budget. */
const WEIGHT = 8;

/** What must hold where a match ends. */
export interface Ending {
  /** It must end at the end of the text. */
  readonly whole: boolean;
  /** It must not end here: keeps empty matches from repeating. */
  readonly not: number;
}

type RunStep = Extract<Instruction, { op: 'run' }>;
type SubStep = Extract<Instruction, { op: 'sub' }>;

/** A point to come back to: where in the program, where in the text, and how much of the trail was written. */
interface Choice {
  readonly step: number;
  position: number;
  readonly trail: number;
  /** For a run of characters: how far it may still be shortened, or lengthened. */
  readonly limit: number;
  readonly run: 'none' | 'shorter' | 'longer';
}

/**
 * A backtracking matcher with its own stack, so that no pattern can exhaust the process's, and a budget, so that none can
 * hold it up: a pattern that backtracks for ever ends in a fault.
 */
export class Machine {
  readonly slots: number[];
  private readonly registers: number[];
  private readonly trail: number[] = [];
  private readonly text: readonly number[];
  private readonly meter: Meter;
  private ticks = 0;

  constructor(text: readonly number[], groups: number, registers: number, meter: Meter) {
    this.text = text;
    this.meter = meter;
    this.slots = new Array<number>((groups + 1) * 2).fill(-1);
    this.registers = new Array<number>(registers).fill(-1);
  }

  private tick(): void {
    this.ticks += 1;
    if (this.ticks % WEIGHT === 0) this.meter.step();
  }

  private write(cells: number[], index: number, value: number): void {
    const offset = cells === this.slots ? 0 : this.slots.length;
    this.trail.push(index + offset, cells[index] ?? -1);
    cells[index] = value;
  }

  private undo(height: number): void {
    while (this.trail.length > height) {
      const value = this.trail.pop() ?? -1;
      const index = this.trail.pop() ?? 0;
      if (index < this.slots.length) this.slots[index] = value;
      else this.registers[index - this.slots.length] = value;
    }
  }

  /** Runs a program from a place of the text; gives where it ended, or -1. */
  match(program: Program, start: number, ending: Ending | undefined): number {
    const choices: Choice[] = [];
    const bottom = this.trail.length;
    let step = 0;
    let position = start;
    while (true) {
      this.tick();
      const next = this.one(program, step, position, choices, ending);
      if (next === undefined) {
        const choice = this.back(program, choices);
        if (choice === undefined) {
          this.undo(bottom);
          return -1;
        }
        step = choice.step;
        position = choice.position;
      } else if (next.step < 0) return position;
      else {
        step = next.step;
        position = next.position;
      }
    }
  }

  /** One step: the next step and position, step -1 for a match, undefined for a failure. */
  private one(
    program: Program,
    step: number,
    position: number,
    choices: Choice[],
    ending: Ending | undefined,
  ): { step: number; position: number } | undefined {
    const instruction = program.steps[step];
    if (instruction === undefined) return undefined;
    switch (instruction.op) {
      case 'set': {
        const code = this.text[position];
        return code !== undefined && instruction.test(code) ? { step: step + 1, position: position + 1 } : undefined;
      }
      case 'run':
        return this.run(instruction, step, position, choices);
      case 'split':
        choices.push({ step: instruction.second, position, trail: this.trail.length, limit: 0, run: 'none' });
        return { step: instruction.first, position };
      case 'jump':
        return { step: instruction.to, position };
      case 'match':
        return this.mayEnd(position, ending) ? { step: -1, position } : undefined;
      default:
        return this.other(instruction, step, position);
    }
  }

  private mayEnd(position: number, ending: Ending | undefined): boolean {
    if (ending === undefined) return true;
    return position !== ending.not && (!ending.whole || position === this.text.length);
  }

  private other(
    instruction: Exclude<Instruction, { op: 'set' | 'run' | 'split' | 'jump' | 'match' }>,
    step: number,
    position: number,
  ): { step: number; position: number } | undefined {
    switch (instruction.op) {
      case 'save':
        this.write(this.slots, instruction.slot, position);
        return { step: step + 1, position };
      case 'mark':
        this.write(this.registers, instruction.register, position);
        return { step: step + 1, position };
      case 'progress':
        return { step: this.registers[instruction.register] === position ? instruction.exit : step + 1, position };
      case 'assert':
        return this.holds(instruction.what, position) ? { step: step + 1, position } : undefined;
      case 'back':
        return this.again(instruction.index, instruction.ignoreCase, step, position);
      case 'sub':
        return this.sub(instruction, step, position);
      case 'if-group':
        return { step: (this.slots[instruction.index * 2 + 1] ?? -1) >= 0 ? step + 1 : instruction.no, position };
    }
  }

  private run(
    run: RunStep,
    step: number,
    position: number,
    choices: Choice[],
  ): { step: number; position: number } | undefined {
    const far = Math.min(this.text.length, position + run.max);
    const wanted = run.mode === 'lazy' ? Math.min(far, position + run.min) : far;
    let end = position;
    while (end < wanted && run.test(this.text[end] ?? 0)) {
      this.tick();
      end += 1;
    }
    const least = position + run.min;
    if (end < least) return undefined;
    const trail = this.trail.length;
    if (run.mode === 'greedy' && end > least)
      choices.push({ step, position: end, trail, limit: least, run: 'shorter' });
    if (run.mode === 'lazy' && end < far) choices.push({ step, position: end, trail, limit: far, run: 'longer' });
    return { step: step + 1, position: end };
  }

  private back(program: Program, choices: Choice[]): { step: number; position: number } | undefined {
    while (true) {
      const choice = choices.at(-1);
      if (choice === undefined) return undefined;
      this.tick();
      this.undo(choice.trail);
      if (choice.run === 'none') {
        choices.pop();
        return choice;
      }
      const next = choice.run === 'shorter' ? this.shorter(choice, choices) : this.longer(program, choice, choices);
      if (next !== undefined) return next;
    }
  }

  private shorter(choice: Choice, choices: Choice[]): { step: number; position: number } {
    choice.position -= 1;
    if (choice.position <= choice.limit) choices.pop();
    return { step: choice.step + 1, position: choice.position };
  }

  private longer(program: Program, choice: Choice, choices: Choice[]): { step: number; position: number } | undefined {
    const run = program.steps[choice.step];
    const code = this.text[choice.position];
    if (run?.op !== 'run' || code === undefined || choice.position >= choice.limit || !run.test(code)) {
      choices.pop();
      return undefined;
    }
    choice.position += 1;
    return { step: choice.step + 1, position: choice.position };
  }

  private again(
    index: number,
    ignoreCase: boolean,
    step: number,
    position: number,
  ): { step: number; position: number } | undefined {
    const from = this.slots[index * 2] ?? -1;
    const to = this.slots[index * 2 + 1] ?? -1;
    if (from < 0 || to < 0) return undefined;
    for (let offset = 0; offset < to - from; offset += 1) {
      this.tick();
      const one = this.text[from + offset] ?? -1;
      const other = this.text[position + offset] ?? -2;
      if (one !== other && !(ignoreCase && other >= 0 && sameLetter(one, other))) return undefined;
    }
    return { step: step + 1, position: position + to - from };
  }

  private sub(sub: SubStep, step: number, position: number): { step: number; position: number } | undefined {
    const height = this.trail.length;
    const start = sub.look === 'behind' ? position - sub.width : position;
    const end = start < 0 ? -1 : this.match(sub.program, start, undefined);
    if (sub.negative) {
      if (end >= 0) this.undo(height);
      return end >= 0 ? undefined : { step: step + 1, position };
    }
    if (end < 0) return undefined;
    return { step: step + 1, position: sub.look === 'atomic' ? end : position };
  }

  private holds(what: Assertion, position: number): boolean {
    const { length } = this.text;
    if (what === 'start') return position === 0;
    if (what === 'end') return position === length;
    if (what === 'line-start') return position === 0 || this.text[position - 1] === NEWLINE;
    if (what === 'line-end') return position === length || this.text[position] === NEWLINE;
    if (what === 'end-or-newline')
      return position === length || (position === length - 1 && this.text[position] === NEWLINE);
    const isLetter = what === 'ascii-word' || what === 'not-ascii-word' ? isAsciiWord : isWord;
    const word = (index: number): boolean => isLetter(this.text[index] ?? 32);
    return (word(position - 1) !== word(position)) === (what === 'word' || what === 'ascii-word');
  }
}
