import type { Figures, SampleSummary } from '#core/capabilities.ts';

type Sample = readonly [number, number];

/** What samples come to so far. */
interface Sum {
  readonly first: Sample;
  readonly count: number;
  readonly total: number;
  readonly last: Sample;
  readonly lowest: Sample;
  readonly highest: Sample;
}

const added = (sum: Sum | undefined, sample: Sample): Sum =>
  sum === undefined
    ? { first: sample, count: 1, total: sample[1], last: sample, lowest: sample, highest: sample }
    : {
        first: sum.first,
        count: sum.count + 1,
        total: sum.total + sample[1],
        last: sample,
        lowest: sample[1] < sum.lowest[1] ? sample : sum.lowest,
        highest: sample[1] > sum.highest[1] ? sample : sum.highest,
      };

const figuresOf = ({ first, count, total, last, lowest, highest }: Sum): Figures => ({
  now: last[1],
  average: total / count,
  lowest: lowest[1],
  highest: highest[1],
  highestAt: highest[0],
  first: first[0],
});

/** Takes samples, oldest first, and holds no more of them than a chart shows. */
export interface Summing {
  take(sample: Sample): void;
  summary(): SampleSummary;
}

/**
 * Sums samples up: the figures are of each of them; the points are the lowest and the highest of each step, at their own
 * times, and the very first and last, so that a chart shows what the figures say.
 */
export function createSumming(from: number, stepMs: number): Summing {
  const points: Sample[] = [];
  let all: Sum | undefined;
  let step: (Sum & { readonly number: number }) | undefined;
  const keep = (sample: Sample): void => {
    const before = points.at(-1);
    if (before === undefined || before[0] < sample[0]) points.push(sample);
  };
  const keepStep = (): void => {
    if (step === undefined) return;
    const { lowest, highest } = step;
    keep(lowest[0] < highest[0] ? lowest : highest);
    keep(lowest[0] < highest[0] ? highest : lowest);
  };
  return {
    take(sample) {
      if (all === undefined) keep(sample);
      all = added(all, sample);
      const number = Math.floor((sample[0] - from) / stepMs);
      if (step?.number !== number) keepStep();
      step = { number, ...added(step?.number === number ? step : undefined, sample) };
    },
    summary() {
      if (all === undefined) return { points: [] };
      keepStep();
      keep(all.last);
      step = undefined;
      return { figures: figuresOf(all), points };
    },
  };
}
