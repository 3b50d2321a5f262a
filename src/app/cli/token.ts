import { userInfo } from 'node:os';
import { type ActorId, personNamed } from '#core/actor.ts';
import type { AuditAction } from '#core/audit.ts';
import { iso, systemClock } from '#core/clock.ts';
import { Fault } from '#core/errors.ts';
import { newSecret, secretHash } from '#core/secret-hash.ts';
import type { Repositories, Store } from '#core/store.ts';
import { join, t } from '#core/text.ts';
import type { Loaded } from '../edges.ts';
import { placeFor, readArguments, settingsFor } from './arguments.ts';
import { withStore } from './store.ts';
import { type CliCommand, exit, type Terminal, Usage } from './terminal.ts';
import { checkRoles, checkTokens, isPerson, rolesOf } from './token-roles.ts';

const badName = (name: string): Fault =>
  new Fault({
    code: 'token.bad_name',
    say: t(`“${name}” cannot name an actor.`, `« ${name} » ne peut pas nommer un acteur.`),
    next: t(
      'Use letters, digits, dots and dashes: ci-deploy.',
      'Prenez lettres, chiffres, points et tirets : ci-deploy.',
    ),
  });

/** A bare name is the person whom it means at a login, else a service. */
function actorId(name: string, loaded: Loaded): string {
  const person = personNamed(name);
  const id = name.includes(':') || isPerson(loaded, person) ? person : `service:${name}`;
  if (!/^[a-z]+(?::[\w.@-]{1,100}){1,2}$/i.test(id)) throw badName(name);
  return id;
}

async function create(store: Store, name: string, asked: readonly string[], loaded: Loaded): Promise<string> {
  const id = actorId(name, loaded);
  const { configured, roles } = checkRoles(loaded, id, asked, personNamed(name));
  const token = `qd_${newSecret()}`;
  await store.transaction(async (inside) => {
    if (!configured) {
      await checkTokens(inside, id, roles);
      await inside.people.put({ id, kind: 'service', name, roles });
    }
    await inside.credentials.addToken({ hash: secretHash(token), actor: id, label: name, createdAt: iso(systemClock) });
    const details = { account: userInfo().username, actor: id, roles, label: name };
    await inside.audit.append({
      actor: 'service:command-line',
      action: 'token.created' satisfies AuditAction,
      details,
    });
  });
  return token;
}

async function list({ credentials, people }: Store, loaded: Loaded | undefined, json: boolean, terminal: Terminal) {
  const tokens = await Promise.all(
    (await credentials.tokens()).map(async (one) => ({ ...one, roles: await rolesOf(loaded, one.actor, people) })),
  );
  if (json) terminal.out(JSON.stringify(tokens));
  for (const { id, actor, createdAt, usedAt, roles } of json ? [] : tokens) {
    const words = roles === undefined ? t('not known', 'inconnus') : roles.join(', ') || t('none', 'aucun');
    const used = usedAt ? t(`used ${usedAt}`, `utilisé le ${usedAt}`) : t('never used', 'jamais utilisé');
    const made = t(`made ${createdAt}`, `créé le ${createdAt}`);
    terminal.out(join([`${id}  ${actor}`, join([t('roles ', 'rôles '), words]), made, used], '  '));
  }
  return exit.done;
}

/** Rights that came with a token end with the last one: nobody may act for such a service any more. */
async function withoutRights({ credentials, people }: Repositories, actor: ActorId): Promise<void> {
  const known = await people.get(actor);
  const left = (await credentials.tokens()).some((one) => one.actor === actor);
  if (known && !left) await people.put({ ...known, roles: [] });
}

async function remove(store: Store, id: number, terminal: Terminal): Promise<number> {
  const removed = await store.transaction(async (inside) => {
    const token = (await inside.credentials.tokens()).find((one) => one.id === id);
    if (!token || !(await inside.credentials.removeToken(id))) return false;
    await withoutRights(inside, token.actor);
    await inside.audit.append({
      actor: 'service:command-line',
      action: 'token.removed' satisfies AuditAction,
      details: { account: userInfo().username, actor: token.actor, id },
    });
    return true;
  });
  if (removed) terminal.out(t(`Token ${id} is gone.`, `Le jeton ${id} n’existe plus.`));
  else terminal.error(t(`There is no token ${id}.`, `Il n’y a pas de jeton ${id}.`));
  return removed ? exit.done : exit.failed;
}

const actorWanted = (): Usage =>
  new Usage(
    t(
      'A token wants --actor NAME, and --role ROLE for a service.',
      'Un jeton veut --actor NOM, et --role RÔLE pour un service.',
    ),
  );

/** `quarterdeck token`: bearer tokens for the API. A token is shown once; only its hash is kept. */
export const token: CliCommand = {
  usage: t(
    'token create --actor NAME [--role ROLE] [--role ROLE] | token list | token remove ID',
    'token create --actor NOM [--role RÔLE] [--role RÔLE] | token list | token remove NUMÉRO',
  ),
  about: t('Make, list and remove bearer tokens for the API', 'Créer, lister et retirer les jetons de l’API'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(
      args,
      {
        actor: { type: 'string' },
        role: { type: 'string', multiple: true },
      },
      2,
    );
    const [verb, id] = positionals;
    if (verb === 'create') {
      const loaded = await settingsFor(values.config, terminal);
      const { actor, role: roles = [] } = values;
      if (actor === undefined) throw actorWanted();
      const made = await withStore(loaded.settings.data, (store) => create(store, actor, roles, loaded));
      terminal.out(values.json ? JSON.stringify({ token: made }) : made);
      return exit.done;
    }
    if (verb === 'list') {
      const { data, loaded } = await placeFor(values.config, terminal);
      return withStore(data, (store) => list(store, loaded, values.json === true, terminal));
    }
    if (verb === 'remove' && /^\d+$/.test(id ?? '')) {
      const { data } = await placeFor(values.config, terminal);
      return withStore(data, (store) => remove(store, Number(id), terminal));
    }
    throw new Usage(
      t('Say “create”, “list” or “remove” and its number.', 'Dites « create », « list », ou « remove » et son numéro.'),
    );
  },
};
