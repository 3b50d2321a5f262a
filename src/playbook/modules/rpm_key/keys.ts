/** A public key, with the ids of the keys below it. */
export interface PublicKey {
  /** Sixteen digits. */
  readonly id: string;
  /** Empty where gpg does not say it. */
  readonly fingerprint: string;
  /** Its own id and fingerprint, and those of its subkeys. */
  readonly ids: readonly string[];
}

const add = (keys: readonly PublicKey[], line: string): readonly PublicKey[] => {
  const [kind, , , , id = '', , , , , print = ''] = line.split(':');
  if (kind === 'pub') return [...keys, { id, fingerprint: '', ids: [id] }];
  const last = keys.at(-1);
  if (last === undefined || (kind !== 'sub' && kind !== 'fpr')) return keys;
  const own = kind === 'fpr' && last.fingerprint === '' ? print : last.fingerprint;
  return [...keys.slice(0, -1), { ...last, fingerprint: own, ids: [...last.ids, kind === 'sub' ? id : print] }];
};

/** Reads the keys that gpg tells with colons. */
export const readPublicKeys = (text: string): readonly PublicKey[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .reduce(add, []);

/** True when this id, which may be a short one or a fingerprint, is the key's or one of its subkeys'. */
export const isKey = (key: PublicKey, id: string): boolean => key.ids.some((one) => one.endsWith(id));
