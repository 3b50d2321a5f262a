import type { Clock } from '#core/clock.ts';
import type { Repositories } from '#core/store.ts';
import { createApprovals } from './approvals.ts';
import type { AuditChain } from './audit-chain.ts';
import { createAuditLog } from './audit-log.ts';
import { createConsoleMessages } from './console-messages.ts';
import { createCredentials } from './credentials.ts';
import { createFileIndex } from './file-index.ts';
import { createInbox } from './inbox.ts';
import { createLocks } from './locks.ts';
import { createOrders } from './orders.ts';
import { createOutbox } from './outbox.ts';
import { createPast } from './past.ts';
import { createPeople } from './people.ts';
import { createPlans, type KnownHosts } from './plans.ts';
import { createPluginValues } from './plugin-values.ts';
import { createRuns } from './runs.ts';
import type { Use } from './use.ts';

/** All repositories over one way to use the database; `known` is shared by all of one store. */
export const createRepositories = (
  use: Use,
  clock: Clock,
  known: KnownHosts = new Map(),
  chain?: AuditChain,
): Repositories => ({
  inbox: createInbox(use),
  orders: createOrders(use),
  plans: createPlans(use, known),
  approvals: createApprovals(use),
  runs: createRuns(use),
  locks: createLocks(use, clock),
  outbox: createOutbox(use),
  audit: createAuditLog(use, clock, chain),
  pluginValues: createPluginValues(use),
  people: createPeople(use),
  credentials: createCredentials(use, clock),
  console: createConsoleMessages(use),
  files: createFileIndex(use),
  past: createPast(use),
});
