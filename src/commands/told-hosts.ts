import type { Refusal } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';

/** The words of a line that may be names. */
const wordsOf = ({ text }: Pick<Order, 'text'>): ReadonlySet<string> =>
  new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}._-]+/u)
      .map((word) => word.replace(/[.]+$/, '')),
  );

/** A refusal of the policy, with none of the hosts that the line does not name: who may not use them is told of none. */
export function tellingWritten(order: Pick<Order, 'text'>, refusal: Refusal): Refusal {
  const { permission, hosts, roles } = refusal.details ?? {};
  if (refusal.code !== 'policy.not_allowed' || !Array.isArray(hosts) || typeof permission !== 'string') return refusal;
  const words = wordsOf(order);
  const written = hosts.map(String).filter((host) => words.has(host.toLowerCase()));
  if (written.length === hosts.length) return refusal;
  const names = written.join(', ');
  const say =
    written.length === 0
      ? t(`You may not use ${permission} on all of them.`, `Vous n’avez pas le droit ${permission} sur tous ces hôtes.`)
      : t(`You may not use ${permission} on ${names}.`, `Vous n’avez pas le droit ${permission} sur ${names}.`);
  const named = written.length === 0 ? {} : { hosts: written };
  return { ...refusal, say, details: { permission, ...named, ...(roles === undefined ? {} : { roles }) } };
}
