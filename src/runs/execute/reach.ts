import type { Refusal } from '#core/errors.ts';

const codes = new Set([
  'ssh.unreachable',
  'ssh.lost',
  'ssh.auth',
  'ssh.key',
  'ssh.host_key_unknown',
  'ssh.host_key_changed',
  'ssh.host_key_revoked',
]);

/** True for a refusal that says that the host was not reached, rather than that something on it failed. */
export const notReached = (refusal: Refusal): boolean => codes.has(refusal.code);

/** The sentence in the language of return values. */
export const inEnglish = (refusal: Refusal): string => (typeof refusal.say === 'string' ? refusal.say : refusal.say.en);
