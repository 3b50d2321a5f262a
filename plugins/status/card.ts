import { type Card, each, type HostFacts, join, show, type Text, t } from '#kit';
import { type Judged, judge, type Limits } from './judge.ts';
import { titleOf } from './title.ts';

const mostRows = 30;
const tones = ['good', 'warn', 'bad'] as const;

/** The card for some hosts: the worst first, in the title too. */
export function statusCard(all: readonly HostFacts[], asked: readonly string[] | undefined, limits: Limits): Card {
  const judged = all
    .map((facts) => judge(facts, limits))
    .sort((a, b) => b.rank - a.rank || a.facts.host.localeCompare(b.facts.host, 'en', { numeric: true }));
  const [worst] = judged;
  if (!worst) return nobody;
  const again = { id: 'again', label: t('Check again', 'Revérifier'), line: ['status', ...only(asked)].join(' ') };
  const said = trouble(judged);
  const body = judged.length === 1 ? { fields: fieldsOf(worst) } : { table: tableOf(judged) };
  return {
    tone: tones[worst.rank],
    title: titleOf(judged),
    ...(said ? { text: said } : {}),
    ...body,
    ...(judged.length > mostRows ? { footer: left(judged.length - mostRows) } : {}),
    actions: [again],
  };
}

const nobody: Card = {
  tone: 'info',
  title: t('There is no host to look at', 'Il n’y a aucun hôte à regarder'),
  text: t(
    'The inventory is empty, or you may not see any of its hosts.',
    'L’inventaire est vide, ou vous n’avez le droit de voir aucun de ses hôtes.',
  ),
};

const only = (asked: readonly string[] | undefined): readonly string[] =>
  asked && asked.length <= 20 ? [asked.join(',')] : [];

const left = (count: number): Text => t(`and ${count} more, better ones`, `et ${count} autres, en meilleur état`);

/** A reason may begin with the host, which is said already. */
const withoutName = (host: string, reason: Text): Text =>
  each(reason, (words) => (words.startsWith(`${host} `) ? words.slice(host.length + 1) : words));

/** What a person must read about hosts in trouble: why unreachable, which services. */
function trouble(judged: readonly Judged[]): Text | undefined {
  const lines = judged
    .filter(({ rank }) => rank > 0)
    .slice(0, 10)
    .flatMap(({ facts, disk, trouble: what, state }): readonly Text[] => {
      const { host, reachable, reason, failedServices = [] } = facts;
      if (!reachable) return [join([`- **${host}** `, withoutName(host, reason ?? state)])];
      if (failedServices.length > 0) return [`- **${host}** ${failedServices.map((name) => `\`${name}\``).join(', ')}`];
      return what === 'disk' && disk ? [join([`- **${host}** `, state, ` (${disk.mount})`])] : [];
    });
  return lines.length === 0 ? undefined : join(lines, '\n');
}

const dash = '–';
const loadOf = ({ facts: { load } }: Judged): Text => (load ? show.figure(load[0], 'load') : dash);
const share = (value: number | undefined): Text =>
  value === undefined ? dash : show.figure(Math.round(value), 'percent');

function tableOf(judged: readonly Judged[]): NonNullable<Card['table']> {
  return {
    columns: [t('Host', 'Hôte'), t('State', 'État'), t('Load', 'Charge'), t('Mem', 'Mém'), t('Disk', 'Disque')],
    rows: judged
      .slice(0, mostRows)
      .map((one) => [one.facts.host, one.state, loadOf(one), share(one.memory), share(one.disk?.percent)]),
  };
}

function fieldsOf(one: Judged): NonNullable<Card['fields']> {
  const { load, cpus, uptimeSeconds, memory, disks = [], system } = one.facts;
  const of = (total: number, free: number) => join([show.bytes(total - free), t(' of ', ' sur '), show.bytes(total)]);
  return [
    { label: t('State', 'État'), value: one.state },
    ...(load
      ? [
          {
            label: t('Load', 'Charge'),
            value: join([
              join(
                load.map((part) => show.figure(part, 'load')),
                ' ',
              ),
              cpus ? ` / ${cpus} cpu` : '',
            ]),
          },
        ]
      : []),
    ...(memory ? [{ label: t('Memory', 'Mémoire'), value: of(memory.totalBytes, memory.availableBytes) }] : []),
    ...disks.slice(0, 8).map(({ mount, totalBytes, freeBytes }) => ({
      label: t(`Disk ${mount}`, `Disque ${mount}`),
      value: of(totalBytes, freeBytes),
    })),
    ...(uptimeSeconds === undefined
      ? []
      : [{ label: t('Up for', 'En marche depuis'), value: show.duration(uptimeSeconds) }]),
    ...(system ? [{ label: t('System', 'Système'), value: system }] : []),
  ];
}
