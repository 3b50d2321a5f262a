import type { Host } from '#core/hosts.ts';
import type { Plan } from '#core/plan.ts';
import { join, type Text, t } from '#core/text.ts';
import type { Desk } from './desk.ts';

/** The hosts a plan touches, as policy knows them; one the inventory lost meanwhile is in no group. */
export function hostsOf(desk: Desk, plan: Pick<Plan, 'hosts'>): readonly Host[] {
  const known = new Map(
    desk
      .fleet()
      .hosts()
      .map((host) => [host.name, host]),
  );
  return plan.hosts.map((name) => known.get(name) ?? { name, groups: [], address: name });
}

/** Hosts of a plan that the inventory in force does not have. */
export function unknownHosts(desk: Desk, plan: Pick<Plan, 'hosts'>): readonly string[] {
  const known = new Set(
    desk
      .fleet()
      .hosts()
      .map(({ name }) => name),
  );
  return plan.hosts.filter((name) => !known.has(name));
}

/** What a plan is called on screen. */
export const titleOf = (plan: Plan): Text => plan.request.title ?? plan.request.playbook;

/** What a run of it is called: one that goes on with another says so. */
export const titleOfRun = (plan: Plan, resumes: number | undefined): Text =>
  resumes === undefined ? titleOf(plan) : join([titleOf(plan), t(', resumed', ', suite')]);
