/**
 * Texts of files are worked on as Ansible does, byte by byte: one character for each byte, so that whatever a file is
 * written in stays as it is.
 */
export const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** What people read of such a text. */
export const toText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** Characters of UTF-8, and bytes that are none. */
const utf8 =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are bytes.
  /((?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}){1,4096})|[\x80-\xff]/g;

const surrogate = 0xdc00;

/** Bytes as characters. One that is no UTF-8 becomes a lone surrogate, as in Python, and comes back the same. */
export const toCharacters = (bytes: string): string =>
  bytes.replace(utf8, (all, valid: string | undefined) =>
    valid === undefined ? String.fromCharCode(surrogate + all.charCodeAt(0)) : toText(valid),
  );

/** Characters as bytes. */
export const ofCharacters = (text: string): string =>
  text
    .split(/([\udc80-\udcff])/u)
    .map((part, index) => (index % 2 === 0 ? toBytes(part) : String.fromCharCode(part.charCodeAt(0) - surrogate)))
    .join('');

/** Lines with their ends, which are `\n` only. */
export const linesOfFeed = (bytes: string): string[] => bytes.match(/[^\n]*\n|[^\n]+/g) ?? [];

/** Lines with their ends: `\n`, `\r\n` or `\r`. */
export const linesOfAny = (bytes: string): string[] => bytes.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? [];

/** A line without whatever ends it. */
export const withoutEnd = (line: string): string => line.replace(/[\r\n]+$/, '');
