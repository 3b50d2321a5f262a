import { Fault, type Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { inLanguage, type Language, t } from '#core/text.ts';

/** A refusal with the HTTP status that says it. */
export class HttpRefusal extends Fault {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, refusal: Refusal, headers: Readonly<Record<string, string>> = {}) {
    super(refusal);
    this.status = status;
    this.headers = headers;
  }
}

/** What a client reads of a refusal, in its language. */
export const refusalBody = (refusal: Refusal, language: Language): JsonObject => ({
  code: refusal.code,
  say: inLanguage(refusal.say, language),
  ...(refusal.next === undefined ? {} : { next: inLanguage(refusal.next, language) }),
  ...(refusal.retryable === undefined ? {} : { retryable: refusal.retryable }),
  ...(refusal.details === undefined ? {} : { details: refusal.details }),
});

export const notFound = (): HttpRefusal =>
  new HttpRefusal(404, {
    code: 'http.not_found',
    say: t('There is nothing at this address.', 'Il n’y a rien à cette adresse.'),
    next: t('Check the address.', 'Vérifiez l’adresse.'),
  });

export const unauthorized = (): HttpRefusal =>
  new HttpRefusal(401, {
    code: 'http.unauthorized',
    say: t('You are not signed in.', 'Vous n’êtes pas connecté.'),
    next: t(
      'Sign in with a login link, or send a token: “Authorization: Bearer TOKEN”.',
      'Connectez-vous par un lien de connexion, ou envoyez un jeton : « Authorization: Bearer JETON ».',
    ),
  });

export const anotherActor = (): HttpRefusal =>
  new HttpRefusal(409, {
    code: 'http.another_actor',
    say: t(
      'Somebody else has signed in with this browser; nothing was done.',
      'Quelqu’un d’autre s’est connecté avec ce navigateur ; rien n’a été fait.',
    ),
    next: t('Reload the page.', 'Rechargez la page.'),
  });

export const tooManyAttempts = (seconds: number): HttpRefusal =>
  new HttpRefusal(
    429,
    {
      code: 'http.too_many_attempts',
      say: t('Too many failed attempts from this address.', 'Trop d’essais échoués depuis cette adresse.'),
      next: t(`Try again in ${seconds} seconds.`, `Réessayez dans ${seconds} secondes.`),
      retryable: true,
    },
    { 'retry-after': String(seconds) },
  );

export const tooManyStreams = (): HttpRefusal =>
  new HttpRefusal(
    429,
    {
      code: 'http.too_many_streams',
      say: t('Too many live connections are open.', 'Trop de connexions en direct sont ouvertes.'),
      next: t('Close some windows and try again.', 'Fermez des fenêtres et réessayez.'),
      retryable: true,
    },
    { 'retry-after': '10' },
  );

export const tooManyRequests = (): HttpRefusal =>
  new HttpRefusal(
    429,
    {
      code: 'http.too_many_requests',
      say: t('Too many of your requests are under way.', 'Trop de vos requêtes sont en cours.'),
      next: t('Wait until some are answered, and try again.', 'Attendez quelques réponses, puis réessayez.'),
      retryable: true,
    },
    { 'retry-after': '1' },
  );

export const tooLarge = (): HttpRefusal =>
  new HttpRefusal(413, {
    code: 'http.too_large',
    say: t('The request is too large.', 'La requête est trop grande.'),
    next: t('Send less at once.', 'Envoyez moins à la fois.'),
  });

export const badJson = (): HttpRefusal =>
  new HttpRefusal(400, {
    code: 'http.bad_json',
    say: t('The body is not JSON that can be read.', 'Le corps n’est pas du JSON lisible.'),
    next: t('Send one JSON object, nested at most 32 deep.', 'Envoyez un objet JSON, imbriqué de 32 niveaux au plus.'),
  });

export const notJson = (): HttpRefusal =>
  new HttpRefusal(415, {
    code: 'http.not_json',
    say: t('Only JSON is taken here.', 'Seul le JSON est accepté ici.'),
    next: t('Send “Content-Type: application/json”.', 'Envoyez « Content-Type: application/json ».'),
  });

export const badRequest = (): HttpRefusal =>
  new HttpRefusal(400, {
    code: 'http.bad_request',
    say: t('The request cannot be read.', 'La requête est illisible.'),
  });

export const wrongHost = (): HttpRefusal =>
  new HttpRefusal(421, {
    code: 'http.wrong_host',
    say: t('This server does not answer to that name.', 'Ce serveur ne répond pas à ce nom.'),
    next: t(
      'Use the address printed at start, or set server.url in the configuration to the address people use.',
      'Utilisez l’adresse affichée au démarrage, ou donnez dans server.url de la configuration l’adresse utilisée.',
    ),
  });

export const forgedRequest = (): HttpRefusal =>
  new HttpRefusal(403, {
    code: 'http.forged_request',
    say: t(
      'The request does not come from the console’s own page.',
      'La requête ne vient pas de la page de la console.',
    ),
    next: t(
      'Reload the page. Behind a proxy, set server.url to the address people use.',
      'Rechargez la page. Derrière un proxy, donnez dans server.url l’adresse utilisée.',
    ),
  });

export const failed = (reference: string): HttpRefusal =>
  new HttpRefusal(500, {
    code: 'http.failed',
    say: t('Something went wrong here, not with you.', 'Quelque chose a échoué ici, pas chez vous.'),
    next: t(
      `Try again; the log says more under ${reference}.`,
      `Réessayez ; le journal en dit plus sous ${reference}.`,
    ),
    retryable: true,
  });
