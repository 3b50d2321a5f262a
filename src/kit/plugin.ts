import type { z } from 'zod';
import type { Capabilities, CapabilityName } from '#core/capabilities.ts';
import type { Log } from '#core/log.ts';
import type { Text } from '#core/text.ts';
import type { Command, KeyValues, Needs } from './command.ts';

/** What a provider and a background job get. */
export interface PluginContext<S> {
  readonly settings: S;
  readonly log: Log;
  readonly values: KeyValues;
  readonly series: Needs['series'];
  /** Aborted when the plugin is reloaded or the bot stops. */
  readonly signal: AbortSignal;
  now(): number;
}

/** A plugin: commands, capabilities for others, and at most one background job. */
export interface Plugin<S = unknown> {
  readonly name: string;
  readonly about: Text;
  /** Checks the plugin's own settings. */
  readonly settings: z.ZodType<S>;
  readonly commands: readonly Command<S>[];
  readonly provides?: { readonly [K in CapabilityName]?: (context: PluginContext<S>) => Capabilities[K] };
  /** Runs every so often while the bot runs. */
  readonly every?: { readonly seconds: number; run(context: PluginContext<S>): Promise<void> };
}

/** Declares a plugin; its types follow from the settings schema. */
export const definePlugin = <S>(plugin: Plugin<S>): Plugin<S> => plugin;

/** A plugin of whatever settings. */
// biome-ignore lint/suspicious/noExplicitAny: settings go in and out of a plugin, so no other type stands for all of them.
export type AnyPlugin = Plugin<any>;
