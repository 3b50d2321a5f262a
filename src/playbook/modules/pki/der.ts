/** A piece of DER: what X.509 is written in. */
export interface Der {
  /** The first byte: 0x30 for a sequence, 0x02 for an integer, 0xa0 and up for what only its place explains. */
  readonly tag: number;
  /** What is in it. */
  readonly content: Buffer;
  /** All of it, with tag and length. */
  readonly whole: Buffer;
}

/** Tags by name. */
export const tags = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31 };

/** The pieces one after another; undefined when the bytes are no DER. */
export const readDer = (bytes: Buffer): readonly Der[] | undefined => {
  const pieces: Der[] = [];
  let at = 0;
  while (at < bytes.length) {
    const piece = readPiece(bytes, at);
    if (piece === undefined) return undefined;
    pieces.push(piece);
    at += piece.whole.length;
  }
  return pieces;
};

/** At most four bytes of length: far more than any key or certificate. */
const readPiece = (bytes: Buffer, at: number): Der | undefined => {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || count > 4 || at + 2 + count > bytes.length) return undefined;
  const length = count === 0 ? first : bytes.readUIntBE(at + 2, count);
  const start = at + 2 + count;
  if (start + length > bytes.length) return undefined;
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
};

/** What is in a piece, as pieces; none when it is no DER, or not there. */
export const inside = (piece: Der | undefined): readonly Der[] =>
  (piece === undefined ? undefined : readDer(piece.content)) ?? [];

/** An object identifier as people write it: `2.5.4.3`. */
export const oidOf = (piece: Der | undefined): string => {
  if (piece?.tag !== tags.oid) return '';
  const numbers: bigint[] = [];
  let number = 0n;
  for (const byte of piece.content) {
    number = number * 128n + BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0n;
  }
  const [head = 0n, ...rest] = numbers;
  const root = head < 80n ? head / 40n : 2n;
  return [root, head - root * 40n, ...rest].join('.');
};

const lengthOf = (count: number): Buffer => {
  if (count < 0x80) return Buffer.from([count]);
  const hex = count.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
};

/** A piece of DER with this in it. */
export const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const whole = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(whole.length), whole]);
};

const base128 = (number: bigint): readonly number[] => {
  const digits = [Number(number & 0x7fn)];
  for (let rest = number >> 7n; rest > 0n; rest >>= 7n) digits.unshift(Number(rest & 0x7fn) | 0x80);
  return digits;
};

/** `2.5.4.3` as DER. */
export const oidDer = (oid: string): Buffer => {
  const [root = 0n, second = 0n, ...rest] = oid.split('.').map(BigInt);
  return der(tags.oid, Buffer.from([root * 40n + second, ...rest].flatMap(base128)));
};

/** A number that is not below zero as DER. */
export const integerDer = (number: bigint): Buffer => {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return der(tags.integer, (bytes[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes);
};

/** What stands in a text in base64 between `BEGIN` and `END` lines of a kind; undefined when there is none. */
export const fromPem = (text: string, kind: RegExp): Buffer | undefined => {
  const found = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----/g;
  for (const [, name = '', base64 = ''] of text.matchAll(found))
    if (kind.test(name)) return Buffer.from(base64, 'base64');
  return undefined;
};
