import type { Value } from '../values/value.ts';

/** Names that the template itself made, innermost first. */
export class Frame {
  private readonly names = new Map<string, Value>();
  private readonly parent: Frame | undefined;

  constructor(parent?: Frame) {
    this.parent = parent;
  }

  get(name: string): Value | undefined {
    const value = this.names.get(name);
    return value === undefined ? this.parent?.get(name) : value;
  }

  set(name: string, value: Value): void {
    this.names.set(name, value);
  }
}
