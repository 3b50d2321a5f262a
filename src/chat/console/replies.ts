import type { z } from 'zod';
import type { FormField } from '#core/card.ts';
import { longestLine } from '#core/chat.ts';
import type { ErrorCode } from '#core/error-codes.ts';
import type { WebReply } from '#core/http.ts';
import type { Json } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';

/** A 200 with what the page reads; fields that are absent stay absent. */
export const reply = (body: object): WebReply => ({ status: 200, body: JSON.parse(JSON.stringify(body)) as Json });

const refuse = (status: number, code: ErrorCode, say: Text, next?: Text): WebReply => ({
  status,
  refusal: { code, say, ...(next === undefined ? {} : { next }) },
});

const figures = { en: longestLine.toLocaleString('en'), fr: longestLine.toLocaleString('fr') };

/** What the console refuses, each with its sentence. */
export const refuses = {
  badRequest: (): WebReply =>
    refuse(
      400,
      'console.bad_request',
      t('The page sent something that cannot be read.', 'La page a envoyé quelque chose d’illisible.'),
      t('Reload the page.', 'Rechargez la page.'),
    ),
  tooLong: (): WebReply =>
    refuse(
      400,
      'console.too_long',
      t(`A message has at most ${figures.en} characters.`, `Un message a au plus ${figures.fr} caractères.`),
      t(
        'Send a shorter one, or put the long part in a file.',
        'Envoyez plus court, ou mettez le long dans un fichier.',
      ),
    ),
  tooFast: (waitMs: number): WebReply => ({
    status: 429,
    refusal: {
      code: 'console.too_fast',
      say: t('You say too much at once; this was not taken.', 'Vous en dites trop à la fois ; ceci n’a pas été pris.'),
      next: t('Say it again in a moment.', 'Redites-le dans un instant.'),
      retryable: true,
    },
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  }),
  noChannel: (name: string): WebReply =>
    refuse(
      404,
      'console.no_channel',
      t(`There is no channel “${name}”.`, `Il n’y a pas de canal « ${name} ».`),
      t('Choose one of the list.', 'Choisissez-en un dans la liste.'),
    ),
  noMessage: (): WebReply =>
    refuse(
      404,
      'console.no_message',
      t('That message is not there.', 'Ce message n’est pas là.'),
      t('Reload the page.', 'Rechargez la page.'),
    ),
  cardChanged: (): WebReply =>
    refuse(
      409,
      'console.card_changed',
      t('The card has changed since you saw it.', 'La carte a changé depuis que vous l’avez vue.'),
      t('Look at it again, then choose.', 'Regardez-la à nouveau, puis choisissez.'),
    ),
  formEmpty: (label: Text): WebReply =>
    refuse(
      400,
      'console.form_field',
      t(`The form is not complete: ${said(label, 'en')}.`, `Le formulaire n’est pas complet : ${said(label, 'fr')}.`),
      t('Fill in that field and send again.', 'Remplissez ce champ et renvoyez.'),
    ),
  formUnfit: ({ kind, label }: FormField, given: string): WebReply => {
    const shown = given.length > 40 ? `${given.slice(0, 39)}…` : given;
    const wanted = kind === 'number' ? t('a number', 'un nombre') : t('one of the choices', 'un des choix');
    return refuse(
      400,
      'console.form_field',
      t(
        `“${shown}” is not ${said(wanted, 'en')} (${said(label, 'en')}).`,
        `« ${shown} » n’est pas ${said(wanted, 'fr')} (${said(label, 'fr')}).`,
      ),
      t('Change that field and send again.', 'Corrigez ce champ et renvoyez.'),
    );
  },
  noRun: (): WebReply =>
    refuse(
      404,
      'console.no_run',
      t('That run is not there, or not yours to see.', 'Cette exécution n’est pas là, ou pas pour vous.'),
    ),
  noLog: (): WebReply =>
    refuse(
      404,
      'console.no_log',
      t(
        'This run has no log that you may read, or it is no longer kept.',
        'Cette exécution n’a pas de journal que vous puissiez lire, ou il n’est plus conservé.',
      ),
    ),
  noPlan: (): WebReply =>
    refuse(
      404,
      'console.no_plan',
      t('That plan is not there, or not yours to see.', 'Ce plan n’est pas là, ou pas pour vous.'),
    ),
  noFile: (): WebReply => refuse(404, 'console.no_file', t('That file is not there.', 'Ce fichier n’est pas là.')),
  noAudit: (): WebReply =>
    refuse(
      403,
      'console.no_audit',
      t('You may not read the audit.', 'Vous ne pouvez pas lire l’audit.'),
      t('Ask for a role that allows audit.read.', 'Demandez un rôle qui permet audit.read.'),
    ),
  badLink: (): WebReply =>
    refuse(
      401,
      'console.bad_link',
      t('This login link was used or has expired.', 'Ce lien de connexion a servi ou a expiré.'),
      t(
        'Ask for a new one (on the bot’s machine: bin/quarterdeck login NAME), or sign in with a token.',
        'Demandez-en un autre (sur la machine du bot : bin/quarterdeck login NOM), ou connectez-vous avec un jeton.',
      ),
    ),
  badToken: (): WebReply =>
    refuse(
      401,
      'console.bad_token',
      t('This token is not known.', 'Ce jeton n’est pas connu.'),
      t('Check that all of it was pasted.', 'Vérifiez qu’il a été collé en entier.'),
    ),
  forged: (): WebReply =>
    refuse(
      403,
      'console.forged_request',
      t('The request does not come from the console’s own page.', 'La requête ne vient pas de la page de la console.'),
      t('Reload the page.', 'Rechargez la page.'),
    ),
} as const;

const said = (text: Text, language: 'en' | 'fr'): string => (typeof text === 'string' ? text : text[language]);

/** The body as the shape has it, or undefined. */
export const read = <T>(shape: z.ZodType<T>, body: unknown): T | undefined => {
  const outcome = shape.safeParse(body);
  return outcome.success ? outcome.data : undefined;
};
