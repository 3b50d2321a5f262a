import type { Route } from '#core/http.ts';
import { notFound } from '../refusals.ts';
import { identityOf, seesOrder } from './identity.ts';
import type { ApiOptions } from './options.ts';
import { runView, stepsView } from './view.ts';

/** `GET /api/v1/runs/:id`: a run with its steps, for whoever may see its order. */
export const getRun = (options: ApiOptions): Route => ({
  method: 'GET',
  path: '/api/v1/runs/:id',
  access: 'any',
  async run(request) {
    const id = request.params.id ?? '';
    const run = /^\d{1,15}$/.test(id) ? await options.runs.get(Number(id)) : undefined;
    const order = run === undefined ? undefined : await options.orders.get(run.orderId);
    if (run === undefined || order === undefined) throw notFound();
    if (!(await seesOrder(identityOf(request), order, options))) throw notFound();
    return { status: 200, body: { run: runView(run), steps: stepsView(await options.runs.steps(run.id)) } };
  },
});
