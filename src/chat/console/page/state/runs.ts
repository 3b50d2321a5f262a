import { type Signal, signal } from '@preact/signals';
import type { Step } from '#core/run.ts';
import type { WireEvents, WireRun, WireRunDetail, WireRuns } from '../../protocol.ts';
import type { Api } from '../net/api.ts';
import { laterRun, upsertRun, upsertStep } from './upsert.ts';

/** A piece of a host's output, as it came. */
export type Output = WireEvents['output'];

/** The run on screen; without `run` while it is being read. */
export interface OpenRun {
  readonly id: number;
  readonly run: WireRun | undefined;
  /** The run that goes on with it. */
  readonly resumedBy?: number;
  readonly steps: readonly Step[];
  readonly output: readonly Output[];
}

/** The runs the page knows. */
export interface Runs {
  readonly list: Signal<readonly WireRun[]>;
  readonly loaded: Signal<boolean>;
  readonly open: Signal<OpenRun | undefined>;
  load(): Promise<void>;
  /** Where the runs before those in the list begin; undefined when there are none. */
  readonly before: Signal<number | undefined>;
  loadEarlier(): Promise<void>;
  show(id: number): Promise<void>;
  close(): void;
  applyRun(run: WireRun): void;
  applyStep(step: Step): void;
  applyOutput(output: Output): void;
}

/** Older pieces of the live log are let go; the steps keep their results. */
const mostPieces = 2000;

export const createRuns = (api: Api): Runs => {
  const list = signal<readonly WireRun[]>([]);
  const loaded = signal(false);
  const open = signal<OpenRun | undefined>(undefined);
  const before = signal<number | undefined>(undefined);

  /** Changes the open run, when it is this one. */
  const change = (id: number, next: (shown: OpenRun) => OpenRun): void => {
    if (open.value?.id === id) open.value = next(open.value);
  };

  return {
    list,
    loaded,
    open,
    async load() {
      const page = await api.get<WireRuns>('runs');
      list.value = page.runs.reduce(upsertRun, list.value);
      if (!loaded.value) before.value = page.before;
      loaded.value = true;
    },
    before,
    async loadEarlier() {
      const page = await api.get<WireRuns>('runs', { before: before.value });
      list.value = page.runs.reduce(upsertRun, list.value);
      before.value = page.before;
    },
    async show(id) {
      if (open.value?.id !== id) open.value = { id, run: undefined, steps: [], output: [] };
      const detail = await api.get<WireRunDetail>(`runs/${id}`);
      change(id, (shown) => ({
        ...shown,
        run: shown.run === undefined ? detail.run : laterRun(shown.run, detail.run),
        steps: shown.steps.reduce(upsertStep, detail.steps),
        ...(detail.resumedBy === undefined ? {} : { resumedBy: detail.resumedBy }),
      }));
    },
    close() {
      open.value = undefined;
    },
    applyRun(run) {
      list.value = upsertRun(list.value, run);
      change(run.id, (shown) => ({ ...shown, run: shown.run === undefined ? run : laterRun(shown.run, run) }));
      if (run.resumes !== undefined) change(run.resumes, (shown) => ({ ...shown, resumedBy: run.id }));
    },
    applyStep(step) {
      change(step.runId, (shown) => ({ ...shown, steps: upsertStep(shown.steps, step) }));
    },
    applyOutput(output) {
      change(output.runId, (shown) => ({ ...shown, output: [...shown.output, output].slice(-mostPieces) }));
    },
  };
};
