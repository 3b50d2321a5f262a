import type { ActorId } from '#core/actor.ts';
import type { Route } from '#core/http.ts';
import { actorView } from './names.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireRun, WireRunDetail, WireRuns } from './protocol.ts';
import { readerOf } from './reader.ts';
import { refuses, reply } from './replies.ts';
import { runView } from './view.ts';

const pageSize = 60;

/** How many times that many runs are looked through for one page: who may see few of many asks on from there. */
const mostLooks = 20;

const page = async (before: number | undefined, reader: ActorId, options: ConsoleOptions): Promise<WireRuns> => {
  const seen: WireRun[] = [];
  let at = before;
  for (let look = 0; look < mostLooks && seen.length < pageSize; look += 1) {
    const runs = await options.runs.last(pageSize, at);
    const views = await Promise.all(runs.map((run) => runView(run, reader, options)));
    seen.push(...views.filter((view) => view !== undefined));
    if (runs.length < pageSize) return { runs: seen };
    at = runs.at(-1)?.id;
  }
  return { runs: seen, ...(at === undefined ? {} : { before: at }) };
};

/** `GET /console/api/runs?before=120`: the last runs this reader may see, newest first. */
const list = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/runs',
  access: 'session',
  async run(request) {
    const before = /^\d{1,15}$/.test(request.query.before ?? '') ? Number(request.query.before) : undefined;
    return reply(await page(before, readerOf(request), options));
  },
});

/** `GET /console/api/runs/:id`: a run with its steps. */
const one = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/runs/:id',
  access: 'session',
  async run(request) {
    const id = request.params.id ?? '';
    const run = /^\d{1,15}$/.test(id) ? await options.runs.get(Number(id)) : undefined;
    const view = run && (await runView(run, readerOf(request), options));
    if (run === undefined || view === undefined) return refuses.noRun();
    const later = await options.runs.resumedBy(view.id);
    const detail: WireRunDetail = {
      run: view,
      steps: await options.runs.steps(view.id),
      approvedBy: await Promise.all((await options.approvedBy(run)).map((one) => actorView(one, options))),
      ...(later === undefined ? {} : { resumedBy: later.id }),
    };
    return reply(detail);
  },
});

export const runRoutes = (options: ConsoleOptions): readonly Route[] => [list(options), one(options)];
