import type { Difference } from '#core/plan.ts';
import type { Module, ModulePlan } from '#playbook/modules/module.ts';

/** What is done, rather than made so: looking at the host never tells that it was. */
const deeds: ReadonlySet<string> = new Set(['runs', 'import of', 'restore of', 'dump of']);

/** A difference that is there again after it was made: a command that runs, a service that restarts. */
export const comesBack = (one: Difference): boolean =>
  deeds.has(one.aspect) || (one.aspect === 'state' && (one.after === 'restarted' || one.after === 'reloaded'));

/** True when doing it twice is not the same as once, and looking at the host does not tell whether it was done. */
export const runsOnce = (module: Module, plan: ModulePlan): boolean =>
  module.once === true || plan.differences.some(comesBack);
