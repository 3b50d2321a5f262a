import type { Log } from '#core/log.ts';
import type { Ssh } from '#core/ssh.ts';
import type { Inventory } from '#playbook/inventory/load.ts';
import { createExecutor } from '#runs/execute/executor.ts';
import type { Executor } from '#runs/executor.ts';
import { quote } from '#ssh/quote.ts';
import { type SshDefaults, targetOf } from './targets.ts';

/** All an executor needs, as plain data. */
export interface ExecutorSettings {
  readonly playbooks: string;
  readonly inventory: readonly string[];
  readonly ssh: SshDefaults & { readonly keepaliveMs: number; readonly keepaliveCount: number };
}

/** An executor over an `Ssh`: the same in the worker thread, on the command line and in tests. */
export function executorOver(options: {
  readonly ssh: Ssh;
  readonly settings: ExecutorSettings;
  readonly inventory: () => Promise<Inventory>;
  readonly log: Log;
}): Executor {
  const { ssh, settings, log } = options;
  let latest: Inventory | undefined;
  return createExecutor({
    ssh,
    quote,
    playbooks: settings.playbooks,
    inventory: async () => {
      latest = await options.inventory();
      return latest;
    },
    target: (host, inventory) => targetOf(inventory ?? (latest as Inventory), host, settings.ssh),
    log,
  });
}
