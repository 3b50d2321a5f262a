import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Changes } from '#core/changes.ts';
import { isClosed } from '#core/order.ts';
import type { Store } from '#core/store.ts';

/** The bot's own figures, for Prometheus. */
export function createMetrics(store: Store, changes: Changes) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const orders = new Counter({
    name: 'quarterdeck_orders_total',
    help: 'Orders that ended, by how',
    labelNames: ['state'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'quarterdeck_http_request_seconds',
    help: 'Time to serve a request',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [registry],
  });
  new Gauge({
    name: 'quarterdeck_runs_open',
    help: 'Runs queued or running',
    registers: [registry],
    async collect() {
      this.set((await store.runs.inStates(['queued', 'running'])).length);
    },
  });
  const stop = changes.subscribe((change) => {
    if (change.kind === 'order' && change.state && isClosed(change.state)) orders.inc({ state: change.state });
  });
  const observe = (request: { route: string; method: string; status: number; seconds: number }) =>
    seconds.observe({ route: request.route, method: request.method, status: request.status }, request.seconds);
  return { registry, observe, stop };
}
