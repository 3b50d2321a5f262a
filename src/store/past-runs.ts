import type { RunState } from '#core/run.ts';
import type { PastBatch } from '#core/store.ts';
import { openStates } from './past-orders.ts';
import type { Database } from './schema.ts';

/** How many steps go in one transaction: a run may have many thousands. */
const stepsAtOnce = 1_000;

const over: readonly RunState[] = ['done', 'failed', 'cancelled', 'drifted', 'interrupted'];

const looksOf = (db: Database) => db.selectFrom('runs').select(['id', 'state', 'queued_at', 'finished_at']);

type Look = Awaited<ReturnType<ReturnType<typeof looksOf>['execute']>>[number];

/** The run and those that go on with it, one after the other. */
async function chainOf(db: Database, first: Look): Promise<readonly Look[]> {
  const chain = [first];
  for (let last: Look | undefined = first; last; ) {
    last = await looksOf(db).where('resumes', '=', last.id).executeTakeFirst();
    if (last) chain.push(last);
  }
  return chain;
}

/** Runs that somebody waits to go on with. */
async function askedFor(db: Database): Promise<ReadonlySet<number | null>> {
  const orders = await db.selectFrom('orders').select('resumes').where('state', 'in', openStates).execute();
  return new Set(orders.map((order) => order.resumes));
}

/** A chain goes as a whole: when all of it is over and old, nobody waits to go on with it, and it was not left in the middle. */
const isPast = (chain: readonly Look[], before: string, asked: ReadonlySet<number | null>): boolean =>
  chain.at(-1)?.state !== 'interrupted' &&
  chain.every((run) => over.includes(run.state) && (run.finished_at ?? run.queued_at) < before && !asked.has(run.id));

/** Forgets steps of these runs; whether there are more. */
async function forgetSteps(db: Database, runs: readonly number[]): Promise<boolean> {
  const some = db.selectFrom('steps').select('seq').where('run_id', 'in', runs).limit(stepsAtOnce);
  const { numDeletedRows } = await db.deleteFrom('steps').where('seq', 'in', some).executeTakeFirstOrThrow();
  return numDeletedRows >= stepsAtOnce;
}

/** One batch of `Past.forgetRuns`. */
export async function forgetRuns(db: Database, { before, after, limit }: PastBatch): Promise<number | undefined> {
  const found = await looksOf(db).where('id', '>', after).orderBy('id').limit(limit).execute();
  // One with a time that is still to come does not keep those after it.
  const next = found.length === limit ? found.at(-1)?.id : undefined;
  const old = found.filter((run) => run.queued_at < before);
  if (old.length === 0) return next;
  const asked = await askedFor(db);
  const gone = new Set<number>();
  for (const run of old) {
    if (gone.has(run.id)) continue;
    const chain = await chainOf(db, run);
    if (isPast(chain, before, asked)) for (const one of chain) gone.add(one.id);
  }
  if (gone.size > 0) {
    if (await forgetSteps(db, [...gone])) return after;
    await db
      .deleteFrom('runs')
      .where('id', 'in', [...gone])
      .execute();
  }
  return next;
}
