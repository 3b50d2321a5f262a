import { z } from 'zod';
import { inLanguage, join, type Text, t } from '#core/text.ts';
import { HttpRefusal } from '../refusals.ts';

/** The longest line taken; the grammar refuses far shorter ones with a better sentence. */
const longestText = 200_000;

const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,99}$/u);

/** The body of `POST /api/v1/orders`. */
export const orderShape = z.strictObject({
  text: z.string().regex(/\S/).max(longestText),
  channel: name.optional(),
  thread: z.string().min(1).max(300).optional(),
  /** The same key from the same actor is the same order, for ever. */
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional(),
  /** A confirmation given in advance; never an approval. */
  yes: z.boolean().optional(),
  /** In whose name; for the local token only. */
  as: z.string().min(1).max(200).optional(),
});

export type OrderRequest = z.infer<typeof orderShape>;

/** A whole number of the query; `most` when it is more. Throws the refusal of what is none. */
const whole = (
  name: string,
  value: string | undefined,
  fallback: number,
  most: number,
  example = fallback === 0 ? most / 2 : fallback,
): number => {
  if (value === undefined) return fallback;
  if (/^\d{1,15}$/.test(value)) return Math.min(Number(value), most);
  throw notWhole(name, most, example);
};

const notWhole = (name: string, most: number, example: number): HttpRefusal =>
  new HttpRefusal(400, {
    code: 'api.bad_query',
    say: t(
      `“${name}” must be a whole number, up to ${most}.`,
      `« ${name} » doit être un nombre entier, au plus ${most}.`,
    ),
    next: t(`Send ?${name}=${example}, or nothing.`, `Envoyez ?${name}=${example}, ou rien.`),
  });

const longestWait = 60;

/** How many seconds a reader waits: `?wait=30`, at most 60. Whoever asks for more would be answered too early: it is refused. */
export const waitSeconds = (value: string | undefined): number => {
  if (Number(value) > longestWait) throw notWhole('wait', longestWait, longestWait / 2);
  return whole('wait', value, 0, longestWait);
};

/** How many entries a reader wants: `?limit=50`, at most 500. */
export const limitOf = (value: string | undefined): number => Math.max(1, whole('limit', value, 50, 500));

/** From which byte of a log a reader wants it: `?from=65536`. */
export const placeOf = (value: string | undefined): number => whole('from', value, 0, 999_999_999_999_999, 65_536);

/** How many bytes of a log a reader wants at once: `?limit=65536`, at least 1,024 and at most a MiB. */
export const logLimitOf = (value: string | undefined): number =>
  Math.max(1024, whole('limit', value, 256 * 1024, 1024 * 1024));

/** What each field must be, to be read after its name. */
const wanted: Readonly<Record<keyof OrderRequest, Text>> = {
  text: t('must be a text that is not empty', 'doit être un texte non vide'),
  channel: t(
    'must be a name of up to 100 letters, digits, “.”, “_”, “:” and “-”',
    'doit être un nom d’au plus 100 lettres, chiffres, « . », « _ », « : » et « - »',
  ),
  thread: t('must be a text of 1 to 300 characters', 'doit être un texte de 1 à 300 caractères'),
  key: t(
    'must be a text of 1 to 200 plain characters, without spaces or accents',
    'doit être un texte de 1 à 200 caractères simples, sans espaces ni accents',
  ),
  yes: t('must be true or false', 'doit être true ou false'),
  as: t('must be the id of a person', 'doit être l’identifiant d’une personne'),
};

const isField = (name: string): name is keyof OrderRequest => Object.hasOwn(wanted, name);

/** Anything a caller named a field, short and on one line. */
const shown = (name: string): string => (name.length > 40 ? `${name.slice(0, 39)}…` : name).replace(/\p{C}/gu, '?');

interface BodyFault {
  readonly field: string;
  readonly fault: Text;
}

/** One issue as a sentence for each field it is about; none of it is in the words of the program that checks. */
function faultsOf(issue: z.core.$ZodIssue): readonly BodyFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: shown(key), fault: t('is no field of an order', 'n’est pas un champ') }));
  const field = String(issue.path[0] ?? 'body');
  if (isField(field)) return [{ field, fault: wanted[field] }];
  return [{ field, fault: t('must be a JSON object', 'doit être un objet JSON') }];
}

const sentence = ({ field, fault }: BodyFault): Text =>
  join([field === 'body' ? t('the body', 'le corps') : field, ' ', fault]);

/** Checks a body; throws the refusal that names every field at fault. */
export const check = (shape: typeof orderShape, body: unknown): OrderRequest => {
  const outcome = shape.safeParse(body);
  if (outcome.success) return outcome.data;
  const faults = outcome.error.issues.flatMap(faultsOf);
  const what = join(faults.slice(0, 3).map(sentence), '; ');
  throw new HttpRefusal(400, {
    code: 'api.bad_body',
    say: join([t('The request’s body is not right: ', 'Le corps de la requête n’est pas bon : '), what, '.']),
    next: t(
      'Send {"text": "…"}, and optionally channel, thread, key, yes.',
      'Envoyez {"text": "…"}, et au besoin channel, thread, key, yes.',
    ),
    details: { faults: faults.map(({ field, fault }) => ({ field, fault: inLanguage(fault, 'en') })) },
  });
};
