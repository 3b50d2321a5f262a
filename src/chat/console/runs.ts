import type { Route } from '#core/http.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireRunDetail } from './protocol.ts';
import { readerOf } from './reader.ts';
import { refuses, reply } from './replies.ts';
import { runView } from './view.ts';

const mostRuns = 60;

/** `GET /console/api/runs`: the last runs this reader may see, newest first. */
const list = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/runs',
  access: 'session',
  async run(request) {
    const reader = readerOf(request);
    const runs = await options.runs.last(mostRuns);
    const views = await Promise.all(runs.map((run) => runView(run, reader, options)));
    return reply({ runs: views.filter((view) => view !== undefined) });
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
    const view = run === undefined ? undefined : await runView(run, readerOf(request), options);
    if (view === undefined) return refuses.noRun();
    const later = await options.runs.resumedBy(view.id);
    const detail: WireRunDetail = {
      run: view,
      steps: await options.runs.steps(view.id),
      ...(later === undefined ? {} : { resumedBy: later.id }),
    };
    return reply(detail);
  },
});

export const runRoutes = (options: ConsoleOptions): readonly Route[] => [list(options), one(options)];
