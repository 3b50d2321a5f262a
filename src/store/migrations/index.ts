import { orderTables } from './001-orders.ts';
import { runTables } from './002-runs.ts';
import { auditTable } from './003-audit.ts';
import { messageTables } from './004-messages.ts';
import { peopleTables } from './005-people.ts';
import { pluginTables } from './006-plugins.ts';
import { sessionTokens } from './007-session-tokens.ts';
import { planUse } from './008-plan-use.ts';
import { inboxIndex } from './009-inbox-index.ts';
import { stepItems } from './010-step-items.ts';
import { stepPlaces } from './011-step-places.ts';
import { orderStarts } from './012-order-starts.ts';
import { seenRuns } from './013-seen-runs.ts';
import { runsByEnd } from './014-runs-by-end.ts';
import { runsFound } from './015-runs-found.ts';
import type { Migration } from './migration.ts';

/** All migrations, in the order they are applied. New ones go at the end. */
export const migrations: readonly Migration[] = [
  orderTables,
  runTables,
  auditTable,
  messageTables,
  peopleTables,
  pluginTables,
  sessionTokens,
  planUse,
  inboxIndex,
  stepItems,
  stepPlaces,
  orderStarts,
  seenRuns,
  runsByEnd,
  runsFound,
];
