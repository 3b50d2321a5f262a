import type { ArchiveEntry } from './entries.ts';

const block = 512;

const text = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
};

/** Octal text, or a number in the bytes themselves when the first bit says so. */
const number = (header: Buffer, from: number, length: number): number => {
  const field = header.subarray(from, from + length);
  if (((field[0] ?? 0) & 0x80) !== 0) return [...field.subarray(1)].reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.parseInt(text(header, from, length).trim() || '0', 8);
};

/** `LENGTH key=value\n`, again and again. */
const readExtended = (content: Buffer): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space).toString());
    if (space < 0 || !(length > 0)) break;
    const [, key, value] =
      /^([^=]+)=([\s\S]*)\n$/.exec(content.subarray(space + 1, at + length).toString('utf8')) ?? [];
    if (key !== undefined && value !== undefined) values[key] = value;
    at += length;
  }
  return values;
};

interface Overrides {
  path?: string;
  target?: string;
}

const types: Readonly<Record<string, ArchiveEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '5': 'directory',
  '2': 'link',
};

const entryOf = (header: Buffer, kind: string, content: Buffer, overrides: Overrides): ArchiveEntry | undefined => {
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
  const own = text(header, 0, 100);
  const path = overrides.path ?? (prefix === '' ? own : `${prefix}/${own}`);
  const type = types[kind];
  if (type === undefined) return undefined;
  if (type === 'link')
    return { path, type, content: Buffer.alloc(0), target: overrides.target ?? text(header, 157, 100) };
  return { path, type: path.endsWith('/') ? 'directory' : type, content };
};

const noteOverrides = (kind: string, content: Buffer, overrides: Overrides): void => {
  const long = content.subarray(0, Math.max(0, content.indexOf(0))).toString('utf8');
  if (kind === 'L') overrides.path = long;
  if (kind === 'K') overrides.target = long;
  if (kind !== 'x') return;
  const { path, linkpath } = readExtended(content);
  if (path !== undefined) overrides.path = path;
  if (linkpath !== undefined) overrides.target = linkpath;
};

/** Reads files, folders and symbolic links of a tar archive: ustar, GNU long names and pax headers. */
export const readTar = (archive: Buffer): readonly ArchiveEntry[] => {
  const entries: ArchiveEntry[] = [];
  let overrides: Overrides = {};
  for (let at = 0; at + block <= archive.length; ) {
    const header = archive.subarray(at, at + block);
    if (header[0] === 0) return entries;
    const size = number(header, 124, 12);
    if (!Number.isSafeInteger(size) || at + block + size > archive.length)
      throw new RangeError('the archive ends too early');
    const content = archive.subarray(at + block, at + block + size);
    const kind = String.fromCharCode(header[156] ?? 0);
    if ('LKxg'.includes(kind)) noteOverrides(kind, content, overrides);
    else {
      const entry = entryOf(header, kind, content, overrides);
      if (entry !== undefined) entries.push(entry);
      overrides = {};
    }
    at += block + Math.ceil(size / block) * block;
  }
  throw new RangeError('the archive ends too early');
};
