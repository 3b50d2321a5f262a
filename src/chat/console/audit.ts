import type { AuditEntry } from '#core/audit.ts';
import type { Route } from '#core/http.ts';
import { actorView } from './names.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireAudit, WireAuditEntry } from './protocol.ts';
import { readerOf } from './reader.ts';
import { refuses, reply } from './replies.ts';

const pageSize = 50;

const view = async (entry: AuditEntry, options: ConsoleOptions): Promise<WireAuditEntry> => {
  const { seq, at, action, details, hash, via, orderId } = entry;
  return {
    seq,
    at,
    actor: await actorView(entry.actor, options),
    action,
    details,
    hash,
    ...(via === undefined ? {} : { via }),
    ...(orderId === undefined ? {} : { orderId }),
  };
};

/** `GET /console/api/audit?before=200`: who did what, newest first. */
export const auditRoute = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/audit',
  access: 'session',
  async run(request) {
    if (!(await options.sight.audit(readerOf(request)))) return refuses.noAudit();
    const before = /^\d{1,15}$/.test(request.query.before ?? '') ? Number(request.query.before) : undefined;
    const entries = await options.audit.last(pageSize + 1, before === undefined ? {} : { before });
    const body: WireAudit = {
      entries: await Promise.all(entries.slice(0, pageSize).map((entry) => view(entry, options))),
      more: entries.length > pageSize,
    };
    return reply(body);
  },
});
