import { z } from 'zod';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { placeFor, readArguments } from './arguments.ts';
import { localApi, refusalShape } from './local-api.ts';
import { type CliCommand, exit } from './terminal.ts';

const linkShape = z.object({ path: z.string() });

/** `quarterdeck login`: a one-time login link for the console of the running bot. */
export const login: CliCommand = {
  usage: t('login ACTOR', 'login ACTEUR'),
  about: t(
    'Print a one-time login link for a person: login ada',
    'Afficher un lien de connexion à usage unique : login ada',
  ),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {}, 1);
    const [actor] = positionals;
    const { data, settings } = await placeFor(values.config, terminal);
    const api = await localApi(data, terminal.language, terminal.signal);
    const { status, body } = await api.call('POST', '/api/v1/local/links', { actor });
    if (status !== 201) throw new Fault(refusalShape.parse(body));
    const base = api.access.page ?? settings?.server.url ?? api.access.url;
    terminal.out(base.replace(/\/$/, '') + linkShape.parse(body).path);
    return exit.done;
  },
};
