/** All that a plugin may import. */
export { z } from 'zod';
export type { Actor } from '#core/actor.ts';
export type { AuditEntry } from '#core/audit.ts';
export type {
  Figures,
  LogLevel,
  LogLine,
  Logs,
  LogsAnswer,
  LogsQuery,
  MetricName,
  Metrics,
  MetricsAnswer,
  MetricsQuery,
  SampleSummary,
  Series,
  Unit,
} from '#core/capabilities.ts';
export type { Action, Card, CardImage, Form, FormField, Tone } from '#core/card.ts';
export type { ChartRequest } from '#core/charts.ts';
export type { HostFacts } from '#core/facts.ts';
export type { Host } from '#core/hosts.ts';
export type { Json, JsonObject } from '#core/json.ts';
export { listed, nearestFirst } from '#core/nearest.ts';
export type { Difference, Plan, PlannedStep } from '#core/plan.ts';
export {
  type HostRecap,
  isResumable,
  onlyOk,
  type Recap,
  type Run,
  type RunState,
  type Step,
  type StepState,
} from '#core/run.ts';
export { each, inLanguage, join, type Language, type Text, t } from '#core/text.ts';
export { type Arg, type Args, arg, type Values } from './arg.ts';
export {
  type Answer,
  type Called,
  type Change,
  type Command,
  type Context,
  change,
  commandsWith,
  type Needs,
  type Proposal,
  type Question,
  question,
} from './command.ts';
export { expected } from './expected.ts';
export { type AnyPlugin, definePlugin, type Plugin, type PluginContext } from './plugin.ts';
export { show } from './show.ts';
