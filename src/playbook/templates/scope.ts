import type { Json } from '#core/json.ts';
import type { Text } from '#core/text.ts';
import type { Written } from '../tree.ts';

/**
 * Variables by name, looked up when they are used. Undefined when there is no such variable. Throws a Fault
 * `template.undefined` when the variable is there but is made of one that is not.
 */
export interface Scope {
  get(name: string): Json | Unknown | undefined;
  names(): Iterable<string>;
  /** True when the variable's template says itself that it is text (`| to_json`, `| string`): text that looks like a list then stays text. */
  textual?(name: string): boolean;
  /** The variable as its author wrote it, when a template makes it; undefined for a plain value. */
  written?(name: string): Written | undefined;
}

const UNKNOWN = Symbol('unknown');

/**
 * A value that only a real run can give (the output of a command in a plan). Any use of it makes the step `unknown`. Made
 * by `unknown` alone: the symbol cannot come from JSON, so nothing a host prints or a person types can pass for one and
 * have a step exempted from what its plan must show.
 */
export interface Unknown {
  /** In the middle of a sentence: `depends on what “Ask” gives`. */
  readonly unknownBecause: Text;
  readonly [UNKNOWN]: true;
}

/** A value that only a real run can give. */
export const unknown = (because: Text): Unknown => ({ unknownBecause: because, [UNKNOWN]: true });

/** True for what `unknown` made. */
export const isUnknown = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && UNKNOWN in value;

const LAZY = Symbol('lazy');

/**
 * A variable as its author wrote it, rendered when it is first used. Made by `lazy` alone: the symbol cannot come from
 * JSON, so no value of a host or a person can pass for a template.
 */
export interface Lazy {
  readonly lazy: Written;
  readonly [LAZY]: true;
}

/** Marks what the author of a playbook, inventory or role wrote: the only values that are templates. */
export const lazy = (written: Written): Lazy => ({ lazy: written, [LAZY]: true });

/** True for what `lazy` made. */
export const isLazy = (value: unknown): value is Lazy => typeof value === 'object' && value !== null && LAZY in value;
