import type { Json, JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { der, tags } from '../pki/der.ts';
import {
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  extensionIds,
  generalName,
  keyUsage,
  mustStaple,
} from '../pki/extensions.ts';
import { type MadeArgs, madeArguments, readMade } from '../pki/made.ts';
import { type NamePart, namePart } from '../pki/names.ts';
import { checkPassphrase } from '../pki/passphrase.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `openssl_csr`. */
export const csrArguments = {
  ...madeArguments,
  privatekey_path: { type: 'path' },
  privatekey_passphrase: { type: 'str' },
  digest: { type: 'str', default: 'sha256', choices: ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] },
  subject: { type: 'dict', default: {} },
  country_name: { type: 'str', aliases: ['C', 'countryName'] },
  state_or_province_name: { type: 'str', aliases: ['ST', 'stateOrProvinceName'] },
  locality_name: { type: 'str', aliases: ['L', 'localityName'] },
  organization_name: { type: 'str', aliases: ['O', 'organizationName'] },
  organizational_unit_name: { type: 'str', aliases: ['OU', 'organizationalUnitName'] },
  common_name: { type: 'str', aliases: ['CN', 'commonName'] },
  email_address: { type: 'str', aliases: ['E', 'emailAddress'] },
  subject_alt_name: { type: 'list', default: [], aliases: ['subjectAltName'] },
  subject_alt_name_critical: { type: 'bool', default: false, aliases: ['subjectAltName_critical'] },
  use_common_name_for_san: { type: 'bool', default: true, aliases: ['useCommonNameForSAN'] },
  key_usage: { type: 'list', default: [], aliases: ['keyUsage'] },
  key_usage_critical: { type: 'bool', default: false, aliases: ['keyUsage_critical'] },
  extended_key_usage: { type: 'list', default: [], aliases: ['extKeyUsage', 'extendedKeyUsage'] },
  extended_key_usage_critical: {
    type: 'bool',
    default: false,
    aliases: ['extKeyUsage_critical', 'extendedKeyUsage_critical'],
  },
  basic_constraints: { type: 'list', default: [], aliases: ['basicConstraints'] },
  basic_constraints_critical: { type: 'bool', default: false, aliases: ['basicConstraints_critical'] },
  ocsp_must_staple: { type: 'bool', default: false, aliases: ['ocspMustStaple'] },
  ocsp_must_staple_critical: { type: 'bool', default: false, aliases: ['ocspMustStaple_critical'] },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `openssl_csr`. */
export interface CsrArgs extends MadeArgs {
  readonly privateKey: string;
  readonly passphrase: string | undefined;
  readonly digest: string;
  readonly subject: readonly NamePart[];
  readonly extensions: readonly Extension[];
  /** What Ansible gives back of the arguments. */
  readonly result: JsonObject;
}

const fields = [
  ['C', 'country_name'],
  ['ST', 'state_or_province_name'],
  ['L', 'locality_name'],
  ['O', 'organization_name'],
  ['OU', 'organizational_unit_name'],
  ['CN', 'common_name'],
  ['emailAddress', 'email_address'],
] as const;

/** The parts of the subject in Ansible's order: the fields, then the mapping. */
const subjectPairs = (args: JsonObject): readonly (readonly [string, string])[] => {
  const mapping = typeof args.subject === 'object' && args.subject !== null ? Object.entries(args.subject) : [];
  return [
    ...fields.flatMap(([short, name]) =>
      args[name] === undefined || args[name] === '' ? [] : [[short, String(args[name])] as const],
    ),
    ...mapping.flatMap(([name, value]) => [value].flat().map((one: Json) => [name, String(one ?? '')] as const)),
  ];
};

const partOf = ([name, value]: readonly [string, string]): NamePart => {
  const part = namePart(name, value);
  if (typeof part === 'object') return part;
  const why: Readonly<Record<typeof part, readonly [string, string]>> = {
    unknown: [`“${name}” is not an attribute of a subject`, `« ${name} » n’est pas un attribut de sujet`],
    length: [
      `“${value}” is too short or too long for ${name}`,
      `« ${value} » est trop court ou trop long pour ${name}`,
    ],
    characters: [
      `${name} cannot hold such characters: “${value}”`,
      `${name} ne peut contenir ces caractères : « ${value} »`,
    ],
  };
  throw wrong(`openssl_csr: ${why[part][0]}.`, `openssl_csr : ${why[part][1]}.`);
};

const words = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const alternatives = (args: JsonObject, pairs: readonly (readonly [string, string])[]): readonly string[] => {
  const names = words(args.subject_alt_name);
  if (names.length > 0 || args.use_common_name_for_san === false) return names;
  const common = pairs.find(([name]) => name === 'CN' || name === 'commonName');
  return common === undefined ? [] : [`DNS:${common[1]}`];
};

const needed = (value: Buffer | undefined, name: string, given: readonly string[]): Buffer => {
  if (value !== undefined) return value;
  throw wrong(
    `openssl_csr: ${name} cannot be “${given.join(', ')}”.`,
    `openssl_csr : ${name} ne peut être « ${given.join(', ')} ».`,
  );
};

const alternativeNames = (names: readonly string[]): Buffer =>
  der(tags.sequence, ...names.map((name) => needed(generalName(name), 'subject_alt_name', [name])));

const usageOf = (names: readonly string[]): Buffer | undefined => {
  const only = names.some((name) => /^(?:en|de)cipher ?only$/i.test(name));
  return only && !names.some((name) => /^key ?agreement$/i.test(name)) ? undefined : keyUsage(names);
};

const extensionsOf = (args: JsonObject, names: readonly string[]): readonly Extension[] => {
  const [usage, purposes, constraints] = [
    words(args.key_usage),
    words(args.extended_key_usage),
    words(args.basic_constraints),
  ];
  const one = (name: keyof typeof extensionIds, given: boolean, value: () => Buffer): readonly Extension[] =>
    given ? [{ oid: extensionIds[name], critical: args[`${name}_critical`] === true, value: value() }] : [];
  return [
    ...one('subject_alt_name', names.length > 0, () => alternativeNames(names)),
    ...one('key_usage', usage.length > 0, () => needed(usageOf(usage), 'key_usage', usage)),
    ...one('extended_key_usage', purposes.length > 0, () =>
      needed(extendedKeyUsage(purposes), 'extended_key_usage', purposes),
    ),
    ...one('basic_constraints', constraints.length > 0, () =>
      needed(basicConstraints(constraints), 'basic_constraints', constraints),
    ),
    ...one('ocsp_must_staple', args.ocsp_must_staple === true, () => mustStaple),
  ];
};

/** Checks the arguments. Throws a Fault for what a request cannot hold. */
export const prepareCsr = (args: JsonObject): CsrArgs => {
  const made = readMade(args);
  const { privatekey_path: key, privatekey_passphrase: passphrase } = args;
  if (made.present && typeof key !== 'string')
    throw wrong('openssl_csr: privatekey_path is required.', 'openssl_csr : il faut privatekey_path.');
  if (typeof passphrase === 'string') checkPassphrase('openssl_csr', 'privatekey_passphrase', passphrase);
  const pairs = subjectPairs(args);
  const names = alternatives(args, pairs);
  const orNull = (list: readonly string[]): Json => (list.length === 0 ? null : [...list]);
  return {
    ...made,
    privateKey: tidyPath(String(key)),
    passphrase: typeof passphrase === 'string' ? passphrase : undefined,
    digest: String(args.digest),
    subject: pairs.map(partOf),
    extensions: extensionsOf(args, names),
    result: {
      privatekey: key ?? null,
      subject: pairs.map((pair) => [...pair]),
      subjectAltName: orNull(names),
      keyUsage: orNull(words(args.key_usage)),
      extendedKeyUsage: orNull(words(args.extended_key_usage)),
      basicConstraints: orNull(words(args.basic_constraints)),
      ocspMustStaple: args.ocsp_must_staple === true,
    },
  };
};
