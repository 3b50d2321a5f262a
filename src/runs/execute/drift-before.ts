import type { Refusal } from '#core/errors.ts';
import { canonical, type Json } from '#core/json.ts';
import { type Plan, planHash } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { ApplyJob } from '../executor.ts';
import type { Loaded } from './load.ts';

const next = t('Give the order again to see the new plan.', 'Redonnez l’ordre pour voir le nouveau plan.');

/** The refusal when something is no longer what it was. */
export const changedSince = (what: readonly [string, string]): Refusal => ({
  code: 'run.drifted',
  say: t(
    `${what[0]} changed since the plan was made; the run stopped there.`,
    `${what[1]} a changé depuis le plan ; l’exécution s’est arrêtée là.`,
  ),
  next,
});

/** What a plan is compared with: the files and hosts there are by now. */
interface Found {
  readonly playbook: Pick<Loaded['playbook'], 'files'>;
  readonly hosts: readonly { readonly name: string }[];
}

/** The refusal when plan, files or hosts are no longer those that were approved, before any host is touched. */
export function driftBefore(job: ApplyJob, loaded: Found): Refusal | undefined {
  const { plan } = job;
  if (!plan) return undefined;
  if (!isGenuine(plan) || !sameRequest(job, plan)) {
    return {
      code: 'run.plan_mismatch',
      say: t(
        'The plan is not the one that was made for this order.',
        'Le plan n’est pas celui qui a été fait pour cet ordre.',
      ),
      next,
    };
  }
  const file = Object.entries(loaded.playbook.files).find(([path, sum]) => plan.files[path] !== sum)?.[0];
  if (file !== undefined) return changedSince([file, file]);
  const planned = plan.hosts.filter((host) => !plan.delegated?.includes(host));
  return canonical(loaded.hosts.map((host) => host.name)) === canonical(planned)
    ? undefined
    : changedSince(['The list of hosts', 'La liste des hôtes']);
}

function isGenuine(plan: Plan): boolean {
  const { hash, ...rest } = plan;
  return planHash(rest) === hash;
}

const sameRequest = (job: ApplyJob, plan: Plan): boolean =>
  // A request is made of JSON values only; its interface has no index signature to say so.
  canonical(job.request as unknown as Json) === canonical(plan.request as unknown as Json);

/** The refusal when a library is not the one the plan was made with, before anything of it is evaluated. */
export function driftOfLibrary(plan: Plan | undefined, sums: Readonly<Record<string, string>>): Refusal | undefined {
  const file = plan && Object.keys(sums).find((path) => plan.files[path] !== sums[path]);
  return file === undefined ? undefined : changedSince([file, file]);
}

/** The refusal when a file read for a task is not the one the plan was made from; named where it may be. */
export function driftOfFiles(
  plan: Plan | undefined,
  sums: Readonly<Record<string, string>>,
  mayTell: (file: string) => boolean,
): Refusal | undefined {
  const isOther = ([path, sum]: readonly [string, string]): boolean => (plan?.files[path] ?? sum) !== sum;
  const files = Object.entries(sums).flatMap((entry) => (isOther(entry) ? [entry[0]] : []));
  if (files.length === 0) return undefined;
  const told = files.find(mayTell);
  return changedSince(told === undefined ? ['A file', 'Un fichier'] : [told, told]);
}
