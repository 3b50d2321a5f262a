import type { Route } from '#core/http.ts';
import { getAudit } from './api/get-audit.ts';
import { getEvents } from './api/get-events.ts';
import { getOrder } from './api/get-order.ts';
import { getPlan } from './api/get-plan.ts';
import { getRun } from './api/get-run.ts';
import { getRunLog } from './api/get-run-log.ts';
import type { ApiOptions } from './api/options.ts';
import { postOrder } from './api/post-order.ts';
import { redacted } from './api/redacted.ts';

export type { ApiOptions } from './api/options.ts';

/** The HTTP API for programs: orders in, orders, runs, audit and events out. */
export const apiRoutes = (options: ApiOptions): readonly Route[] =>
  [postOrder, getOrder, getRun, getRunLog, getPlan, getEvents, getAudit].map((route) =>
    redacted(route(options), options),
  );
