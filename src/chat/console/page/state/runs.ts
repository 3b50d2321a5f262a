import { type Signal, signal } from '@preact/signals';
import type { Step } from '#core/run.ts';
import type { WireEvents, WireRun, WireRunDetail } from '../../protocol.ts';
import type { Api } from '../net/api.ts';

/** A piece of a host's output, as it came. */
export type Output = WireEvents['output'];

/** The run on screen. */
export interface OpenRun {
  readonly run: WireRun;
  readonly steps: readonly Step[];
  readonly output: readonly Output[];
}

/** The runs the page knows. */
export interface Runs {
  readonly list: Signal<readonly WireRun[] | undefined>;
  readonly open: Signal<OpenRun | undefined>;
  load(): Promise<void>;
  show(id: number): Promise<void>;
  close(): void;
  applyRun(run: WireRun): void;
  applyStep(step: Step): void;
  applyOutput(output: Output): void;
}

/** Older pieces of the live log are let go; the steps keep their results. */
const mostPieces = 2000;

const same = (a: Step, b: Step): boolean => a.id === b.id && a.host === b.host;

export const createRuns = (api: Api): Runs => {
  const list = signal<readonly WireRun[] | undefined>(undefined);
  const open = signal<OpenRun | undefined>(undefined);
  return {
    list,
    open,
    async load() {
      list.value = (await api.get<{ runs: readonly WireRun[] }>('runs')).runs;
    },
    async show(id) {
      const detail = await api.get<WireRunDetail>(`runs/${id}`);
      const output = open.value?.run.id === id ? open.value.output : [];
      open.value = { ...detail, output };
    },
    close() {
      open.value = undefined;
    },
    applyRun(run) {
      if (open.value?.run.id === run.id) open.value = { ...open.value, run };
      const known = list.value;
      if (known === undefined) return;
      list.value = known.some(({ id }) => id === run.id)
        ? known.map((other) => (other.id === run.id ? run : other))
        : [run, ...known].sort((a, b) => b.id - a.id);
    },
    applyStep(step) {
      const shown = open.value;
      if (shown?.run.id !== step.runId) return;
      const steps = shown.steps.some((other) => same(other, step))
        ? shown.steps.map((other) => (same(other, step) ? step : other))
        : [...shown.steps, step];
      open.value = { ...shown, steps };
    },
    applyOutput(output) {
      const shown = open.value;
      if (shown?.run.id !== output.runId) return;
      open.value = { ...shown, output: [...shown.output, output].slice(-mostPieces) };
    },
  };
};
