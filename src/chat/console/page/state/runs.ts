import { type Signal, signal } from '@preact/signals';
import type { Step } from '#core/run.ts';
import type { WireActor, WireRun, WireRunDetail, WireRuns } from '../../protocol.ts';
import type { Api } from '../net/api.ts';
import { createRunLog, type RunLog } from './run-log.ts';
import { type StepsByHost, withSteps } from './steps.ts';
import { laterRun, upsertRun } from './upsert.ts';

/** The run on screen; without `run` while it is being read. */
export interface OpenRun {
  readonly id: number;
  readonly run: WireRun | undefined;
  /** The run that goes on with it. */
  readonly resumedBy?: number;
  /** Those who approved its plan. */
  readonly approvedBy: readonly WireActor[];
  readonly steps: StepsByHost;
}

/** The runs the page knows. */
export interface Runs {
  readonly list: Signal<readonly WireRun[]>;
  readonly loaded: Signal<boolean>;
  readonly open: Signal<OpenRun | undefined>;
  /** The log of the open run. */
  readonly log: RunLog;
  load(): Promise<void>;
  /** Where the runs before those in the list begin; undefined when there are none. */
  readonly before: Signal<number | undefined>;
  loadEarlier(): Promise<void>;
  show(id: number): Promise<void>;
  close(): void;
  applyRun(run: WireRun): void;
  applyStep(step: Step): void;
}

/** Steps that come together are shown together: a run on many hosts tells hundreds in a second. */
const togetherMs = 100;

export const createRuns = (api: Api): Runs => {
  const list = signal<readonly WireRun[]>([]);
  const loaded = signal(false);
  const open = signal<OpenRun | undefined>(undefined);
  const log = createRunLog(api);
  const before = signal<number | undefined>(undefined);

  /** Changes the open run, when it is this one. */
  const change = (id: number, next: (shown: OpenRun) => OpenRun): void => {
    if (open.value?.id === id) open.value = next(open.value);
  };

  let heard: Step[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const take = (): void => {
    const told = heard;
    heard = [];
    timer = undefined;
    const id = open.value?.id;
    const its = told.filter(({ runId }) => runId === id);
    if (id !== undefined && its.length > 0) change(id, (shown) => ({ ...shown, steps: withSteps(shown.steps, its) }));
  };

  return {
    list,
    loaded,
    open,
    log,
    async load() {
      const newest = list.value[0]?.id ?? 0;
      const page = await api.get<WireRuns>('runs');
      const start = page.before;
      // More runs came than one page has: those known before would stand below a hole.
      const isApart = start !== undefined && start > newest;
      const known = isApart ? list.value.filter(({ id }) => id >= start) : list.value;
      list.value = page.runs.reduce(upsertRun, known);
      if (!loaded.value || isApart) before.value = start;
      loaded.value = true;
    },
    before,
    async loadEarlier() {
      const page = await api.get<WireRuns>('runs', { before: before.value });
      list.value = page.runs.reduce(upsertRun, list.value);
      before.value = page.before;
    },
    async show(id) {
      if (open.value?.id !== id) open.value = { id, run: undefined, approvedBy: [], steps: new Map() };
      const detail = await api.get<WireRunDetail>(`runs/${id}`);
      if (open.value?.id === id && detail.run.startedAt !== undefined) log.follow(id);
      change(id, (shown) => ({
        ...shown,
        run: shown.run === undefined ? detail.run : laterRun(shown.run, detail.run),
        approvedBy: detail.approvedBy,
        steps: withSteps(withSteps(new Map(), detail.steps), [...shown.steps.values()].flat()),
        ...(detail.resumedBy === undefined ? {} : { resumedBy: detail.resumedBy }),
      }));
    },
    close() {
      clearTimeout(timer);
      timer = undefined;
      heard = [];
      open.value = undefined;
      log.close();
    },
    applyRun(run) {
      list.value = upsertRun(list.value, run);
      change(run.id, (shown) => ({ ...shown, run: shown.run === undefined ? run : laterRun(shown.run, run) }));
      if (open.value?.id === run.id && run.startedAt !== undefined) log.follow(run.id);
      if (run.resumes !== undefined) change(run.resumes, (shown) => ({ ...shown, resumedBy: run.id }));
    },
    applyStep(step) {
      if (open.value?.id !== step.runId) return;
      heard.push(step);
      timer ??= setTimeout(take, togetherMs);
    },
  };
};
