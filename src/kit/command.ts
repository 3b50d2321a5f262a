import type { z } from 'zod';
import type { Actor, ActorId } from '#core/actor.ts';
import type { AuditEntry, AuditFilter } from '#core/audit.ts';
import type { Capabilities, SampleSummary } from '#core/capabilities.ts';
import type { Action, Card, CardImage } from '#core/card.ts';
import type { ChartRequest } from '#core/charts.ts';
import type { HostFacts } from '#core/facts.ts';
import type { Host } from '#core/hosts.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { Log } from '#core/log.ts';
import type { Plan } from '#core/plan.ts';
import type { Permission, Risk } from '#core/policy.ts';
import type { Run, Step } from '#core/run.ts';
import type { Language, Text } from '#core/text.ts';
import type { Arg, Args, Values } from './arg.ts';

/** A small private store of JSON values, one per plugin. */
export interface KeyValues {
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
  remove(key: string): Promise<void>;
}

/** What a command may ask for; what it does not list in `needs` it does not get. */
export interface Needs extends Capabilities {
  /** The inventory, cut to what the actor may see. */
  readonly hosts: { list(): Promise<readonly Host[]> };
  /** Read-only facts of hosts named in this order's arguments or visible to the actor. */
  readonly facts: { gather(hosts: readonly string[], signal: AbortSignal): Promise<readonly HostFacts[]> };
  readonly runs: {
    /** The newest that the actor may see, newest first, at most 200; with `before`, only those with a lower number. */
    last(limit: number, before?: number): Promise<readonly Run[]>;
    get(id: number): Promise<FoundRun | undefined>;
  };
  readonly audit: {
    /** The newest entries first, at most 500: of one actor only, or only those before a `seq`. */
    last(limit: number, filter?: AuditFilter): Promise<readonly AuditEntry[]>;
  };
  /** What actors are called on screen, by id: every id that was asked for is in the answer. */
  readonly people: { called(ids: readonly ActorId[]): Promise<ReadonlyMap<ActorId, Called>> };
  /** Draws a chart and keeps it; the result goes into a card's `image`. */
  readonly charts: { draw(request: ChartRequest, alt: Text): Promise<CardImage> };
  readonly playbooks: {
    list(): Promise<readonly { readonly name: string; readonly about: string }[]>;
  };
  /** Samples over time, kept by the store for this plugin. */
  readonly series: {
    add(at: number, values: Readonly<Record<string, number>>): Promise<void>;
    /** The average of each step, at the step's beginning: a peak in it is lost. */
    range(name: string, from: number, to: number, stepMs: number): Promise<readonly (readonly [number, number])[]>;
    /** The figures of every sample; as points, for a chart, the lowest and highest of each step. */
    summary(name: string, from: number, to: number, stepMs: number): Promise<SampleSummary>;
    forget(before: number): Promise<void>;
  };
}

/** One run with all that is known of it. */
export interface FoundRun {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly plan?: Plan;
  /** The line it was asked for with: said again it is planned anew. */
  readonly line?: string;
  /** Those who approved its plan; empty where nobody had to. */
  readonly approvedBy: readonly ActorId[];
}

/** What an actor is called. */
export interface Called {
  /** The name; absent for somebody who is not known, or no more, and for a service without one of its own. */
  readonly name?: string;
  /** `ada` of `console:local:ada`. */
  readonly short: string;
  /** For the screen: the name, with the short id where another has the same; the whole id of one without a name. */
  readonly shown: string;
}

export type NeedName = keyof Needs;

/** What every command gets. */
export interface Context<S> {
  readonly actor: Actor;
  readonly language: Language;
  readonly settings: S;
  /** Aborted at the time limit, or when the bot stops. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly values: KeyValues;
  /** Milliseconds since the epoch. */
  now(): number;
}

type Given<N extends NeedName> = Pick<Needs, N>;

/**
 * What a change proposes; the core plans it, asks for what policy asks, runs and records it.
 * `play`: a playbook. `cancel` and `resume`: a run.
 */
export type Proposal =
  | {
      readonly do: 'play';
      /** What it will be called on screen: «Deploy shop v2». */
      readonly title: Text;
      /** A better title, once it is planned: `{}` in it is what links of this name then name, where all hosts agree. */
      readonly titleFrom?: { readonly link: string; readonly title: Text };
      /** Relative to the playbooks folder; the extension of its file may be left out. */
      readonly playbook: string;
      readonly limit?: string;
      /** What was typed, or made of it. A name that a person chose (`arg.vars`) replaces nothing that the team wrote. */
      readonly vars: JsonObject;
      /** Further variables, in which is nothing that was typed: from the plugin's settings. */
      readonly chosen?: JsonObject;
      readonly tags?: readonly string[];
      readonly skipTags?: readonly string[];
      readonly locks?: readonly string[];
      /** Raises the declared risk for this one. */
      readonly risk?: Risk;
      /** What is offered when a step would fail: what else may be meant. */
      readonly instead?: readonly Action[];
    }
  | { readonly do: 'cancel'; readonly run: number }
  | { readonly do: 'resume'; readonly run: number }
  | { readonly do: 'refuse'; readonly card: Card };

/** What a question gives: a card, or one that says why there is no answer. */
export type Answer = Card | { readonly do: 'refuse'; readonly card: Card };

interface Described<A extends Args> {
  /** One or more words: `runs`, `runs cancel`. */
  readonly name: string;
  readonly about: Text;
  readonly permission: Permission;
  readonly args: A;
  /** Lines a person can type; each is checked by `checkPlugin`. */
  readonly examples: readonly string[];
  /** Other names: `ls`. */
  readonly aliases?: readonly string[];
}

/** A command that only reads. `S` is the plugin's settings. */
export interface Question<A extends Args, N extends NeedName, S> extends Described<A> {
  readonly kind: 'question';
  readonly needs: readonly N[];
  answer(context: Context<S> & Given<N> & { readonly args: Values<A> }): Promise<Answer> | Answer;
}

/** A command that changes something: it proposes, it never does. */
export interface Change<A extends Args, N extends NeedName, S> extends Described<A> {
  readonly kind: 'change';
  readonly risk: Risk;
  readonly needs: readonly N[];
  plan(context: Context<S> & Given<N> & { readonly args: Values<A> }): Promise<Proposal> | Proposal;
  /** The card after the run, however it ended (`run.state`); `card` is the core's own, to be given back as it is or changed. */
  report?(
    context: Context<S> & {
      readonly args: Values<A>;
      readonly run: Run;
      readonly steps: readonly Step[];
      readonly card: Card;
    },
  ): Promise<Card> | Card;
}

/** Any command, as the core sees it once a plugin is loaded. */
// biome-ignore lint/suspicious/noExplicitAny: a list of commands holds every argument type; `question` and `change` check each.
export type Command<S = any> = Question<any, any, S> | Change<any, any, S>;

export const question = <
  const A extends Readonly<Record<string, Arg<unknown>>>,
  const N extends NeedName = never,
  S = unknown,
>(
  command: Omit<Question<A, N, S>, 'kind'>,
): Question<A, N, S> => ({ kind: 'question', ...command });

export const change = <
  const A extends Readonly<Record<string, Arg<unknown>>>,
  const N extends NeedName = never,
  S = unknown,
>(
  command: Omit<Change<A, N, S>, 'kind'>,
): Change<A, N, S> => ({ kind: 'change', ...command });

/** `question` and `change` for a plugin with settings: what they receive is typed by the schema. */
export const commandsWith = <S>(_settings: z.ZodType<S>) => ({
  question: <const A extends Readonly<Record<string, Arg<unknown>>>, const N extends NeedName = never>(
    command: Omit<Question<A, N, S>, 'kind'>,
  ): Question<A, N, S> => question<A, N, S>(command),
  change: <const A extends Readonly<Record<string, Arg<unknown>>>, const N extends NeedName = never>(
    command: Omit<Change<A, N, S>, 'kind'>,
  ): Change<A, N, S> => change<A, N, S>(command),
});
