import type { HostKey } from '#core/ssh.ts';

/** What a host's keys mean beside those that are known of it. */
export type KeyStanding =
  /** Nothing to do: what it shows is known. */
  | { readonly kind: 'known' }
  | { readonly kind: 'new'; readonly keys: readonly HostKey[] }
  /** `old` are the known keys that no longer fit: perhaps another machine answers in its place. */
  | { readonly kind: 'changed'; readonly keys: readonly HostKey[]; readonly old: readonly HostKey[] };

const isAmong = (key: HostKey, keys: readonly HostKey[]): boolean => keys.some((one) => one.base64 === key.base64);

/**
 * Weighs the keys a host shows, or the one of them a person names by its fingerprint. A key has changed when another of
 * its type is known, or when the host shows none of the keys that are known.
 */
export function standingOf(
  shown: readonly HostKey[],
  known: readonly HostKey[],
  fingerprint: string | undefined,
): KeyStanding {
  const meant = fingerprint === undefined ? shown : shown.filter((key) => key.fingerprint === fingerprint);
  const keys = meant.filter((key) => !isAmong(key, known));
  const showsKnown = shown.some((key) => isAmong(key, known));
  const isReplaced = (old: HostKey) =>
    !isAmong(old, shown) && (!showsKnown || keys.some((key) => key.type === old.type));
  const old = keys.length === 0 ? [] : known.filter(isReplaced);
  if (old.length > 0) return { kind: 'changed', keys, old };
  const isKnown = meant.length > 0 && (fingerprint === undefined ? showsKnown : keys.length === 0);
  return isKnown ? { kind: 'known' } : { kind: 'new', keys };
}
