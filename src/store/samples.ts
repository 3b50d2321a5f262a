import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { PluginValues } from '#core/store.ts';
import { fromJson, toJson } from './rows.ts';
import type { Database } from './schema.ts';
import { createSumming } from './summed.ts';
import type { Use } from './use.ts';

type Figures = Readonly<Record<string, number>>;

/**
 * A name as a JSON label that the operator `->>` takes as it is: percent-encoding leaves letters, digits and
 * `-_.!~*'()`; the underscore before it keeps it from being empty or a number.
 */
const label = (name: string): string => `_${encodeURIComponent(name.toWellFormed())}`;

const labelled = (figures: Figures): Figures =>
  Object.fromEntries(
    Object.entries(figures)
      .filter(([, figure]) => Number.isFinite(figure))
      .map(([name, figure]) => [label(name), figure]),
  );

const alreadyThere = async (db: Database, plugin: string, at: number): Promise<Figures> => {
  const row = await db
    .selectFrom('samples')
    .select('figures')
    .where('plugin', '=', plugin)
    .where('at', '=', at)
    .executeTakeFirst();
  return row ? fromJson<Figures>(row.figures) : {};
};

/** So many samples are read at once: some milliseconds of the one thread that also answers the chat. */
const slice = 2_000;

const readSlice = (db: Database, plugin: string, name: string, from: number, to: number) =>
  db
    .selectFrom('samples')
    .select(['at', sql<number | null>`cast(figures ->> ${label(name)} as double precision)`.as('value')])
    .where('plugin', '=', plugin)
    .where('at', '>=', from)
    .where('at', '<=', to)
    .orderBy('at')
    .limit(slice)
    .execute();

type Samples = Pick<PluginValues, 'addSample' | 'samples' | 'sampleSummary' | 'forgetSamples'>;

/** Samples over time: figures of the same instant are kept in one row, averages are made by the database. */
export const createSamples = (use: Use): Samples => ({
  addSample: (plugin, at, values) =>
    use(async (db) => {
      const figures = toJson({ ...(await alreadyThere(db, plugin, at)), ...labelled(values) });
      await db
        .insertInto('samples')
        .values({ plugin, at, figures })
        .onConflict((conflict) => conflict.columns(['plugin', 'at']).doUpdateSet({ figures }))
        .execute();
    }),

  samples: (plugin, name, from, to, stepMs) =>
    use(async (db) => {
      const step = Math.max(1, Math.floor(stepMs));
      const figure = sql<number>`cast(figures ->> ${label(name)} as double precision)`;
      const start = sql<number>`at - (at - cast(${from} as bigint)) % cast(${step} as bigint)`;
      const rows = await db
        .selectFrom('samples')
        .select([start.as('start'), sql<number>`avg(${figure})`.as('average')])
        .where('plugin', '=', plugin)
        .where('at', '>=', from)
        .where('at', '<=', to)
        .where(figure, 'is not', null)
        .groupBy('start')
        .orderBy('start')
        .execute();
      return rows.map((row) => [row.start, row.average] as const);
    }),

  async sampleSummary(plugin, name, from, to, stepMs) {
    const summing = createSumming(from, Math.max(1, stepMs));
    for (let next = from; ; await setImmediate()) {
      const rows = await use((db) => readSlice(db, plugin, name, next, to));
      for (const { at, value } of rows) if (value !== null) summing.take([at, value]);
      const last = rows.at(-1);
      if (last === undefined || rows.length < slice) return summing.summary();
      next = last.at + 1;
    }
  },

  forgetSamples: (plugin, before) =>
    use(async (db) => {
      await db.deleteFrom('samples').where('plugin', '=', plugin).where('at', '<', before).execute();
    }),
});
