import { join, type Text, t } from '#kit';
import type { Judged, Trouble } from './judge.ts';

const mostNamed = 3;

/** How each trouble is said of several hosts: `where` is `on all 3 hosts` or `on web-1, web-2`. */
const ofMany: Readonly<Record<Exclude<Trouble, 'unreachable'>, Text>> = {
  services: t('Services failed', 'Services en échec'),
  disk: t('Disks nearly full', 'Disques presque pleins'),
  memory: t('Memory nearly full', 'Mémoire presque pleine'),
  load: t('High load', 'Charge élevée'),
};

/** `High load on all 3 hosts`, `web-2 unreachable; 2 hosts fine`: the worst first, hosts with the same trouble together. */
export function titleOf(judged: readonly Judged[]): Text {
  const [only] = judged;
  if (judged.length === 1 && only?.rank === 0) return t(`${only.facts.host} is fine`, `${only.facts.host} va bien`);
  const groups = new Map<Trouble, Judged[]>();
  for (const one of judged) if (one.trouble) groups.set(one.trouble, [...(groups.get(one.trouble) ?? []), one]);
  const said = [...groups].map(([trouble, ill]) => together(trouble, ill, judged.length));
  const fine = judged.filter(({ rank }) => rank === 0).length;
  return join([...said, ...(fine === 0 ? [] : [well(fine)])], t('; ', ' ; '));
}

const well = (fine: number): Text =>
  t(`${fine} ${fine === 1 ? 'host' : 'hosts'} fine`, `${fine} ${fine === 1 ? 'hôte va' : 'hôtes vont'} bien`);

function together(trouble: Trouble, ill: readonly Judged[], all: number): Text {
  const [first] = ill;
  if (first && ill.length === 1) return join([first.facts.host, first.state], first.facts.reachable ? ': ' : ' ');
  const names = ill.map(({ facts }) => facts.host).join(', ');
  const count = ill.length;
  const every = count === all;
  const whole = count === 2 ? 'both' : `all ${count}`;
  if (trouble === 'unreachable') {
    if (every) return t(`${whole} hosts unreachable`, `les ${count} hôtes injoignables`);
    return count > mostNamed
      ? t(`${count} hosts unreachable`, `${count} hôtes injoignables`)
      : t(`${names} unreachable`, `${names} injoignables`);
  }
  const where = every
    ? t(` on ${whole} hosts`, ` sur les ${count} hôtes`)
    : count > mostNamed
      ? t(` on ${count} hosts`, ` sur ${count} hôtes`)
      : t(` on ${names}`, ` sur ${names}`);
  return join([ofMany[trouble], where]);
}
