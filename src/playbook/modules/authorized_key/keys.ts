/** A line of a file of keys, with what ssh reads of it. Texts are bytes, one character each. */
export type KeyLine =
  | {
      readonly kind: 'key';
      readonly key: string;
      readonly type: string;
      readonly options: Options;
      readonly comment: string;
    }
  /** A comment, an empty line, or what ssh would not take either: kept as it is. */
  | { readonly kind: 'other'; readonly line: string };

/** Options by name, in order; one may come several times, and may have no value. */
export type Options = readonly (readonly [name: string, value: string | undefined])[];

const stems = ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-256', 'rsa-sha2-512'];

const types: ReadonlySet<string> = new Set([
  ...stems.flatMap((stem) => [stem, `${stem}-cert-v01@openssh.com`]),
  ...['ssh-ed25519', 'ssh-rsa', 'ssh-dss'].flatMap((stem) => [stem, `${stem}-cert-v01@openssh.com`]),
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
  'webauthn-sk-ecdsa-sha2-nistp256@openssh.com',
  'sk-ssh-ed25519@openssh.com',
  'sk-ssh-ed25519-cert-v01@openssh.com',
  'ssh-xmss@openssh.com',
  'ssh-xmss-cert-v01@openssh.com',
]);

/** `a,b="c,d"` → pairs; a comma between quotes parts nothing. */
export const readOptions = (text: string): Options =>
  (text.match(/(?:[^,"']|"[^"]*"|'[^']*')+/g) ?? []).map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
  });

/** Reads one line; undefined when there is no key in it. */
export const readKey = (written: string): Extract<KeyLine, { kind: 'key' }> | undefined => {
  const words = written
    .replaceAll('\\#', '#')
    .split(/[ \t\r\n]+/)
    .filter((word) => word !== '');
  const at = words.findIndex((word) => types.has(word));
  const [type, key] = words.slice(Math.max(at, 0));
  if (words[0] === '#' || at < 0 || type === undefined || key === undefined) return undefined;
  const options = readOptions(words.slice(0, at).join(' '));
  return { kind: 'key', key, type, options, comment: words.slice(at + 2).join(' ') };
};

/** A line and its place among the others. */
interface Ranked {
  readonly line: KeyLine;
  readonly rank: number;
}

/** The lines of a file by what makes each one itself: of several that are alike the last counts. */
const readKeys = (text: string): Map<string, Ranked> => {
  const lines = new Map<string, Ranked>();
  for (const [rank, line] of (text.match(/[^\n]*\n|[^\n]+/g) ?? []).entries()) {
    const read = readKey(line);
    const other: KeyLine = { kind: 'other', line: line.endsWith('\n') ? line : `${line}\n` };
    lines.set(read === undefined ? line : read.key, { line: read ?? other, rank });
  }
  return lines;
};

const optionText = (options: Options): string =>
  options.length === 0
    ? ''
    : `${options.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join(',')} `;

const lineOf = (line: KeyLine): string =>
  line.kind === 'other' ? line.line : `${optionText(line.options)}${line.type} ${line.key} ${line.comment}\n`;

const render = (lines: Iterable<Ranked>): string =>
  [...lines]
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ line }) => lineOf(line))
    .join('');

const sameOptions = (one: Options, other: Options): boolean => {
  const sorted = (options: Options): string =>
    JSON.stringify(options.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  return sorted(one) === sorted(other);
};

const same = (one: KeyLine | undefined, other: Extract<KeyLine, { kind: 'key' }>): boolean =>
  one?.kind === 'key' &&
  one.type === other.type &&
  one.comment === other.comment &&
  sameOptions(one.options, other.options);

/** What is to become of the keys. */
export interface KeyWish {
  readonly keys: readonly Extract<KeyLine, { kind: 'key' }>[];
  readonly present: boolean;
  readonly exclusive: boolean;
}

/** The new text, with new keys last; undefined when the file is as it should be. */
export const editKeys = (text: string, { keys, present, exclusive }: KeyWish): string | undefined => {
  const lines = readKeys(text);
  const [before, last] = [[...lines.keys()], lines.size];
  let changed = false;
  for (const [index, key] of keys.entries()) {
    if (present ? same(lines.get(key.key)?.line, key) : !lines.has(key.key)) continue;
    lines.delete(key.key);
    if (present) lines.set(key.key, { line: key, rank: last + index });
    changed = true;
  }
  const wanted = new Set(keys.map((key) => key.key));
  const others = present && exclusive ? before.filter((id) => !wanted.has(id)) : [];
  for (const id of others) lines.delete(id);
  return changed || others.length > 0 ? render(lines.values()) : undefined;
};
