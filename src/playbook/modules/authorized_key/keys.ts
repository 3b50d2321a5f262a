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

/** The lines of a file by what makes each one itself: the last of several that are alike counts, at its place. */
export const readKeys = (text: string): ReadonlyMap<string, KeyLine> => {
  const lines = new Map<string, KeyLine>();
  for (const line of text.match(/[^\n]*\n|[^\n]+/g) ?? []) {
    const read = readKey(line);
    const id = read === undefined ? line : read.key;
    lines.delete(id);
    lines.set(id, read ?? { kind: 'other', line: line.endsWith('\n') ? line : `${line}\n` });
  }
  return lines;
};

const optionText = (options: Options): string =>
  options.length === 0
    ? ''
    : `${options.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join(',')} `;

const lineOf = (line: KeyLine): string =>
  line.kind === 'other' ? line.line : `${optionText(line.options)}${line.type} ${line.key} ${line.comment}\n`;

/** The file's text. */
export const renderKeys = (lines: Iterable<KeyLine>): string => [...lines].map(lineOf).join('');

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

/** The new text; undefined when the file is as it should be. */
export const editKeys = (text: string, { keys, present, exclusive }: KeyWish): string | undefined => {
  const lines = new Map(readKeys(text));
  const before = [...lines.keys()];
  let changed = false;
  for (const key of keys) {
    const there = lines.has(key.key);
    if (present ? same(lines.get(key.key), key) : !there) continue;
    lines.delete(key.key);
    if (present) lines.set(key.key, key);
    changed = true;
  }
  const wanted = new Set(keys.map((key) => key.key));
  const others = present && exclusive ? before.filter((id) => !wanted.has(id)) : [];
  for (const id of others) lines.delete(id);
  return changed || others.length > 0 ? renderKeys(lines.values()) : undefined;
};
