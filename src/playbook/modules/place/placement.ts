import { createHash } from 'node:crypto';
import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { unifiedDiff } from '../../diff.ts';
import type { Quote } from '../module.ts';
import {
  type AttributeChange,
  type Attributes,
  changeAttributes,
  type Having,
  havingOf,
  type Identities,
  newly,
  setAttributes,
} from '../state/attributes.ts';
import type { Fields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { diffLimit, temporaryBeside } from '../state/script.ts';

/** A file that is to have a content: the unit of `copy` and `template`. */
export interface Placement {
  readonly content: Buffer;
  readonly attributes: Attributes;
  /** A link at the place is followed rather than replaced. */
  readonly follow: boolean;
  readonly force: boolean;
}

/** What is at the place now. */
export interface Place {
  readonly path: string;
  readonly look: Look;
  readonly led: Look;
  readonly real: string;
  /** `sha1:…`, or another algorithm the host has; empty when it has none or may not read the file. */
  readonly sum: string;
  /** The content, when it is short text and not the wanted one. */
  readonly text: string | undefined;
}

/** Asks what is at a place: `place KEY PATH SHA1 SHA256`. The content comes along when it is another than the wanted one. */
export const placeFunction = String.raw`
place() {
  printf '%s\n' "$1.path=$(hex "$2")"
  look "$1" "$2"
  if [ -L "$2" ]; then look "$1.led" "$2" follow; _r=$(readlink -f "$2" && echo x); _r=${'$'}{_r%??}; echo "$1.real=$(hex "$_r")"; fi
  if [ -f "$2" ]; then sum "$1" "$2"; case $h in "sha1:$3" | "sha256:$4") ;; *) raw "$1" "$2" ${diffLimit} ;; esac; fi
}`.trim();

/** A content's checksum. */
export const checksum = (content: Buffer, algorithm: string): string =>
  createHash(algorithm).update(content).digest('hex');

/** The call of `place` for one path, given as a shell word. */
export const probePlace = (key: string, word: string, content: Buffer): string =>
  `place ${key} ${word} ${checksum(content, 'sha1')} ${checksum(content, 'sha256')}`;

/** Reads what `place` printed under a key. */
export const readPlace = (fields: Fields, key: string): Place => {
  const path = fields.text(`${key}.path`) ?? '';
  return {
    path,
    look: readLook(fields, key),
    led: readLook(fields, `${key}.led`),
    real: fields.text(`${key}.real`) ?? path,
    sum: fields.get(`${key}.sum`) ?? '',
    text: fields.raw(key),
  };
};

/** Where the content goes, and what is there: a followed link's target, or the path itself. */
export const targetOf = (
  placement: Pick<Placement, 'follow'>,
  place: Place,
): { readonly path: string; readonly look: Look } =>
  placement.follow && place.look.type === 'link' && place.led.type !== 'absent'
    ? { path: place.real, look: place.led }
    : { path: place.path, look: place.look };

const isText = (content: Buffer): boolean =>
  content.length <= diffLimit && !content.includes(0) && Buffer.from(content.toString('utf8')).equals(content);

const diffOf = (path: string, before: string | undefined, after: Buffer, isNew: boolean): string | undefined => {
  if (!isText(after) || (before === undefined && !isNew)) return undefined;
  if (before?.includes('\u{FFFD}')) return undefined;
  return unifiedDiff(before ?? '', after.toString('utf8'), {
    before: isNew ? '/dev/null' : `before: ${path}`,
    after: `after: ${path}`,
  });
};

const algorithmOf = (sum: string): string => (sum.startsWith('sha256:') ? 'sha256' : 'sha1');

/** True when the place has the content already, in a file of its own. */
export const isPlaced = (placement: Placement, place: Place): boolean => {
  const { look } = targetOf(placement, place);
  const algorithm = algorithmOf(place.sum);
  return look.type === 'file' && place.sum === `${algorithm}:${checksum(placement.content, algorithm)}`;
};

/** What the content's coming changes: nothing when it is there. */
export const contentDifferences = (placement: Placement, place: Place): readonly Difference[] => {
  if (isPlaced(placement, place)) return [];
  const { path, look } = targetOf(placement, place);
  const algorithm = algorithmOf(place.sum);
  const diff = diffOf(path, look.type === 'file' ? place.text : undefined, placement.content, look.type !== 'file');
  const content: Difference = {
    subject: path,
    aspect: 'content',
    before: look.type === 'file' && place.sum !== '' ? place.sum : null,
    after: `${algorithm}:${checksum(placement.content, algorithm)}`,
    ...(diff !== undefined && { diff }),
  };
  if (look.type === 'file') return [content];
  return [{ subject: path, aspect: 'state', before: look.type, after: 'file' }, content];
};

/** A file that takes another's place keeps its mode and owners unless others are asked for. */
const startOf = (look: Look, identities: Identities): Having =>
  look.type === 'file' ? havingOf(look) : newly(false, identities.umask);

/** The change of mode and owners of the place. */
export const placeAttributes = (placement: Placement, place: Place, identities: Identities): AttributeChange => {
  const { path, look } = targetOf(placement, place);
  return changeAttributes(path, startOf(look, identities), placement.attributes, identities);
};

/** Everything that would change at the place. */
export const placeDifferences = (placement: Placement, place: Place, identities: Identities): readonly Difference[] => {
  if (!placement.force && place.look.type !== 'absent') return [];
  return [...contentDifferences(placement, place), ...placeAttributes(placement, place, identities).differences];
};

/** How a new content comes to its place. */
export interface Putting {
  /** The shell word the content is read from: `"$CONTENT"`. */
  readonly from: string;
  readonly backup?: boolean;
  /** A command that must accept the new file, `%s` standing for it, as a shell line with `"$t"`. */
  readonly validate?: string;
  /** Where a file cannot be replaced (a mount of its own), it is written over. */
  readonly overwrite?: boolean;
}

const backupLines = (look: Look): readonly string[] =>
  look.type === 'absent'
    ? []
    : ['b="$p.$$.$(date +%Y-%m-%d@%H:%M:%S)~"', 'cp -p "$p" "$b" || exit 1', `printf '%s\\n' "backup=$(hex "$b")"`];

/** A file that takes another's place keeps its SELinux context. */
const keepContext = '[ ! -e /sys/fs/selinux/enforce ] || chcon --reference="$p" "$t" 2>/dev/null || :';

/** Keeps what the file was allowed: owners where that is permitted, and always the mode. */
const keepLines = (look: Look, change: AttributeChange, umask: number): readonly string[] => {
  const start = startOf(look, { umask });
  const owner = look.type === 'file' ? [`chown ${look.uid}:${look.gid} "$t" 2>/dev/null || :`] : [];
  return [
    ...owner,
    ...setAttributes('"$t"', { ...change, mode: change.mode ?? start.mode }),
    ...(look.type === 'file' ? [keepContext] : []),
  ];
};

/** A shell line that has a program try the content; when it does not take it, what it said is told in one line. */
export const triedLine = (command: string): string =>
  `v=$(${command} 2>&1) || { printf '%s\\n' "$v" >&2; ` +
  `printf 'failed to validate%s\\n' "\${v:+: $(printf %s "$v" | tr '\\n' ' ' | cut -c1-300)}" >&2; exit 1; }`;

/** Shell lines that put the content into its place in one step, or only set attributes when it is there already. */
export const putLines = (
  placement: Placement,
  place: Place,
  identities: Identities,
  putting: Putting,
  quote: Quote,
): readonly string[] => {
  const { path, look } = targetOf(placement, place);
  const change = placeAttributes(placement, place, identities);
  const start = [`p=${quote(path)}`];
  if (isPlaced(placement, place)) return [...start, ...setAttributes('"$p"', change)];
  const validated = putting.validate === undefined ? [] : [triedLine(putting.validate)];
  return [
    ...start,
    ...(putting.backup ? backupLines(look) : []),
    'u=${p%/*}',
    temporaryBeside('"${u:-/}"'),
    `cat ${putting.from} >"$t" || exit 1`,
    ...keepLines(look, change, identities.umask),
    ...validated,
    putting.overwrite ? 'mv -f "$t" "$p" 2>/dev/null || cat "$t" >"$p" || exit 1' : 'mv -f "$t" "$p" || exit 1',
  ];
};

/** The return values about the content. */
export const contentResult = (content: Buffer): JsonObject => ({
  checksum: checksum(content, 'sha1'),
  md5sum: checksum(content, 'md5'),
});
