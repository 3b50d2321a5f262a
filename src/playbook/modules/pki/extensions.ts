import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { type Der, der, inside, integerDer, oidDer, oidOf, readDer, tags } from './der.ts';

/** An extension of a request or a certificate. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Extensions by Ansible's names. */
export const extensionIds = {
  subject_alt_name: '2.5.29.17',
  key_usage: '2.5.29.15',
  extended_key_usage: '2.5.29.37',
  basic_constraints: '2.5.29.19',
  ocsp_must_staple: '1.3.6.1.5.5.7.1.24',
  subject_key_identifier: '2.5.29.14',
  authority_key_identifier: '2.5.29.35',
  name_constraints: '2.5.29.30',
  crl_distribution_points: '2.5.29.31',
} as const;

const usages: readonly (readonly [string, string])[] = [
  ['digitalSignature', 'Digital Signature'],
  ['nonRepudiation', 'Non Repudiation'],
  ['keyEncipherment', 'Key Encipherment'],
  ['dataEncipherment', 'Data Encipherment'],
  ['keyAgreement', 'Key Agreement'],
  ['keyCertSign', 'Certificate Sign'],
  ['cRLSign', 'CRL Sign'],
  ['encipherOnly', 'Encipher Only'],
  ['decipherOnly', 'Decipher Only'],
];

const purposes: readonly (readonly [string, string, string])[] = [
  ['1.3.6.1.5.5.7.3.1', 'serverAuth', 'TLS Web Server Authentication'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth', 'TLS Web Client Authentication'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning', 'Code Signing'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection', 'E-mail Protection'],
  ['1.3.6.1.5.5.7.3.5', 'ipsecEndSystem', 'IPSec End System'],
  ['1.3.6.1.5.5.7.3.6', 'ipsecTunnel', 'IPSec Tunnel'],
  ['1.3.6.1.5.5.7.3.7', 'ipsecUser', 'IPSec User'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping', 'Time Stamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning', 'OCSP Signing'],
  ['2.5.29.37.0', 'anyExtendedKeyUsage', 'Any Extended Key Usage'],
];

const isDotted = (oid: string): boolean => /^[0-2](?:\.(?:0|[1-9]\d{0,15}))+$/.test(oid);

const groupsOf = (address: string): readonly number[] =>
  address === '' ? [] : address.split(':').map((group) => Number.parseInt(group, 16));

const addressBytes = (address: string): Buffer | undefined => {
  const kind = isIP(address);
  if (kind === 4) return Buffer.from(address.split('.').map(Number));
  if (kind !== 6 || address.includes('%')) return undefined;
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')];
  const groups = [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
};

const shownAddress = (bytes: Buffer): string =>
  bytes.length === 4 ? [...bytes].join('.') : (bytes.toString('hex').match(/.{1,4}/g) ?? []).join(':');

const isPlain = (text: string): boolean => text !== '' && /^[!-~]+$/.test(text);

/** Other letters as `xn--…`; what cannot be as a space, which no name may hold. */
const label = (written: string): string => {
  if (written === '' || isPlain(written)) return written;
  return /[\s\p{Cc}]/u.test(written) ? ' ' : domainToASCII(written) || ' ';
};

/** A domain as certificates have it; stars stay. */
const domain = (name: string): string => name.split('.').map(label).join('.');

/** `DNS:a`, `IP:…`, `email:…`, `URI:…` or `RID:…` in DER; undefined for any other. */
export const generalName = (name: string): Buffer | undefined => {
  const [, kind = '', value = ''] = /^(DNS|IP|email|URI|RID):(.*)$/s.exec(name) ?? [];
  const text = (tag: number, words: string) => (isPlain(words) ? der(tag, Buffer.from(words)) : undefined);
  if (kind === 'DNS') return text(0x82, domain(value));
  if (kind === 'email')
    return text(
      0x81,
      value.replace(/@(.*)$/s, (_all, host: string) => `@${domain(host)}`),
    );
  if (kind === 'URI') return text(0x86, value);
  if (kind === 'RID') return isDotted(value) ? der(0x88, oidContent(value)) : undefined;
  const bytes = kind === 'IP' ? addressBytes(value) : undefined;
  return bytes && der(0x87, bytes);
};

const oidContent = (oid: string): Buffer => readDer(oidDer(oid))?.[0]?.content ?? Buffer.alloc(0);

/** Bits that are set, by their numbers, in DER. */
const bitString = (bits: readonly number[]): Buffer => {
  const most = Math.max(-1, ...bits);
  const bytes = Buffer.alloc(Math.floor(most / 8) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return der(tags.bits, Buffer.from([most < 0 ? 0 : 7 - (most & 7)]), bytes);
};

/** The names of uses of a key as its extension; undefined when one is not known. */
export const keyUsage = (names: readonly string[]): Buffer | undefined => {
  const bits = names.map((name) => usages.findIndex((one) => one.includes(name)));
  return bits.includes(-1) ? undefined : bitString(bits);
};

/** The names or identifiers of purposes as their extension; undefined when one is not known. */
export const extendedKeyUsage = (names: readonly string[]): Buffer | undefined => {
  const oids = names.map((name) => purposes.find((one) => one.includes(name))?.[0] ?? (isDotted(name) ? name : ''));
  return oids.includes('') ? undefined : der(tags.sequence, ...oids.map(oidDer));
};

/** `CA:TRUE` and `pathlen:0` as their extension; undefined for anything else. */
export const basicConstraints = (words: readonly string[]): Buffer | undefined => {
  if (words.some((word) => !/^(?:CA:(?:TRUE|FALSE)|pathlen:\d{1,9})$/.test(word))) return undefined;
  const isAuthority = words.findLast((word) => word.startsWith('CA:')) === 'CA:TRUE';
  const length = words.findLast((word) => word.startsWith('pathlen:'))?.slice('pathlen:'.length);
  if (length !== undefined && !isAuthority) return undefined;
  return der(
    tags.sequence,
    ...(isAuthority ? [der(tags.boolean, Buffer.from([0xff]))] : []),
    ...(length === undefined ? [] : [integerDer(BigInt(length))]),
  );
};

/** What OCSP must staple says: a TLS feature, `status_request`. */
export const mustStaple: Buffer = der(tags.sequence, integerDer(5n));

const shownGeneral = ({ tag, content, whole }: Der): string => {
  const kinds: Readonly<Record<number, string>> = { 129: 'email', 130: 'DNS', 134: 'URI' };
  if (tag === 0x87) return `IP:${shownAddress(content)}`;
  if (tag === 0x88) return `RID:${oidOf(readDer(der(tags.oid, content))?.[0])}`;
  const kind = kinds[tag];
  return kind === undefined ? whole.toString('hex') : `${kind}:${content.toString('latin1')}`;
};

const shownUsage = (bits: Der | undefined): string =>
  usages
    .filter((_one, bit) => (((bits?.content ?? Buffer.alloc(0))[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0)
    .map(([name]) => name)
    .join(', ');

const shownConstraints = (sequence: Der | undefined): string => {
  const pieces = inside(sequence);
  const isAuthority = pieces.some(({ tag, content }) => tag === tags.boolean && content[0] !== 0);
  const length = pieces.find(({ tag }) => tag === tags.integer)?.content.toString('hex');
  return `CA:${isAuthority ? 'TRUE' : 'FALSE'}${length === undefined ? '' : `, pathlen:${BigInt(`0x${length}`)}`}`;
};

const shownValue = (oid: string, value: Buffer): string => {
  const piece = readDer(value)?.[0];
  const sorted = (all: readonly string[]): string => [...new Set(all)].sort().join(', ');
  if (oid === extensionIds.subject_alt_name) return sorted(inside(piece).map(shownGeneral));
  if (oid === extensionIds.key_usage) return shownUsage(piece);
  if (oid === extensionIds.basic_constraints) return shownConstraints(piece);
  if (oid === extensionIds.ocsp_must_staple && value.equals(mustStaple)) return 'status_request';
  if (oid !== extensionIds.extended_key_usage) return value.toString('hex');
  const name = (one: string): string => purposes.find(([id]) => id === one)?.[1] ?? one;
  return sorted(inside(piece).map((one) => name(oidOf(one))));
};

/** What an extension says, so that the same is said the same way. */
export const shownExtension = ({ oid, critical, value }: Extension): string =>
  `${critical ? 'critical, ' : ''}${shownValue(oid, value)}`;

/** Reads a list of extensions. */
export const readExtensions = (list: Der | undefined): readonly Extension[] =>
  inside(list).flatMap((one) => {
    const pieces = inside(one);
    const value = pieces.find(({ tag }) => tag === tags.octets);
    const critical = pieces.some(({ tag, content }) => tag === tags.boolean && content[0] !== 0);
    return value === undefined ? [] : [{ oid: oidOf(pieces[0]), critical, value: value.content }];
  });

/** Extensions as a section of openssl's configuration. */
export const extensionLines = (extensions: readonly Extension[]): string =>
  extensions
    .map(({ oid, critical, value }) => `${oid}=${critical ? 'critical,' : ''}DER:${value.toString('hex')}\n`)
    .join('');
