import type { Difference } from '#core/plan.ts';
import type { Quote } from '../module.ts';
import type { Attributes, Identities } from '../state/attributes.ts';
import { readBytes, whyUnread } from '../state/bytes.ts';
import type { Fields } from '../state/fields.ts';
import { bytesLimit, diffLimit, shellFunctions } from '../state/script.ts';
import { checksum, type Place, type Placement, placeDifferences, putLines, readPlace } from './placement.ts';

/** What people read of bytes, one character each. */
export const readable = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** A text file that a module knows how to read and writes anew: `/etc/fstab`, a crontab, a list of keys. */
export interface TextFile {
  readonly place: Place;
  /** One character for each byte; undefined when there is no file. */
  readonly text: string | undefined;
  /** Why it cannot be worked on. */
  readonly unread: string | undefined;
}

/** Shell functions for probes of such files: `text KEY PATH`. */
export const textFunctions = [
  shellFunctions('hex', 'look', 'bytes', 'identities'),
  String.raw`
text() {
  printf '%s\n' "$1.path=$(hex "$2")"; look "$1" "$2"
  if [ -L "$2" ]; then look "$1.led" "$2" follow; _r=$(readlink -f "$2" && echo x); _r=${'$'}{_r%??}; echo "$1.real=$(hex "$_r")"; fi
  if [ -f "$2" ]; then bytes "$1" "$2" ${bytesLimit}; fi
}`.trim(),
].join('\n');

const shown = (content: Buffer): string | undefined => {
  const text = content.toString('utf8');
  return content.length <= diffLimit && !content.includes(0) && Buffer.from(text).equals(content) ? text : undefined;
};

/** Reads what `text` printed under a key. */
export const readTextFile = (fields: Fields, key: string): TextFile => {
  const place = readPlace(fields, key);
  const file = readBytes(fields, key);
  const type = place.look.type === 'link' ? place.led.type : place.look.type;
  const odd = type === 'directory' || type === 'other' ? `${place.path} is not a regular file` : undefined;
  if (file.kind !== 'content') return { place, text: undefined, unread: odd ?? whyUnread(file, place.path) };
  const known = { ...place, sum: `sha1:${checksum(file.content, 'sha1')}`, text: shown(file.content) };
  return { place: known, text: file.content.toString('latin1'), unread: undefined };
};

/** What a file of the system is to hold; it stays whose it is, and a new one is for all to read. */
export const systemFile = (file: TextFile, text: string, follow = true): Rewriting => ({
  file,
  text,
  attributes: {},
  identities: { umask: 0o022 },
  follow,
});

/** What a file is to hold, and whose it is to be. */
export interface Rewriting {
  readonly file: TextFile;
  /** One character for each byte. */
  readonly text: string;
  readonly attributes: Attributes;
  readonly identities: Identities;
  /** A link is written through; otherwise the new file takes its place. */
  readonly follow: boolean;
}

const placementOf = ({ text, attributes, follow }: Rewriting): Placement => ({
  content: Buffer.from(text, 'latin1'),
  attributes,
  follow,
  force: true,
});

/** A link that is not written through counts as the file it leads to. */
const placeOf = ({ file: { place }, follow }: Rewriting): Place =>
  place.look.type === 'link' && !follow ? { ...place, look: place.led } : place;

/** What the new text changes: nothing when the file holds it already. */
export const rewriteDifferences = (rewriting: Rewriting): readonly Difference[] =>
  placeDifferences(placementOf(rewriting), placeOf(rewriting), rewriting.identities);

/** Shell lines that put the new text, given as `$CONTENT` or under another name, into its place. */
export const rewriteLines = (
  rewriting: Rewriting,
  backup: boolean,
  quote: Quote,
  name = 'CONTENT',
): readonly string[] =>
  putLines(placementOf(rewriting), placeOf(rewriting), rewriting.identities, { from: `"$${name}"`, backup }, quote);

/** The content for `rewriteLines`. */
export const rewriteContent = ({ text }: Rewriting, name = 'CONTENT') => ({
  name,
  content: Buffer.from(text, 'latin1'),
});
