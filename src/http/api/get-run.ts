import type { Route } from '#core/http.ts';
import { t } from '#core/text.ts';
import { HttpRefusal } from '../refusals.ts';
import { identityOf, seesOrder } from './identity.ts';
import type { ApiOptions } from './options.ts';
import { runView, stepsView } from './view.ts';

/** The same whether it is not there or not theirs to see. */
const noRun = (): HttpRefusal =>
  new HttpRefusal(404, {
    code: 'api.no_run',
    say: t('There is no such run, or you may not see it.', 'Cette exécution n’existe pas, ou vous ne pouvez la voir.'),
    next: t(
      'The number of a run stands in its order, as “runId”.',
      'Le numéro d’une exécution est dans son ordre, sous « runId ».',
    ),
  });

/** `GET /api/v1/runs/:id`: a run with its steps, for whoever may see its order. */
export const getRun = (options: ApiOptions): Route => ({
  method: 'GET',
  path: '/api/v1/runs/:id',
  access: 'any',
  async run(request) {
    const id = request.params.id ?? '';
    const run = /^\d{1,15}$/.test(id) ? await options.runs.get(Number(id)) : undefined;
    const order = run === undefined ? undefined : await options.orders.get(run.orderId);
    if (run === undefined || order === undefined) throw noRun();
    if (!(await seesOrder(identityOf(request), order, options))) throw noRun();
    return { status: 200, body: { run: runView(run), steps: stepsView(await options.runs.steps(run.id)) } };
  },
});
