import type { Insertable, Selectable } from 'kysely';
import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { present } from '#core/present.ts';
import type { Step } from '#core/run.ts';
import type { Runs } from '#core/store.ts';
import { fromJson, fromOptionalJson, toJson, toOptionalJson } from './rows.ts';
import type { StepsTable } from './schema.ts';
import type { Use } from './use.ts';

const stepOf = (row: Selectable<StepsTable>): Step => ({
  runId: row.run_id,
  id: row.id,
  host: row.host,
  task: row.task,
  module: row.module,
  state: row.state,
  startedAt: row.started_at,
  differences: fromJson<readonly Difference[]>(row.differences),
  result: fromJson<JsonObject>(row.result),
  ...present({
    on: row.done_on,
    item: row.item,
    finishedAt: row.finished_at,
    refusal: fromOptionalJson<Refusal>(row.refusal),
  }),
});

const rowOf = (step: Step): Insertable<StepsTable> => ({
  run_id: step.runId,
  host: step.host,
  id: step.id,
  task: step.task,
  module: step.module,
  item: step.item ?? null,
  done_on: step.on ?? null,
  state: step.state,
  started_at: step.startedAt,
  finished_at: step.finishedAt ?? null,
  differences: toJson(step.differences),
  result: toJson(step.result),
  refusal: toOptionalJson(step.refusal),
});

/** The steps of runs; a step put again keeps its place in the order of beginnings. */
export const createSteps = (use: Use): Pick<Runs, 'putStep' | 'steps'> => ({
  putStep: (step) =>
    use(async (db) => {
      const row = rowOf(step);
      const { run_id, host, id, ...rest } = row;
      await db
        .insertInto('steps')
        .values(row)
        .onConflict((conflict) => conflict.columns(['run_id', 'host', 'id']).doUpdateSet(rest))
        .execute();
    }),

  steps: (runId) =>
    use(async (db) => {
      const rows = await db.selectFrom('steps').selectAll().where('run_id', '=', runId).orderBy('seq').execute();
      return rows.map(stepOf);
    }),
});
