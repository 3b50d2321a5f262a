import type { ErrorCode } from '#core/error-codes.ts';
import { Fault } from '#core/errors.ts';
import type { Quote } from '#core/ssh.ts';
import { t } from '#core/text.ts';

/** Refuses text that no shell could receive unchanged: a NUL ends it, half a surrogate pair has no bytes. */
export function assertSendable(text: string): void {
  if (text.includes('\0')) throw unsendable('ssh.quote_nul', 'a NUL character', 'un caractère NUL');
  if (!text.isWellFormed()) throw unsendable('ssh.quote_surrogate', 'half a character', 'un demi-caractère');
}

const unsendable = (code: ErrorCode, en: string, fr: string): Fault =>
  new Fault({
    code,
    say: t(
      `A value holds ${en}, which no shell can receive.`,
      `Une valeur contient ${fr}, qu’aucun shell ne peut recevoir.`,
    ),
    next: t('Take it out of the value.', 'Retirez-le de la valeur.'),
  });

/** One value as one word of a POSIX shell: it means itself, whatever it holds. Throws `ssh.quote_nul`, `ssh.quote_surrogate`. */
export const quote: Quote = (value) => {
  assertSendable(value);
  return `'${value.replaceAll("'", "'\\''")}'`;
};
