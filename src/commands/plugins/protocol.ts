import type { Actor } from '#core/actor.ts';
import type { CapabilityName } from '#core/capabilities.ts';
import type { Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Run, Step } from '#core/run.ts';
import type { Language, Text } from '#core/text.ts';
import type { CommandDescription } from './contract.ts';

/** One source file of a plugin, as the module loader read it. */
export interface Source {
  readonly format: string;
  readonly text: string;
}

/** A plugin's last good version: its files by URL, and its settings then. */
export interface Pinned {
  readonly sources: Readonly<Record<string, Source>>;
  readonly settings: unknown;
}

/** A plugin to load: `folder` is its own, `file` its index. */
export interface PluginPlace {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
}

/** What the inside is told to load. */
export interface LoadOrder {
  readonly places: readonly PluginPlace[];
  readonly disabled: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly pinned: Readonly<Record<string, Pinned>>;
  readonly reserved: readonly string[];
}

/** One plugin that loaded. `key` opens the gate for its background job and providers. */
export interface LoadedPlugin {
  readonly name: string;
  readonly about: Text;
  readonly commands: readonly CommandDescription[];
  readonly provides: readonly CapabilityName[];
  readonly hasJob: boolean;
}

/** What a plugin's schema says of one of its settings, in zod's terms, with the keys that may stand beside an unknown one. */
export interface SettingIssue {
  readonly issue: JsonObject;
  readonly keys: readonly string[];
}

/** One plugin that did not. */
export interface LoadFault {
  readonly plugin: string;
  readonly file?: string;
  readonly line?: number;
  readonly refusal: Refusal;
  /** When a setting is wrong. */
  readonly issue?: SettingIssue;
}

/** What came of loading; `sources` by plugin, then by URL. */
export interface LoadReport {
  readonly plugins: readonly LoadedPlugin[];
  readonly faults: readonly LoadFault[];
  readonly sources: Readonly<Record<string, Readonly<Record<string, Source>>>>;
}

/** Jobs may start. `keys` open the gate by plugin; a paused plugin has none. */
export interface Begin {
  readonly keys: Readonly<Record<string, string>>;
}

/** What the providers of a capability know: their targets, or the figures of one. */
export interface ListWish {
  readonly what: 'metrics' | 'logs' | 'figures';
  readonly target?: string;
}

/** One call. The answer is JSON text, or undefined when there is nothing to say. */
export interface InsideCall {
  readonly what: 'answer' | 'plan' | 'report';
  readonly key: string;
  readonly plugin: string;
  readonly command: string;
  readonly args: JsonObject;
  readonly actor: Actor;
  readonly language: Language;
  readonly run?: Run;
  readonly steps?: readonly Step[];
  /** The core's own card of the run. */
  readonly card?: Card;
}

/** Said by the inside as it goes on: what is being loaded, which jobs are under way. */
export interface Busy {
  readonly plugin: string;
  readonly doing: 'load' | 'job' | 'call';
  readonly on: boolean;
}

/** A line of a plugin's log. */
export interface Logged {
  readonly plugin: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: JsonObject;
  readonly message: string;
}

/** Nothing longer than this, as JSON text, comes out of a plugin in one answer. */
export const largestAnswer = 512 * 1024;
