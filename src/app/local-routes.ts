import { z } from 'zod';
import { recordTo } from '#audit/record.ts';
import type { Console } from '#chat/console/console.ts';
import type { Route, WebReply, WebRequest } from '#core/http.ts';
import type { OpenEdges } from './edges.ts';

const linkShape = z.strictObject({ actor: z.string().min(1).max(200) });

const no = (status: number, code: string, say: string): WebReply => ({ status, body: { code, say } });

/** Routes for the account that holds the data folder, and for nobody else. */
export function localRoutes(options: {
  readonly console: Pick<Console, 'invite'>;
  readonly edges: Pick<OpenEdges, 'people' | 'store' | 'redactor'>;
}): readonly Route[] {
  const { console, edges } = options;
  return [
    {
      method: 'POST',
      path: '/api/v1/local/links',
      access: 'token',
      async run(request: WebRequest) {
        if (request.identity?.by !== 'local')
          return no(403, 'local.only', 'Only the command line on this machine may do that.');
        const { account } = request.identity;
        const body = linkShape.safeParse(request.body);
        if (!body.success) return no(400, 'local.bad_request', 'Name the actor.');
        const actor = await edges.people.get(body.data.actor);
        if (!actor) return no(404, 'actor.unknown', `I do not know ${body.data.actor}.`);
        await recordTo(edges.store.audit, edges.redactor).append({
          actor: request.identity.actor,
          ...(account === undefined ? {} : { via: account }),
          action: 'login.link_created',
          details: { actor: actor.id, ...(account === undefined ? {} : { account }) },
        });
        return { status: 201, body: { path: await console.invite(actor.id) } };
      },
    },
  ];
}
