import type { ActorId } from '#core/actor.ts';
import type { Clock } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import { createRate } from '#core/rate.ts';
import { t } from '#core/text.ts';
import type { AuditRecord } from './record.ts';
import type { Redactor } from './redact.ts';

const held: Refusal = {
  code: 'secret.in_message',
  say: t(
    'There is a secret in this; nothing of it was taken or kept.',
    'Il y a un secret là-dedans ; rien n’en a été pris ni gardé.',
  ),
  next: t(
    'Never type secrets: name them in the configuration. Change this one if others saw it.',
    'Ne tapez jamais de secrets : nommez-les dans la configuration. Changez celui-ci si d’autres l’ont vu.',
  ),
};

const tooOften = (minutes: number): Refusal => ({
  code: 'secret.too_often',
  say: t(
    'You sent too many messages with secrets in them; for a while none of yours is taken.',
    'Vous avez envoyé trop de messages avec des secrets ; pour un moment aucun des vôtres n’est pris.',
  ),
  next: t(`Try again in ${minutes} minutes.`, `Réessayez dans ${minutes} minutes.`),
  retryable: true,
});

/** Three by mistake, then one every ten minutes. */
const usual = { burst: 3, everyMs: 10 * 60_000 };

/** Says why what somebody sends is not taken; undefined when it is. */
export type HoldsSecret = (actor: ActorId, text: string, channel: string) => Promise<Refusal | undefined>;

/**
 * Refuses as a whole what holds a secret, or would come to hold one as it is read, without a word of where: shown with holes, a list of guesses would tell which of
 * them is right. Each try is recorded, and after a few nothing of that actor is taken for a while, secret in it or not:
 * so that a no says nothing either.
 */
export const refuseSecrets = (
  record: AuditRecord,
  { redactor, clock }: { readonly redactor: Pick<Redactor, 'isIn'>; readonly clock: Clock },
): HoldsSecret => {
  const tries = createRate(clock, usual);
  return async (actor, text, channel) => {
    const wait = tries.wait(actor);
    if (wait > 0) return tooOften(Math.ceil(wait / 60_000));
    if (!redactor.isIn(text)) return undefined;
    tries.count(actor);
    await record.append({ actor, action: 'message.held_secret', details: { channel, code: held.code } });
    return held;
  };
};
