import { canonical, type Json } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { FoundDifference } from '#playbook/modules/module.ts';
import { clipDifference, hideDifference } from './clip.ts';
import type { Examined, Invocation } from './examine.ts';
import { redactJson } from './redaction.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** True for what would be different afterwards: no question, and no way of doing something. */
export const isChange = (one: Difference): boolean => !one.reads && !one.how;

/**
 * Everything a step would do on its host: what its module found, that it acts at all, and as whom. Empty only for a step
 * that does nothing there.
 */
function foundBy(unit: Unit, invocation: Invocation, { checked, plan }: Examined): readonly FoundDifference[] {
  const { module } = invocation;
  const { differences } = plan;
  if (module.local || (differences.length === 0 && !plan.unknown)) return differences;
  const asks = {
    subject: module.name,
    aspect: 'asks',
    before: false,
    after: true,
    reads: true,
    sealed: checked,
  } as const;
  return [...(differences.length > 0 ? differences : [asks]), ...waysOf(unit, invocation)];
}

/** How a step is done, beside what it does: on which host, as whom, in which environment. */
function waysOf({ name }: Unit, { host, user, login, sets }: Invocation): readonly FoundDifference[] {
  const way = (subject: string, aspect: string, before: Json, after: Json): readonly FoundDifference[] =>
    canonical(before) === canonical(after) ? [] : [{ subject, aspect, before, after, how: true }];
  return [
    ...way('delegate_to', 'host', name.host, host.name),
    ...way('become', 'user', login, user ?? login),
    ...environmentWay(sets),
  ];
}

/** Names of variables whose values are for nobody to see, whether anybody said that they are secret or not. */
const secretName = /pass|pwd|secret|token|key|credential|auth/i;

/** The environment, with what may be a secret compared and not shown. */
function environmentWay(sets: Invocation['sets']): readonly FoundDifference[] {
  const names = Object.keys(sets);
  if (names.length === 0) return [];
  const shown = Object.fromEntries(names.map((name) => [name, secretName.test(name) ? '…' : (sets[name] ?? '')]));
  const found = { subject: 'environment', aspect: 'sets', before: {}, after: shown, how: true } as const;
  return [names.some((name) => secretName.test(name)) ? { ...found, sealed: sets } : found];
}

/** The differences as they are shown, compared and stored: redacted, hidden by `no_log`, cut. */
export const shownDifferences = (
  walk: Walk,
  unit: Unit,
  invocation: Invocation,
  examined: Examined,
): readonly Difference[] => foundBy(unit, invocation, examined).map((one) => shown(walk, unit, one));

function shown(walk: Walk, unit: Unit, found: FoundDifference): Difference {
  const { sealed, ...whole } = found;
  const { host, id } = unit.name;
  // A difference is made of JSON values only; its interface has no index signature to say so.
  const seal = () => walk.seal([host, id, found as unknown as Json]);
  if (unit.task.noLog) return { ...hideDifference(whole), seal: seal() };
  const clean = withoutSecrets(whole, walk.redact);
  if (isSame(clean, whole)) {
    const shortened = clipDifference(clean, walk.limits);
    return sealed === undefined ? shortened : { ...shortened, seal: seal() };
  }
  return { ...clipDifference(withoutChecksums(clean), walk.limits), seal: seal() };
}

/** The checksum of a content with a secret in it would let anybody try what the secret is. */
const withoutChecksums = (clean: Difference): Difference => ({
  ...clean,
  before: withoutChecksum(clean.before),
  after: withoutChecksum(clean.after),
});

const withoutChecksum = (side: Json): Json =>
  typeof side === 'string'
    ? side.replace(/\b(?:(?:sha1|sha256):)?(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g, '[redacted]')
    : side;

const withoutSecrets = (whole: Difference, redact: Walk['redact']): Difference => ({
  ...whole,
  subject: redact(whole.subject),
  before: redactJson(whole.before, redact),
  after: redactJson(whole.after, redact),
  ...(whole.diff === undefined ? {} : { diff: redact(whole.diff) }),
});

const isSame = (one: Difference, other: Difference): boolean => JSON.stringify(one) === JSON.stringify(other);
