import type { Identity, Route, WebRequest } from '#core/http.ts';
import type { Order } from '#core/order.ts';
import type { Run } from '#core/run.ts';
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

/** The run that is asked for, when whoever asks may see it; else throws what is said of a run that is not there. */
export async function seenRun(
  request: WebRequest,
  options: ApiOptions,
): Promise<{ readonly run: Run; readonly order: Order; readonly identity: Identity }> {
  const id = request.params.id ?? '';
  const run = /^\d{1,15}$/.test(id) ? await options.runs.get(Number(id)) : undefined;
  const order = run === undefined ? undefined : await options.orders.get(run.orderId);
  const identity = identityOf(request);
  if (run === undefined || order === undefined) throw noRun();
  if (!(await seesOrder(identity, order, options))) throw noRun();
  return { run, order, identity };
}

/** `GET /api/v1/runs/:id`: a run with its steps, for whoever may see its order. */
export const getRun = (options: ApiOptions): Route => ({
  method: 'GET',
  path: '/api/v1/runs/:id',
  access: 'any',
  async run(request) {
    const { run } = await seenRun(request, options);
    return { status: 200, body: { run: runView(run), steps: stepsView(await options.runs.steps(run.id)) } };
  },
});
