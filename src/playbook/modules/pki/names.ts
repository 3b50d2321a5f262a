import { type Der, inside, oidOf, tags } from './der.ts';

interface Attribute {
  readonly oid: string;
  /** The name it is shown by, then others that mean it. */
  readonly names: readonly string[];
  /** How many characters at most, as openssl counts. */
  readonly most: number;
  /** Only characters of ASCII. */
  readonly plain?: true;
}

/** Attributes of a subject by their names, short and long. */
const attributes: readonly Attribute[] = [
  { oid: '2.5.4.6', names: ['C', 'countryName'], most: 2, plain: true },
  { oid: '2.5.4.8', names: ['ST', 'stateOrProvinceName'], most: 128 },
  { oid: '2.5.4.7', names: ['L', 'localityName'], most: 128 },
  { oid: '2.5.4.10', names: ['O', 'organizationName'], most: 64 },
  { oid: '2.5.4.11', names: ['OU', 'organizationalUnitName'], most: 64 },
  { oid: '2.5.4.3', names: ['CN', 'commonName'], most: 64 },
  { oid: '1.2.840.113549.1.9.1', names: ['emailAddress'], most: 128, plain: true },
  { oid: '2.5.4.5', names: ['serialNumber'], most: 64, plain: true },
  { oid: '2.5.4.4', names: ['SN', 'surname'], most: 40 },
  { oid: '2.5.4.42', names: ['GN', 'givenName'], most: 32_768 },
  { oid: '2.5.4.12', names: ['title'], most: 64 },
  { oid: '2.5.4.9', names: ['street', 'streetAddress'], most: 128 },
  { oid: '2.5.4.17', names: ['postalCode'], most: 40 },
  { oid: '2.5.4.13', names: ['description'], most: 1024 },
  { oid: '0.9.2342.19200300.100.1.25', names: ['DC', 'domainComponent'], most: 63, plain: true },
  { oid: '0.9.2342.19200300.100.1.1', names: ['UID', 'userId'], most: 256 },
];

/** One attribute of a subject. */
export interface NamePart {
  readonly oid: string;
  readonly value: string;
}

/** Why such a part of a subject cannot be. */
export type NameMistake = 'unknown' | 'length' | 'characters';

/** A part of a subject by its short or long name, or its identifier; or why it cannot be. */
export const namePart = (name: string, value: string): NamePart | NameMistake => {
  const attribute = attributes.find(({ oid, names }) => oid === name || names.includes(name));
  if (attribute === undefined) return 'unknown';
  const count = [...value].length;
  if (count === 0 || count > attribute.most || (attribute.oid === '2.5.4.6' && count !== 2)) return 'length';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no end of line, nothing that is not to be seen.
  if (/[\x00-\x1f\x7f]/.test(value) || (attribute.plain && /[^ -~]/.test(value))) return 'characters';
  return { oid: attribute.oid, value };
};

const shownPart = ({ oid, value }: NamePart): string =>
  `${attributes.find((one) => one.oid === oid)?.names[0] ?? oid}=${value}`;

/** A subject as people read it: `C=DE, CN=a`. */
export const shownName = (parts: readonly NamePart[]): string => parts.map(shownPart).join(', ');

/** A subject as the option `-subj` takes it; what has a meaning there is escaped. */
export const subjectOption = (parts: readonly NamePart[]): string =>
  parts.length === 0 ? '/' : parts.map(({ oid, value }) => `/${oid}=${value.replace(/[\\/+=]/g, '\\$&')}`).join('');

const decode = ({ tag, content }: Der): string => {
  if (tag === 0x1e) return Buffer.from(content).swap16().toString('utf16le');
  return content.toString(tag === 0x14 ? 'latin1' : 'utf8');
};

/** Reads a name of X.509. */
export const readName = (name: Der | undefined): readonly NamePart[] =>
  inside(name).flatMap((set) =>
    inside(set).flatMap((pair) => {
      const [oid, value] = inside(pair);
      return oid?.tag === tags.oid && value !== undefined && (value.tag !== 0x1e || value.content.length % 2 === 0)
        ? [{ oid: oidOf(oid), value: decode(value) }]
        : [];
    }),
  );

/** Whether two subjects say the same, in whatever order. */
export const isSameName = (one: readonly NamePart[], other: readonly NamePart[]): boolean => {
  const set = (parts: readonly NamePart[]) => [...new Set(parts.map(({ oid, value }) => `${oid}=${value}`))].sort();
  return JSON.stringify(set(one)) === JSON.stringify(set(other));
};

/** Whether two names are the same, part for part. */
export const isEqualName = (one: readonly NamePart[], other: readonly NamePart[]): boolean =>
  one.length === other.length &&
  one.every(({ oid, value }, index) => oid === other[index]?.oid && value === other[index]?.value);
