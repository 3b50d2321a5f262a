import { z } from 'zod';
import { recordTo } from '#audit/record.ts';
import type { Console } from '#chat/console/console.ts';
import { peopleNamed, personNamed } from '#core/actor.ts';
import type { Refusal } from '#core/errors.ts';
import type { Identity, Route, WebReply, WebRequest } from '#core/http.ts';
import { t } from '#core/text.ts';
import type { Core } from './core.ts';
import type { OpenEdges } from './edges.ts';

const linkShape = z.strictObject({ actor: z.string().min(1).max(200).optional() });

const notLocal: Refusal = {
  code: 'local.only',
  say: t('Only the command line on this machine may do that.', 'Seule la ligne de commande de cette machine le peut.'),
};
const noActor = (names: string): Refusal => ({
  code: 'local.bad_request',
  say: t('Name the actor.', 'Nommez l’acteur.'),
  next: t(`One of: ${names}.`, `L’un de : ${names}.`),
});
const unknown = (actor: string, names: string): Refusal => ({
  code: 'actor.unknown',
  say: t(`I do not know ${actor}.`, `Je ne connais pas ${actor}.`),
  next: t(
    `Name one of: ${names}; or add them under “people” in the configuration.`,
    `Nommez l’un de : ${names} ; ou ajoutez-le sous « people » dans la configuration.`,
  ),
});

const no = (status: number, refusal: Refusal): WebReply => ({ status, refusal });

/** Lets in the account that holds the data folder, and nobody else. */
const locally = (run: (request: WebRequest, identity: Identity) => Promise<WebReply>) => async (request: WebRequest) =>
  request.identity?.by === 'local' ? run(request, request.identity) : no(403, notLocal);

/** Routes for the account that holds the data folder, and for nobody else. */
export function localRoutes(options: {
  readonly console: Pick<Console, 'invite'>;
  readonly edges: Pick<OpenEdges, 'people' | 'store' | 'redactor'>;
  readonly core: Pick<Core, 'approvers'>;
}): readonly Route[] {
  const { console, edges, core } = options;
  return [
    {
      method: 'POST',
      path: '/api/v1/local/links',
      access: 'token',
      run: locally(async (request, { actor: by, account }) => {
        const body = linkShape.safeParse(request.body);
        const name = body.data?.actor;
        if (name === undefined) return no(400, noActor(peopleNamed(await edges.people.all())));
        const actor = await edges.people.get(personNamed(name));
        if (!actor) return no(404, unknown(personNamed(name), peopleNamed(await edges.people.all())));
        await recordTo(edges.store.audit, edges.redactor).append({
          actor: by,
          ...(account === undefined ? {} : { via: account }),
          action: 'login.link_created',
          details: { actor: actor.id, ...(account === undefined ? {} : { account }) },
        });
        return { status: 201, body: { path: await console.invite(actor.id) } };
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/local/approvers/:order',
      access: 'token',
      run: locally(async ({ params }) => {
        const { approve: approvers } = await core.approvers(Number(params.order));
        return { status: 200, body: { approvers: approvers.map(({ id, name }) => ({ id, name })) } };
      }),
    },
  ];
}
