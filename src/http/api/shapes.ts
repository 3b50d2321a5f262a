import { z } from 'zod';
import { t } from '#core/text.ts';
import { HttpRefusal } from '../refusals.ts';

/** The longest line taken; the grammar refuses far shorter ones with a better sentence. */
const longestText = 200_000;

const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,99}$/u);

/** The body of `POST /api/v1/orders`. */
export const orderShape = z.strictObject({
  text: z.string().min(1, 'must not be empty').max(longestText),
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

const whole = (value: string | undefined, fallback: number, most: number): number => {
  const figure = Number(value ?? fallback);
  return Number.isInteger(figure) && figure >= 0 ? Math.min(figure, most) : fallback;
};

/** How many seconds a reader waits: `?wait=30`, at most 60. */
export const waitSeconds = (value: string | undefined): number => whole(value, 0, 60);

/** How many entries a reader wants: `?limit=50`, at most 500. */
export const limitOf = (value: string | undefined): number => Math.max(1, whole(value, 50, 500));

/** Checks a body; throws the refusal that names every field at fault. */
export const check = <T>(shape: z.ZodType<T>, body: unknown): T => {
  const outcome = shape.safeParse(body);
  if (outcome.success) return outcome.data;
  const faults = outcome.error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', fault: issue.message }));
  const first = faults[0];
  const what = `${first?.field ?? 'body'}: ${first?.fault ?? ''}`;
  throw new HttpRefusal(400, {
    code: 'api.bad_body',
    say: t(`The request’s body is not right: ${what}.`, `Le corps de la requête n’est pas bon : ${what}.`),
    next: t(
      'Send {"text": "…"}, and optionally channel, thread, key, yes.',
      'Envoyez {"text": "…"}, et au besoin channel, thread, key, yes.',
    ),
    details: { faults },
  });
};
