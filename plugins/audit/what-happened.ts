import type { AuditEntry } from '#kit';

/** Comings and goings, and entries that only say in other words what another one says. */
const minor = new Set(['login', 'login.link_created', 'order.asked', 'order.completed', 'run.started']);

/** A line that was no order is refused for its spelling: nothing was at stake. */
const misspelt = /^(?:command|argument|help|line)\./;

/** What happened, without what was only asked: questions, lines that were no orders, logins, and what is told twice. */
export function whatHappened(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  const changes = new Set(
    entries.flatMap(({ action, orderId, details }) =>
      orderId !== undefined && action === 'order.accepted' && details.kind === 'change' ? [orderId] : [],
    ),
  );
  const asked = new Set(entries.flatMap((one) => (one.action === 'order.asked' ? [one.orderId] : [])));
  return entries.filter(({ action, orderId, details }) => {
    if (minor.has(action)) return false;
    if (action === 'order.expired') return !asked.has(orderId);
    if (action === 'order.accepted') return details.kind === 'change';
    if (action === 'order.refused') return !misspelt.test(String(details.code ?? ''));
    // The end of a run has an entry of its own; a change without one failed before it ran.
    if (action === 'order.finished')
      return orderId !== undefined && changes.has(orderId) && details.run === undefined && details.state === 'failed';
    return true;
  });
}
