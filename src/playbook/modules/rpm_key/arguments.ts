import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `rpm_key`. */
export const rpmKeyArguments = {
  key: { type: 'str', required: true },
  fingerprint: { type: 'list', default: [] },
  validate_certs: { type: 'bool', default: true },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
} satisfies Record<string, ModuleArg>;

/** Which key is meant: the one at an address or in a file of the host, or one that rpm has, by its id. */
export type RpmKeySource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'id'; readonly id: string };

/** Prepared arguments of `rpm_key`. */
export interface RpmKeyArgs {
  readonly source: RpmKeySource;
  /** Every key that is imported must have one of these; any when there are none. */
  readonly fingerprints: readonly string[];
  readonly verify: boolean;
  readonly present: boolean;
}

const sourceOf = (key: string): RpmKeySource => {
  if (/^(?:0x)?(?:[0-9a-f]{8}|[0-9a-f]{16,64})$/i.test(key))
    return { kind: 'id', id: key.replace(/^0x/i, '').toUpperCase() };
  if (!key.includes('://')) return { kind: 'file', file: tidyPath(key) };
  if (/^(?:https?|ftp|file):\/\/\S+$/.test(key)) return { kind: 'url', url: key };
  throw wrong(`rpm_key: “${key}” is not an address.`, `rpm_key : « ${key} » n’est pas une adresse.`);
};

const fingerprintOf = (written: string): string => {
  const fingerprint = written.replace(/\s+/g, '').toUpperCase();
  if (/^(?:[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64})$/.test(fingerprint)) return fingerprint;
  throw wrong(
    `rpm_key: “${written}” is not a fingerprint: 32, 40 or 64 hexadecimal digits.`,
    `rpm_key : « ${written} » n’est pas une empreinte : 32, 40 ou 64 chiffres hexadécimaux.`,
  );
};

/** Checks the arguments. Throws a Fault for a key that nobody could find, and for what is no fingerprint. */
export const prepareRpmKey = (args: JsonObject): RpmKeyArgs => {
  const key = String(args.key).trim();
  if (key === '')
    throw wrong(
      'rpm_key: key is empty: give an address, a file of the host or an id.',
      'rpm_key : key est vide : donnez une adresse, un fichier de l’hôte ou un identifiant.',
    );
  const fingerprints = Array.isArray(args.fingerprint) ? args.fingerprint.map(String) : [];
  return {
    source: sourceOf(key),
    fingerprints: fingerprints.filter((one) => one.trim() !== '').map(fingerprintOf),
    verify: args.validate_certs !== false,
    present: args.state !== 'absent',
  };
};
