import { z } from 'zod';
import { type Text, t } from '#core/text.ts';
import type { LocalApi } from './local-api.ts';
import { ownLine, type Which } from './own-line.ts';

const approversShape = z.object({ approvers: z.array(z.object({ id: z.string(), name: z.string() })) });

const asWhom = (as: string | undefined): string => (as === undefined ? '' : ` --as ${as}`);

/** Not over yet, and nobody is asked anything. */
const underWay = ['received', 'working', 'queued', 'running'];

/** What to do next about an order that waits for a person, or goes on; nothing for one that is over. */
export async function nextStep(
  api: Pick<LocalApi, 'call'>,
  order: { readonly id: number; readonly state: string; readonly runId?: number | undefined },
  as: string | undefined,
  which: Which,
): Promise<readonly Text[]> {
  if (order.state === 'confirming') {
    const line = ownLine(`say "confirm ${order.id}"${asWhom(as)}`, which);
    return [t(`Next: ${line}`, `Ensuite : ${line}`)];
  }
  if (underWay.includes(order.state)) {
    const look = order.runId === undefined ? 'runs' : `runs show ${order.runId}`;
    const line = ownLine(`say "${look}"${asWhom(as)}`, which);
    return [
      t(`Order ${order.id} goes on. Follow it: ${line}`, `L’ordre ${order.id} continue. Pour le suivre : ${line}`),
    ];
  }
  if (order.state !== 'approving') return [];
  const { approvers } = approversShape.parse((await api.call('GET', `/api/v1/local/approvers/${order.id}`)).body);
  const [first] = approvers;
  if (!first) return [nobody];
  const names = approvers.map(({ name }) => name).join(', ');
  const link = ownLine(`login ${first.id}`, which);
  return [
    t(
      `Next: ${names} may approve it, in the console: approve ${order.id}`,
      `Ensuite : peut approuver, dans la console : ${names} (approve ${order.id})`,
    ),
    t(`A login link for ${first.name}: ${link}`, `Un lien de connexion pour ${first.name} : ${link}`),
  ];
}

const nobody = t(
  'Nobody known here may approve it: give somebody a role that allows “approve”.',
  'Personne ici ne peut l’approuver : donnez à quelqu’un un rôle qui permet « approve ».',
);
