import type { Json } from '#core/json.ts';
import type { PluginValues } from '#core/store.ts';
import { fromJson, toJson } from './rows.ts';
import { createSamples } from './samples.ts';
import type { Use } from './use.ts';

/** A plugin's own key-value space, and its samples. */
export const createPluginValues = (use: Use): PluginValues => ({
  ...createSamples(use),

  get: (plugin, key) =>
    use(async (db) => {
      const row = await db
        .selectFrom('plugin_values')
        .select('value')
        .where('plugin', '=', plugin)
        .where('key', '=', key)
        .executeTakeFirst();
      return row && fromJson<Json>(row.value);
    }),

  set: (plugin, key, value) =>
    use(async (db) => {
      await db
        .insertInto('plugin_values')
        .values({ plugin, key, value: toJson(value) })
        .onConflict((conflict) => conflict.columns(['plugin', 'key']).doUpdateSet({ value: toJson(value) }))
        .execute();
    }),

  remove: (plugin, key) =>
    use(async (db) => {
      await db.deleteFrom('plugin_values').where('plugin', '=', plugin).where('key', '=', key).execute();
    }),
});
