import { isIPv6 } from 'node:net';
import type { Clock } from '#core/clock.ts';

/** Counts failed logins by address, with bounded memory. */
export interface Attempts {
  /** Seconds until the address may try again; undefined when it may now. */
  blocked(ip: string): number | undefined;
  failed(ip: string): void;
}

/** `limit` failures within `windowMs` block an address for the rest of the window; at most `addresses` are remembered. */
export interface AttemptLimits {
  readonly limit: number;
  readonly windowMs: number;
  readonly addresses: number;
}

export const usualLimits: AttemptLimits = { limit: 20, windowMs: 300_000, addresses: 10_000 };

/** One IPv6 customer has a whole /64: its addresses count as one. */
const network = (ip: string): string => {
  if (!isIPv6(ip) || ip.startsWith('::ffff:')) return ip;
  const [head = '', tail = ''] = ip.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const middle = ip.includes('::') ? Array.from({ length: 8 - front.length - back.length }, () => '0') : [];
  return `${[...front, ...middle, ...back].slice(0, 4).join(':')}::/64`;
};

export const createAttempts = (clock: Clock, limits: AttemptLimits = usualLimits): Attempts => {
  const counts = new Map<string, { failures: number; until: number }>();
  const forgetOldest = (): void => {
    const oldest = counts.keys().next();
    if (counts.size > limits.addresses && oldest.done !== true) counts.delete(oldest.value);
  };
  return {
    blocked(ip) {
      const count = counts.get(network(ip));
      if (count === undefined || count.failures < limits.limit) return;
      const left = count.until - clock.now();
      return left > 0 ? Math.ceil(left / 1000) : undefined;
    },
    failed(ip) {
      const key = network(ip);
      const count = counts.get(key);
      const current = count !== undefined && count.until > clock.now();
      const failures = current ? count.failures + 1 : 1;
      counts.delete(key);
      counts.set(key, { failures, until: current ? count.until : clock.now() + limits.windowMs });
      forgetOldest();
    },
  };
};
