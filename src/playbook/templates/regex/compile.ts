import { valueMistake } from '../mistakes.ts';
import type { Assertion, CharacterTest, Node } from './ast.ts';
import { widthOf } from './width.ts';

const MAX_PROGRAM = 100_000;

/** One step of the machine. Targets are positions in the program. */
export type Instruction =
  | { readonly op: 'set'; readonly test: CharacterTest }
  | {
      readonly op: 'run';
      readonly test: CharacterTest;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'mark'; readonly register: number }
  | { readonly op: 'progress'; readonly register: number; exit: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'back'; readonly index: number; readonly ignoreCase: boolean }
  | {
      readonly op: 'sub';
      readonly program: Program;
      readonly look: 'atomic' | 'ahead' | 'behind';
      readonly negative: boolean;
      readonly width: number;
    }
  | { readonly op: 'if-group'; readonly index: number; no: number }
  | { readonly op: 'match' };

/** A list of steps; `registers` is how many loop marks it uses. */
export interface Program {
  readonly steps: readonly Instruction[];
}

/** Numbers that all programs of one pattern share. */
interface Shared {
  registers: number;
  size: number;
}

/** Turns a pattern into a program; `registers` is how many loop marks it needs. */
export function compileNode(node: Node): { readonly program: Program; readonly registers: number } {
  const shared: Shared = { registers: 0, size: 0 };
  const program = programOf(node, shared);
  return { program, registers: shared.registers };
}

function programOf(node: Node, shared: Shared): Program {
  const compiler = new Compiler(shared);
  compiler.node(node);
  compiler.push({ op: 'match' });
  return { steps: compiler.steps };
}

class Compiler {
  readonly steps: Instruction[] = [];
  private readonly shared: Shared;

  constructor(shared: Shared) {
    this.shared = shared;
  }

  push<T extends Instruction>(step: T): T {
    this.shared.size += 1;
    if (this.shared.size > MAX_PROGRAM) {
      throw valueMistake('the regular expression is too big', 'l’expression régulière est trop grande');
    }
    this.steps.push(step);
    return step;
  }

  private get here(): number {
    return this.steps.length;
  }

  node(node: Node): void {
    switch (node.kind) {
      case 'set':
        this.push({ op: 'set', test: node.test });
        return;
      case 'sequence':
        for (const part of node.parts) this.node(part);
        return;
      case 'either':
        this.either(node.options);
        return;
      case 'group':
        this.push({ op: 'save', slot: node.index * 2 });
        this.node(node.body);
        this.push({ op: 'save', slot: node.index * 2 + 1 });
        return;
      case 'repeat':
        this.repeat(node);
        return;
      case 'look':
        this.sub(node.body, node.behind ? 'behind' : 'ahead', node.negative);
        return;
      case 'atomic':
        this.sub(node.body, 'atomic', false);
        return;
      case 'if-group':
        this.ifGroup(node);
        return;
      case 'back':
        this.push({ op: 'back', index: node.index, ignoreCase: node.ignoreCase });
        return;
      case 'assert':
        this.push({ op: 'assert', what: node.what });
    }
  }

  private sub(body: Node, look: 'atomic' | 'ahead' | 'behind', negative: boolean): void {
    this.push({ op: 'sub', program: programOf(body, this.shared), look, negative, width: widthOf(body) ?? 0 });
  }

  private either(options: readonly Node[]): void {
    const jumps: { to: number }[] = [];
    for (const [index, option] of options.entries()) {
      if (index === options.length - 1) {
        this.node(option);
        break;
      }
      const split = this.push({ op: 'split', first: this.here + 1, second: 0 });
      this.node(option);
      jumps.push(this.push({ op: 'jump', to: 0 }));
      split.second = this.here;
    }
    for (const jump of jumps) jump.to = this.here;
  }

  private ifGroup(node: Extract<Node, { kind: 'if-group' }>): void {
    const test = this.push({ op: 'if-group', index: node.index, no: 0 });
    this.node(node.yes);
    const jump = this.push({ op: 'jump', to: 0 });
    test.no = this.here;
    this.node(node.no);
    jump.to = this.here;
  }

  private repeat(node: Extract<Node, { kind: 'repeat' }>): void {
    const { body, min, max, mode } = node;
    if (body.kind === 'set') {
      this.push({ op: 'run', test: body.test, min, max, mode });
      return;
    }
    if (mode === 'possessive') {
      this.sub({ ...node, mode: 'greedy' }, 'atomic', false);
      return;
    }
    for (let count = 0; count < min; count += 1) this.node(body);
    if (max === Number.POSITIVE_INFINITY) this.forever(body, mode === 'greedy');
    else this.optional(body, max - min, mode === 'greedy');
  }

  private split(greedy: boolean): { leave: (to: number) => void } {
    const step = this.push({ op: 'split', first: 0, second: 0 });
    const next = this.here;
    step.first = next;
    step.second = next;
    return {
      leave: (to) => {
        if (greedy) step.second = to;
        else step.first = to;
      },
    };
  }

  private forever(body: Node, greedy: boolean): void {
    const register = this.shared.registers;
    this.shared.registers += 1;
    const start = this.here;
    const split = this.split(greedy);
    this.push({ op: 'mark', register });
    this.node(body);
    const progress = this.push({ op: 'progress', register, exit: 0 });
    this.push({ op: 'jump', to: start });
    split.leave(this.here);
    progress.exit = this.here;
  }

  private optional(body: Node, times: number, greedy: boolean): void {
    const splits = Array.from({ length: times }, () => {
      const split = this.split(greedy);
      this.node(body);
      return split;
    });
    for (const split of splits) split.leave(this.here);
  }
}
