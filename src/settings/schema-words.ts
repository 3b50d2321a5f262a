import { isIP } from 'node:net';
import { z } from 'zod';
import { type Text, t } from '#core/text.ts';
import { durationSeconds } from './duration.ts';
import { sizeBytes } from './size.ts';

/** What a refinement carries, so that a fault can say what was expected: read by `issues.ts`. */
export interface Expectation {
  readonly expected: Text;
}

const word = (test: (words: string) => boolean, expected: Text) =>
  z.string().refine(test, { params: { expected } satisfies Expectation });

/** Words that may not be empty. */
export const text = z.string().min(1);

const inBothLanguages = t('words, or { en: …, fr: … }', 'des mots, ou { en: …, fr: … }');

const spoken = z.union([text, z.strictObject({ en: text, fr: text })]);

/** Words for a person: the same for everybody, or in both languages. */
export const words = z.custom<Text>((value) => spoken.safeParse(value).success, {
  params: { expected: inBothLanguages } satisfies Expectation,
});

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // the only way the platform has to say that a zone is unknown
  }
};

/** A zone of the IANA database: `Europe/Paris`. */
export const timeZone = word(isTimeZone, t('a time zone such as Europe/Paris', 'un fuseau horaire comme Europe/Paris'));

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^(?:${label}\\.)*${label}\\.?$`, 'i');

/** Where to listen. A name whose last part is a number can only be an address. */
export const listenAddress = word(
  (words) => isIP(words) !== 0 || (hostName.test(words) && words.length <= 253 && !/(?:^|\.)\d+\.?$/.test(words)),
  t(
    'an address such as 127.0.0.1, 0.0.0.0 or ::, or a host name',
    'une adresse comme 127.0.0.1, 0.0.0.0 ou ::, ou un nom d’hôte',
  ),
);

/** A dotted permission or a pattern: `deploy.run`, `deploy.*`, `*`. */
export const permission = word(
  (words) => /^(\*|[a-z][a-z0-9-]*(\.[a-z0-9-]+)*(\.\*)?)$/.test(words),
  t('a permission such as deploy.run, deploy.* or *', 'une permission comme deploy.run, deploy.* ou *'),
);

/** `console:local:ada` for a person, `service:backup` for a service. */
export const actorId = word(
  (words) => /^(service:[^\s:#]+|(?!service:)[a-z][a-z0-9-]*:[^\s:#]+:[^\s:#]+)$/.test(words),
  t(
    'an identity such as console:local:ada (platform:workspace:user, no “:” or “#” within a part) or service:backup',
    'une identité comme console:local:ada (plateforme:espace:personne, sans « : » ni « # » dans une partie) ou service:backup',
  ),
);

/** A channel's name. */
export const channelName = word(
  (words) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(words),
  t('lower case letters, digits and dashes, 40 at most', 'des minuscules, chiffres et tirets, 40 au plus'),
);

const inBounds = (seconds: number | undefined): boolean =>
  seconds !== undefined && seconds >= 60 && seconds <= 7 * 86_400;

/** How long a confirmation or an approval may take. */
export const within = word(
  (words) => inBounds(durationSeconds(words)),
  t(
    'a time such as 90s, 15m, 2h or 1d, from 1 minute to 7 days',
    'une durée comme 90s, 15m, 2h ou 1d, de 1 minute à 7 jours',
  ),
);

/** How much room something may take. */
export const size = word(
  (words) => sizeBytes(words) !== undefined,
  t('a size such as 500 MB or 2 GB', 'une taille comme 500 MB ou 2 GB'),
);
