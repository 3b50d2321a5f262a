import type { Json, JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { type Attributes, attributeArgs, readAttributes } from '../state/attributes.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `deb822_repository`. `install_python_debian` has no effect: no Python is needed. */
export const sourcesArguments = {
  name: { type: 'str', required: true },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  types: { type: 'list', default: ['deb'], choices: ['deb', 'deb-src'] },
  uris: { type: 'list' },
  suites: { type: 'list' },
  components: { type: 'list' },
  architectures: { type: 'list' },
  languages: { type: 'list' },
  targets: { type: 'list' },
  signed_by: { type: 'str' },
  enabled: { type: 'bool' },
  trusted: { type: 'bool' },
  by_hash: { type: 'bool' },
  check_date: { type: 'bool' },
  check_valid_until: { type: 'bool' },
  date_max_future: { type: 'int' },
  inrelease_path: { type: 'str' },
  pdiffs: { type: 'bool' },
  allow_downgrade_to_insecure: { type: 'bool' },
  allow_insecure: { type: 'bool' },
  allow_weak: { type: 'bool' },
  install_python_debian: { type: 'bool', default: false },
  mode: attributeArgs.mode,
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `deb822_repository`. */
export interface SourcesArgs {
  readonly name: string;
  /** The name as a file name, without its ending. */
  readonly slug: string;
  readonly present: boolean;
  /** The fields, in the order they are written; `Signed-By` is empty when the key comes from an address. */
  readonly fields: readonly (readonly [string, string])[];
  /** Where the key comes from. */
  readonly keyUrl?: string;
  readonly attributes: Attributes;
}

const others = new Set(['name', 'state', 'mode', 'install_python_debian']);

const titled = (name: string): string =>
  name === 'uris'
    ? 'URIs'
    : name
        .split('_')
        .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
        .join('-');

/** A text of several lines goes on behind a space; an empty line is a dot. */
const folded = (text: string): string =>
  `\n${text
    .trim()
    .split('\n')
    .map((line) => ` ${line.trim() === '' ? '.' : line.trimEnd()}`)
    .join('\n')}`;

const writtenValue = (name: string, value: Json): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = Array.isArray(value) ? value.map(String).join(' ') : String(value);
  if (name === 'signed_by' && text.trim().includes('\n')) return folded(text);
  if (!/[\n\r\0]/.test(text)) return text;
  throw wrong(
    `deb822_repository: ${name} must be on one line.`,
    `deb822_repository : ${name} doit tenir sur une ligne.`,
  );
};

const isAddress = (value: Json | undefined): value is string =>
  typeof value === 'string' && /^(?:https?|ftp|file):\/\/\S+$/.test(value);

const checkTogether = (args: JsonObject): void => {
  if (args.state === 'absent') return;
  const missing = ['uris', 'suites'].find((name) => args[name] === undefined);
  if (missing !== undefined)
    throw wrong(`deb822_repository: ${missing} is needed.`, `deb822_repository : il faut ${missing}.`);
};

/** Checks the arguments. Throws a Fault for a name or a field that cannot be. */
export const prepareSources = (args: JsonObject): SourcesArgs => {
  const name = String(args.name);
  const slug = name
    .toLowerCase()
    .replace(/[_\s]+/g, '-')
    .replace(/[^a-z0-9-]+/g, '');
  if (slug === '' || /[\n\r\0]/.test(name))
    throw wrong(
      `deb822_repository: “${name}” is not a possible name.`,
      `deb822_repository : « ${name} » n’est pas un nom possible.`,
    );
  checkTogether(args);
  const given = Object.entries(args).filter(([key]) => !others.has(key));
  const fields = [
    ...given.map(([key, value]): [string, string] => [
      key,
      key === 'signed_by' && isAddress(value) ? '' : writtenValue(key, value),
    ]),
    ['name', name] as const,
  ]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]): [string, string] => [key === 'name' ? 'X-Repolib-Name' : titled(key), value]);
  return {
    name,
    slug,
    present: args.state !== 'absent',
    fields,
    ...(isAddress(args.signed_by) && { keyUrl: args.signed_by }),
    attributes: { ...readAttributes(args), mode: readAttributes(args).mode ?? '0644' },
  };
};

/** The text of the file. */
export const writeSources = (args: SourcesArgs, keyFile: string): Buffer =>
  Buffer.from(
    args.fields
      .map(([name, value]) => {
        const text = name === 'Signed-By' && args.keyUrl !== undefined ? keyFile : value;
        return `${name}:${text.startsWith('\n') ? '' : ' '}${text}\n`;
      })
      .join(''),
  );
