import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Refusal } from '#core/errors.ts';
import type { PlayRequest } from '#core/plan.ts';
import { present } from '#core/present.ts';
import type { Recap, Run } from '#core/run.ts';
import type { RunChange, Runs } from '#core/store.ts';
import { fromJson, fromOptionalJson, toJson, toOptionalJson } from './rows.ts';
import type { RunsTable } from './schema.ts';
import { createSteps } from './steps.ts';
import type { Use } from './use.ts';

const runOf = (row: Selectable<RunsTable>): Run => ({
  id: row.id,
  orderId: row.order_id,
  actor: row.actor,
  state: row.state,
  request: fromJson<PlayRequest>(row.request),
  planHash: row.plan_hash,
  recap: fromJson<Recap>(row.recap),
  queuedAt: row.queued_at,
  ...present({
    refusal: fromOptionalJson<Refusal>(row.refusal),
    resumes: row.resumes,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    foundAt: row.found_at,
  }),
});

const rowOf = (run: Omit<Run, 'id'>): Insertable<RunsTable> => ({
  order_id: run.orderId,
  actor: run.actor,
  state: run.state,
  request: toJson(run.request),
  plan_hash: run.planHash,
  recap: toJson(run.recap),
  refusal: toOptionalJson(run.refusal),
  resumes: run.resumes ?? null,
  queued_at: run.queuedAt,
  started_at: run.startedAt ?? null,
  finished_at: run.finishedAt ?? null,
  found_at: run.foundAt ?? null,
});

/** Only what the change names; `id` keeps the statement valid when it names nothing. */
const changesOf = (id: number, change: RunChange): Updateable<RunsTable> => ({
  id,
  ...present({
    state: change.state,
    recap: toOptionalJson(change.recap),
    refusal: toOptionalJson(change.refusal),
    started_at: change.startedAt,
    finished_at: change.finishedAt,
    found_at: change.foundAt,
  }),
});

/** Runs and their steps. */
export const createRuns = (use: Use): Runs => ({
  ...createSteps(use),

  add: (run) =>
    use(async (db) => runOf(await db.insertInto('runs').values(rowOf(run)).returningAll().executeTakeFirstOrThrow())),

  get: (id) =>
    use(async (db) => {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
      return row && runOf(row);
    }),

  resumedBy: (id) =>
    use(async (db) => {
      const row = await db.selectFrom('runs').selectAll().where('resumes', '=', id).executeTakeFirst();
      return row && runOf(row);
    }),

  change: (id, from, change) =>
    use(async (db) => {
      if (from.length === 0) return undefined;
      const row = await db
        .updateTable('runs')
        .set(changesOf(id, change))
        .where('id', '=', id)
        .where('state', 'in', from)
        .returningAll()
        .executeTakeFirst();
      return row && runOf(row);
    }),

  inStates: (states) =>
    use(async (db) => {
      if (states.length === 0) return [];
      const rows = await db.selectFrom('runs').selectAll().where('state', 'in', states).orderBy('id').execute();
      return rows.map(runOf);
    }),

  cut: (since) =>
    use(async (db) => {
      const rows = await db
        .selectFrom('runs')
        .selectAll()
        .where((row) => row.or([row('finished_at', '>=', since), row('found_at', '>=', since)]))
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('steps').select('seq').whereRef('run_id', '=', 'runs.id').where('steps.state', '=', 'unknown'),
          ),
        )
        .execute();
      return rows.map(runOf).sort((a, b) => a.id - b.id); // sorted by SQLite, all runs would be read
    }),

  last: (limit, before) =>
    use(async (db) => {
      const all = db.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit);
      const rows = await (before === undefined ? all : all.where('id', '<', before)).execute();
      return rows.map(runOf);
    }),
});
