import type { Fields } from './fields.ts';
import { bytesLimit } from './script.ts';

/** What came of asking for a whole file. */
export type WholeFile =
  | { readonly kind: 'content'; readonly content: Buffer }
  /** Larger than a probe sends. */
  | { readonly kind: 'large'; readonly size: number }
  /** There, but not to be read. */
  | { readonly kind: 'closed' }
  /** Not asked for: nothing is there. */
  | { readonly kind: 'none' };

/** Reads what the shell function `bytes` printed under a key. */
export const readBytes = (fields: Fields, key: string): WholeFile => {
  const [base64, hex, size] = [fields.get(`${key}.base64`), fields.get(`${key}.hex`), fields.number(`${key}.large`)];
  if (base64 !== undefined) return { kind: 'content', content: Buffer.from(base64, 'base64') };
  if (hex !== undefined) return { kind: 'content', content: Buffer.from(hex, 'hex') };
  if (size !== undefined) return { kind: 'large', size };
  return fields.get(`${key}.closed`) === 'yes' ? { kind: 'closed' } : { kind: 'none' };
};

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

/** Why a file cannot be worked on here; undefined when it can. */
export const whyUnread = (file: WholeFile, path: string): string | undefined => {
  if (file.kind === 'closed') return `${path} cannot be read: permission denied`;
  if (file.kind !== 'large') return undefined;
  return `${path} has ${megabytes(file.size)} MB; files up to ${megabytes(bytesLimit)} MB can be worked on. Use a command such as sed for it.`;
};
