import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { globMatches } from '../../inventory/glob.ts';
import { readTar } from './tar.ts';
import { readZip } from './zip.ts';

/** One thing in an archive. `path` is relative, without `.` and `..`. */
export interface ArchiveEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link';
  readonly content: Buffer;
  readonly target?: string;
}

/** Unpacked, an archive may not be larger than this. */
const maxBytes = 1_073_741_824;

const startsWith = (content: Buffer, ...bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => content[index] === byte);

/** The plain tar; undefined for a compression that Node.js does not know. */
const inflate = (content: Buffer): Buffer | undefined => {
  if (startsWith(content, 0x1f, 0x8b)) return gunzipSync(content, { maxOutputLength: maxBytes });
  if (startsWith(content, 0x28, 0xb5, 0x2f, 0xfd)) return zstdDecompressSync(content, { maxOutputLength: maxBytes });
  const unknown = startsWith(content, 0x42, 0x5a, 0x68) || startsWith(content, 0xfd, 0x37, 0x7a, 0x58, 0x5a);
  return unknown ? undefined : content;
};

const parts = (path: string): readonly string[] => path.split('/').filter((part) => part !== '' && part !== '.');

const broken = (cause?: unknown): Fault =>
  new Fault(
    {
      code: 'module.archive',
      say: t('The archive cannot be read.', 'L’archive est illisible.'),
      next: t('Make the archive anew.', 'Refaites l’archive.'),
    },
    { cause },
  );

const escapes = (path: string): Fault =>
  new Fault({
    code: 'module.archive',
    say: t(`The archive holds “${path}”, which leads outside.`, `L’archive contient « ${path} », qui mène dehors.`),
  });

const relocated = (entry: ArchiveEntry, strip: number): readonly ArchiveEntry[] => {
  const all = parts(entry.path);
  if (all.includes('..')) throw escapes(entry.path);
  const path = all.slice(strip).join('/');
  return path === '' ? [] : [{ ...entry, path }];
};

/** Which entries are meant, and how much of their paths is cut off. */
export interface Choice {
  readonly strip: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

const isChosen = (path: string, choice: Choice): boolean => {
  const within = (pattern: string): boolean =>
    globMatches(pattern, path) || path.startsWith(`${pattern.replace(/\/+$/, '')}/`);
  return choice.include.length > 0 ? choice.include.some(within) : !choice.exclude.some(within);
};

const readAll = (kind: 'tar' | 'zip', content: Buffer): readonly ArchiveEntry[] | undefined => {
  if (kind === 'zip') return readZip(content, maxBytes);
  const plain = inflate(content);
  return plain && readTar(plain);
};

/** What an archive holds; undefined when it is compressed in a way that is not known here. Throws `module.archive`. */
export const readEntries = (
  kind: 'tar' | 'zip',
  content: Buffer,
  choice: Choice,
): readonly ArchiveEntry[] | undefined => {
  try {
    const all = readAll(kind, content);
    return all
      ?.filter((entry) => isChosen(parts(entry.path).join('/'), choice))
      .flatMap((entry) => relocated(entry, choice.strip));
  } catch (cause) {
    throw cause instanceof Fault ? cause : broken(cause);
  }
};
