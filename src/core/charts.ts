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

/** PNGs, 1200×750 unless said otherwise: for a light page, and `dark` for a dark one. */
export interface Charts {
  png(
    request: ChartRequest,
    signal: AbortSignal,
  ): Promise<{ content: Buffer; dark: Buffer; width: number; height: number }>;
  stop(): Promise<void>;
}
