import type { Route } from '#core/http.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import { HttpRefusal } from '../refusals.ts';
import { identityOf } from './identity.ts';
import type { ApiOptions } from './options.ts';
import { limitOf } from './shapes.ts';

const notReader = (): HttpRefusal =>
  new HttpRefusal(403, {
    code: 'api.audit_refused',
    say: t('You may not read the audit.', 'Vous ne pouvez pas lire l’audit.'),
    next: t('Ask for a role that allows audit.read.', 'Demandez un rôle qui permet audit.read.'),
  });

/** `GET /api/v1/audit?limit=50`: the last entries, newest first. */
export const getAudit = (options: ApiOptions): Route => ({
  method: 'GET',
  path: '/api/v1/audit',
  access: 'any',
  async run(request) {
    const identity = identityOf(request);
    if (identity.by !== 'local' && !(await options.sight.audit(identity.actor))) throw notReader();
    const entries = await options.audit.last(limitOf(request.query.limit));
    return { status: 200, body: { entries: JSON.parse(JSON.stringify(entries)) as Json } };
  },
});
