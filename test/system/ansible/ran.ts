import type { HostRecap } from '#core/run.ts';

/** How one task ended on one host. */
export interface Ended {
  readonly host: string;
  readonly task: string;
  readonly state: string;
  /** Why, when it failed. */
  readonly why?: string;
}

/** One run of a playbook, whoever ran it. */
export interface Ran {
  readonly ends: 'done' | 'failed';
  readonly recap: Readonly<Record<string, HostRecap>>;
  readonly tasks: readonly Ended[];
  /** What it printed that no task did. */
  readonly said: string;
}

/** The recap in lines, as both print it. */
export const recapLines = ({ recap }: Ran): readonly string[] =>
  Object.entries(recap)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(
      ([host, { ok, changed, unreachable, failed, skipped, rescued, ignored }]) =>
        `${host}: ok=${ok} changed=${changed} unreachable=${unreachable} failed=${failed} skipped=${skipped} rescued=${rescued} ignored=${ignored}`,
    );

/** Task by task, for who looks for the reason of a difference. */
export const taskLines = ({ tasks, said }: Ran): string =>
  [...tasks.map(({ host, task, state, why }) => `  ${host} ${task}: ${state}${why ? ` (${why})` : ''}`), said].join(
    '\n',
  );
