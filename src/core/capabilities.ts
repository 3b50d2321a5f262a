import type { Text } from './text.ts';

/** One measured series: `points` are [ms since epoch, value or null for a gap], ascending. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number | null])[];
}

/** The unit of a metric, for showing: percent is 0..100. */
export type Unit = 'percent' | 'bytes' | 'bytes/s' | 'seconds' | 'count' | 'load';

/** What a metrics provider can measure. */
export interface MetricName {
  /** What it is asked by. */
  readonly name: string;
  /** What it is called on screen, in a word; its name when absent. */
  readonly label?: Text;
  readonly about: Text;
  readonly unit: Unit;
  /** Above this it is shown as a warning. */
  readonly warn?: number;
  readonly bad?: number;
}

/** What measured values come to; times in ms since the epoch. */
export interface Figures {
  /** The newest value. */
  readonly now: number;
  readonly average: number;
  readonly lowest: number;
  readonly highest: number;
  readonly highestAt: number;
  /** When the first value was measured. */
  readonly first: number;
}

/** Samples in short: `points` are the lowest and highest of each step; the figures are of every sample. */
export interface SampleSummary {
  /** Absent without any sample. */
  readonly figures?: Figures;
  readonly points: readonly (readonly [number, number])[];
}

/** Times in ms since the epoch. */
export interface MetricsQuery {
  readonly target: string;
  readonly metric: string;
  readonly from: number;
  readonly to: number;
  /** About how many points are wanted; the provider chooses the step. */
  readonly points: number;
}

/** The answer to a metrics query; `note` says what the reader must know (whose figures these are). */
export interface MetricsAnswer {
  readonly metric: MetricName;
  /** For the chart: a point that stands for several values is better the highest or lowest than their average. */
  readonly series: readonly Series[];
  /**
   * Of all series together over the time asked, as the source keeps them (of Prometheus: `max_over_time` and the like):
   * what is said in words. When absent they are made of the points, and a peak between two of them is not known.
   */
  readonly figures?: Figures;
  readonly note?: Text;
  /** The plugin that answered; set by the core. */
  readonly provider?: string;
}

/** The capability `metrics`. */
export interface Metrics {
  /** What this provider knows about the target; empty when it does not know the target. */
  metrics(target: string, signal: AbortSignal): Promise<readonly MetricName[]>;
  query(query: MetricsQuery, signal: AbortSignal): Promise<MetricsAnswer>;
  targets(signal: AbortSignal): Promise<readonly string[]>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One log line; `at` in ms since the epoch. */
export interface LogLine {
  readonly at: number;
  readonly level?: LogLevel;
  readonly source: string;
  readonly line: string;
}

/** Newest `limit` lines that hold all `words`, case-insensitively, oldest first in the answer. */
export interface LogsQuery {
  readonly target: string;
  readonly words: readonly string[];
  readonly level?: LogLevel;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

export interface LogsAnswer {
  readonly lines: readonly LogLine[];
  /** True when older lines were left out. */
  readonly more: boolean;
  readonly note?: Text;
  /** The plugin that answered; set by the core. */
  readonly provider?: string;
}

/** The capability `logs`. */
export interface Logs {
  logs(query: LogsQuery, signal: AbortSignal): Promise<LogsAnswer>;
  targets(signal: AbortSignal): Promise<readonly string[]>;
}

/** What plugins may provide to other plugins. */
export interface Capabilities {
  readonly metrics: Metrics;
  readonly logs: Logs;
}

export type CapabilityName = keyof Capabilities;
