import type { Actor, ActorId } from '#core/actor.ts';
import type { AuditEntry, AuditFilter } from '#core/audit.ts';
import type { CapabilityName, SampleSummary } from '#core/capabilities.ts';
import type { Card, CardImage } from '#core/card.ts';
import type { ChartRequest } from '#core/charts.ts';
import type { Refusal, Result } from '#core/errors.ts';
import type { HostFacts } from '#core/facts.ts';
import type { Host } from '#core/hosts.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { Log } from '#core/log.ts';
import type { Permission, Risk } from '#core/policy.ts';
import type { Run, Step } from '#core/run.ts';
import type { Language, Text } from '#core/text.ts';
import type { Arg } from '#kit/arg.ts';
import type { Answer, Called, FoundRun, NeedName, Proposal } from '#kit/command.ts';
import type { SettingIssue } from './protocol.ts';

/** An argument as plain data: no functions, suggestions already worked out. */
export interface ArgDescription extends Omit<Arg<Json>, 'suggest' | 'hostsOf' | 'type'> {
  readonly name: string;
  readonly hostsOf?: Readonly<Record<string, string>>;
  readonly suggestions?: readonly string[];
}

/** A command as plain data: all that the order path needs to understand, authorize, complete and explain it. */
export interface CommandDescription {
  readonly plugin: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: 'question' | 'change';
  readonly about: Text;
  readonly permission: Permission;
  /** Of a change. */
  readonly risk?: Risk;
  /** In the order they may be written. */
  readonly args: readonly ArgDescription[];
  readonly examples: readonly string[];
  readonly needs: readonly NeedName[];
  /** True when the change makes its own card after the run. */
  readonly reports: boolean;
}

/** One use of a command: who asks, in which order, with which checked arguments. */
export interface PluginCall {
  readonly plugin: string;
  readonly command: string;
  readonly args: JsonObject;
  readonly actor: Actor;
  readonly language: Language;
  readonly orderId: number;
}

/** A plugin that did not load, and why; `keptLastGood` when its last good version still answers. */
export interface PluginFault {
  readonly plugin: string;
  readonly file?: string;
  readonly line?: number;
  readonly refusal: Refusal;
  /** When one of its settings is wrong. */
  readonly issue?: SettingIssue;
  readonly keptLastGood: boolean;
}

/**
 * What listeners are told: `loaded` after a good (re)load, `broken` for a change that was not taken, `mended` when what was
 * broken or paused is in use again or gone, `restarted`, `paused`.
 */
export interface PluginNews {
  readonly kind: 'loaded' | 'broken' | 'mended' | 'restarted' | 'paused';
  readonly plugin?: string;
  readonly say: Text;
  /** What to do about it. */
  readonly next?: Text;
}

/**
 * What the core does for plugins, on this side of the wall. `orderId` is the order the call belongs to: `app` cuts
 * every answer to what that order's actor may see.
 */
export interface CoreServices {
  readonly hosts: { list(orderId: number): Promise<readonly Host[]> };
  readonly facts: {
    gather(orderId: number, hosts: readonly string[], signal: AbortSignal): Promise<readonly HostFacts[]>;
  };
  readonly runs: {
    last(orderId: number, limit: number, before?: number): Promise<readonly Run[]>;
    get(orderId: number, id: number): Promise<FoundRun | undefined>;
  };
  readonly audit: { last(orderId: number, limit: number, filter?: AuditFilter): Promise<readonly AuditEntry[]> };
  readonly people: { called(ids: readonly ActorId[]): Promise<ReadonlyMap<ActorId, Called>> };
  readonly charts: { draw(request: ChartRequest, alt: Text, signal: AbortSignal): Promise<CardImage> };
  readonly playbooks: { list(): Promise<readonly { readonly name: string; readonly about: string }[]> };
  /** Lines without secrets, one for each that is given. */
  readonly logs: { clean(lines: readonly string[]): Promise<readonly string[]> };
  readonly values: {
    get(plugin: string, key: string): Promise<Json | undefined>;
    set(plugin: string, key: string, value: Json): Promise<void>;
    remove(plugin: string, key: string): Promise<void>;
  };
  readonly series: {
    add(plugin: string, at: number, values: Readonly<Record<string, number>>): Promise<void>;
    range(
      plugin: string,
      name: string,
      from: number,
      to: number,
      stepMs: number,
    ): Promise<readonly (readonly [number, number])[]>;
    summary(plugin: string, name: string, from: number, to: number, stepMs: number): Promise<SampleSummary>;
    forget(plugin: string, before: number): Promise<void>;
  };
}

export interface PluginOptions {
  /** Each holds plugins as `<name>/index.ts`, or is one plugin itself. */
  readonly folders: readonly string[];
  /** Names of plugins that are not loaded. */
  readonly disabled: readonly string[];
  /** Each plugin's own settings, by plugin name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Time limit of one call. */
  readonly seconds: number;
  readonly core: CoreServices;
  readonly log: Log;
  /** Reload when a file of a plugin changes. */
  readonly watch: boolean;
  /** False: the same code over a message channel in this thread, for tests. Default true. */
  readonly isolate?: boolean;
  /** Plugins already at hand, for tests; only without isolation. They are checked like those of a folder. */
  readonly plugins?: readonly { readonly name: string }[];
  /** Command names a plugin may not take. */
  readonly reserved?: readonly string[];
  /** Heap limit of the worker, in MB. Default 128. */
  readonly memoryMb?: number;
  /** The time plugins see; only without isolation. */
  readonly now?: () => number;
}

/** The plugins, loaded and running. */
export interface PluginHost {
  plugins(): readonly { readonly name: string; readonly about: Text }[];
  commands(): readonly CommandDescription[];
  answer(call: PluginCall, signal: AbortSignal): Promise<Result<Answer>>;
  propose(call: PluginCall, signal: AbortSignal): Promise<Result<Proposal>>;
  /** The plugin's own card after a run; undefined when it makes none. */
  report(
    call: PluginCall & { readonly run: Run; readonly steps: readonly Step[]; readonly card: Card },
    signal: AbortSignal,
  ): Promise<Result<Card> | undefined>;
  /** Whether some plugin provides it. */
  capability(name: CapabilityName): boolean;
  /** The targets that providers know, or the figures of one; what does not answer in a moment knows none. */
  listed(what: 'metrics' | 'logs' | 'figures', target?: string): Promise<readonly string[]>;
  faults(): readonly PluginFault[];
  /** False while none can answer: the thread of the plugins fell and is not there again yet. */
  running(): boolean;
  /** Returns the way to stop listening. */
  onChange(listener: (news: PluginNews) => void): () => void;
  /** Loads again, with other settings when given; resolves once the outcome is known. */
  reload(changed?: Partial<Pick<PluginOptions, 'settings' | 'disabled' | 'folders'>>): Promise<void>;
  stop(): Promise<void>;
}
