import type { Text } from './text.ts';

/** The facts the bot can gather from a host in one round trip, read-only. */
export interface HostFacts {
  readonly host: string;
  readonly reachable: boolean;
  /** Why not, in words for a person. */
  readonly reason?: Text;
  readonly uptimeSeconds?: number;
  readonly load?: readonly [number, number, number];
  readonly cpus?: number;
  readonly memory?: { readonly totalBytes: number; readonly availableBytes: number };
  /** `totalBytes` is what can be filled, as `df` counts it: used and free, without what is reserved. */
  readonly disks?: readonly { readonly mount: string; readonly totalBytes: number; readonly freeBytes: number }[];
  /** Failed service units; absent where the host has no `systemctl`. */
  readonly failedServices?: readonly string[];
  readonly system?: string;
}
