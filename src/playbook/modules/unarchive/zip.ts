import { inflateRawSync } from 'node:zlib';
import type { ArchiveEntry } from './entries.ts';

const endMark = 0x06054b50;
const centralMark = 0x02014b50;
const linkBits = 0o120000;

const findEnd = (archive: Buffer): number => {
  for (let at = archive.length - 22; at >= Math.max(0, archive.length - 65_557); at -= 1) {
    if (archive.readUInt32LE(at) === endMark) return at;
  }
  throw new RangeError('no end of the central directory');
};

const contentAt = (
  archive: Buffer,
  header: number,
  sizes: { packed: number; whole: number; method: number },
): Buffer => {
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + sizes.packed);
  if (packed.length !== sizes.packed) throw new RangeError('the archive ends too early');
  if (sizes.method === 0) return packed;
  if (sizes.method !== 8) throw new RangeError(`compression method ${sizes.method}`);
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, sizes.whole) });
};

const entryAt = (
  archive: Buffer,
  at: number,
): { readonly entry: ArchiveEntry; readonly next: number; readonly whole: number } => {
  if (archive.readUInt32LE(at) !== centralMark) throw new RangeError('the central directory is broken');
  const [nameLength, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
  const path = archive.subarray(at + 46, at + 46 + (nameLength ?? 0)).toString('utf8');
  const packed = archive.readUInt32LE(at + 20);
  const whole = archive.readUInt32LE(at + 24);
  const isLink = ((archive.readUInt32LE(at + 38) >>> 16) & 0o170000) === linkBits;
  const content = path.endsWith('/')
    ? Buffer.alloc(0)
    : contentAt(archive, archive.readUInt32LE(at + 42), { packed, whole, method: archive.readUInt16LE(at + 10) });
  const type = path.endsWith('/') ? 'directory' : isLink ? 'link' : 'file';
  const entry: ArchiveEntry = { path, type, content, ...(isLink && { target: content.toString('utf8') }) };
  return { entry, next: at + 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0), whole };
};

/** Reads a zip archive, stored or deflated. */
export const readZip = (archive: Buffer, maxBytes: number): readonly ArchiveEntry[] => {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  const entries: ArchiveEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const { entry, next, whole } = entryAt(archive, at);
    total += whole;
    if (total > maxBytes) throw new RangeError('the archive is too large');
    entries.push(entry);
    at = next;
  }
  return entries;
};
