import type { Series, Unit } from './capabilities.ts';

/** What a chart shows. Times in ms since the epoch. */
export interface ChartRequest {
  readonly title: string;
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
  readonly series: readonly Series[];
  readonly threshold?: { readonly value: number; readonly label: string };
  readonly timeZone?: string;
}

/** A PNG, 1200×750 unless said otherwise. */
export interface Charts {
  png(request: ChartRequest, signal: AbortSignal): Promise<{ content: Buffer; width: number; height: number }>;
  stop(): Promise<void>;
}
