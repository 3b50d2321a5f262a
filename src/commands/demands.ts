import type { Actor } from '#core/actor.ts';
import type { Demand, Policy } from '#core/policy.ts';
import { join, type Text, t } from '#core/text.ts';
import { countOf } from '#policy/demands.ts';

const roleNames = ({ by }: Demand): Text => t(by.join(' or '), by.join(' ou '));

const others = ({ approvals }: Demand): Text =>
  t(
    approvals === 1 ? 'someone else' : `${approvals} others`,
    approvals === 1 ? 'une autre personne' : `${approvals} autres personnes`,
  );

/** A demand, and the names of those who may meet it now. */
export interface Wanted {
  readonly demand: Demand;
  readonly may: readonly string[];
}

/** How many names a sentence lists. */
const mostNames = 5;

/** The first few of these names. */
const few = (names: readonly string[]): readonly Text[] => {
  const rest = names.length - mostNames;
  return rest > 0 ? [...names.slice(0, mostNames), t(`${rest} more`, `${rest} de plus`)] : names;
};

/** `Ben, Cleo or Dan`. */
function oneOf(names: readonly string[]): Text {
  const shown = few(names);
  const last = shown.at(-1) ?? '';
  const before = join(shown.slice(0, -1), ', ');
  return shown.length < 2 ? last : join([before, t(' or ', ' ou '), last]);
}

const bold = (names: readonly string[]): readonly string[] => names.map((name) => `**${name}**`);

/** `2 of Ben, Cleo`. */
const someOf = ({ demand, may }: Wanted): Text =>
  join([t(`${demand.approvals} of `, `${demand.approvals} parmi `), join(few(bold(may)), ', ')]);

/** One demand among several, with the roles that it names: `1 of Ben, Cleo (lead)`. */
function each(wanted: Wanted): Text {
  const { demand, may } = wanted;
  if (may.length === 0)
    return demand.by.length === 0 ? others(demand) : join([`${demand.approvals} × `, roleNames(demand)]);
  return demand.by.length === 0 ? someOf(wanted) : join([someOf(wanted), ' (', roleNames(demand), ')']);
}

const nobody = (demand: Demand): Text =>
  demand.by.length === 0
    ? t('nobody may approve it now.', 'personne ne peut l’approuver pour l’instant.')
    : join([
        t(
          'nobody may approve it now; it takes the role ',
          'personne ne peut l’approuver pour l’instant ; il faut le rôle ',
        ),
        roleNames(demand),
        '.',
      ]);

/** Who has to approve, by name. */
export function whoApproves(wanted: readonly Wanted[]): Text {
  const [first, ...more] = wanted;
  if (first === undefined) return t('nobody has to approve it.', 'personne n’a à l’approuver.');
  if (more.length > 0) return join([t('to approve: ', 'à approuver par : '), join(wanted.map(each), ', '), '.']);
  const { demand, may } = first;
  if (may.length === 0) return nobody(demand);
  if (demand.approvals === 1) return join([oneOf(bold(may)), t(' may approve.', ' peut approuver.')]);
  return join([someOf(first), t(' have to approve.', ' doivent approuver.')]);
}

/** Who may give one more approval, in a sentence of its own: `Ben or Cleo may approve it.` */
export const whoMay = (names: readonly string[]): Text =>
  names.length === 0
    ? t('nobody may approve it now.', 'personne ne peut l’approuver pour l’instant.')
    : join([oneOf(names), t(' may approve it.', ' peut l’approuver.')]);

/** How many of the approvals are there: `1 of 2`, and by whom where that matters. */
export const tally = (policy: Policy, approvers: readonly Actor[], demands: readonly Demand[]): Text =>
  join(
    demands.map((demand) => {
      const given = Math.min(countOf(policy, approvers, demand), demand.approvals);
      const count = t(`${given} of ${demand.approvals}`, `${given} sur ${demand.approvals}`);
      return demand.by.length === 0 ? count : join([count, ' ', roleNames(demand)]);
    }),
    ' · ',
  );

/** What is still demanded when these have approved. */
export const missing = (policy: Policy, approvers: readonly Actor[], demands: readonly Demand[]): readonly Demand[] =>
  demands
    .map((demand) => ({ ...demand, approvals: demand.approvals - countOf(policy, approvers, demand) }))
    .filter(({ approvals }) => approvals > 0);
