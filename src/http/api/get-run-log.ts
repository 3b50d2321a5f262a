import type { Route } from '#core/http.ts';
import { t } from '#core/text.ts';
import { HttpRefusal } from '../refusals.ts';
import { seenRun } from './get-run.ts';
import { seesContent } from './identity.ts';
import type { ApiOptions } from './options.ts';
import { logLimitOf, placeOf } from './shapes.ts';

const notTheirs = (): HttpRefusal =>
  new HttpRefusal(403, {
    code: 'api.log_refused',
    say: t(
      'You may see how this run stands, not what it said: its order was not shown to you.',
      'Vous pouvez voir où en est cette exécution, pas ce qu’elle a dit : son ordre ne vous a pas été montré.',
    ),
    next: t(
      'Ask whoever gave the order, or give it in a channel.',
      'Demandez à qui a donné l’ordre, ou donnez-le dans un canal.',
    ),
  });

const noLog = (): HttpRefusal =>
  new HttpRefusal(404, {
    code: 'api.no_log',
    say: t(
      'This run has no log: it has not begun, or its log is no longer kept.',
      'Cette exécution n’a pas de journal : elle n’a pas commencé, ou son journal n’est plus conservé.',
    ),
    next: t(
      'Its steps are still there; “keep.days” says how long runs and logs are kept.',
      'Ses étapes restent ; « keep.days » dit combien de temps exécutions et journaux sont conservés.',
    ),
  });

/** `GET /api/v1/runs/:id/log?from=0&limit=65536`: a piece of what a run printed, for whoever may read its order. */
export const getRunLog = (options: ApiOptions): Route => ({
  method: 'GET',
  path: '/api/v1/runs/:id/log',
  access: 'any',
  async run(request) {
    const { run, order, identity } = await seenRun(request, options);
    if (!(await seesContent(identity, order, options))) throw notTheirs();
    const wanted = { from: placeOf(request.query.from), most: logLimitOf(request.query.limit) };
    const piece = run.state === 'queued' ? undefined : await options.readLog(run.id, wanted);
    if (piece === undefined) throw noLog();
    return {
      status: 200,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-quarterdeck-from': String(piece.from),
        'x-quarterdeck-next': String(piece.to),
        'x-quarterdeck-size': String(piece.size),
      },
      body: piece.text,
    };
  },
});
