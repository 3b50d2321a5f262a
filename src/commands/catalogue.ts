import type { Permission, Risk } from '#core/policy.ts';
import type { Text } from '#core/text.ts';
import type { ArgKind } from '#kit/arg.ts';

/** An argument as data: what help, completion, forms and checks need. */
export interface ArgDescription {
  readonly name: string;
  readonly kind: ArgKind;
  readonly about: Text;
  readonly required: boolean;
  readonly default?: unknown;
  readonly named: boolean;
  readonly after?: string;
  readonly choices?: readonly string[];
  /** What `suggest` gave for the plugin's present settings. */
  readonly suggestions?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

/** A command as data. `plugin` is empty for the built-in ones. */
export interface CommandDescription {
  readonly plugin: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: 'question' | 'change';
  readonly about: Text;
  readonly permission: Permission;
  readonly risk?: Risk;
  readonly args: readonly ArgDescription[];
  readonly examples: readonly string[];
  readonly needs: readonly string[];
}
