import type { Applied, Quote } from '../module.ts';
import { fetchFunction } from '../packages/fetch.ts';
import { readFields } from '../state/fields.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import { missingTool, needFunction, sayFunction, toolPath } from '../state/tools.ts';
import { type KeyArgs, tidyId } from './arguments.ts';

/** The keys apt trusts, and which one is meant. */
export interface KeyState {
  readonly failed?: string;
  /** Sixteen digits each. */
  readonly keys: readonly string[];
  readonly id: string;
}

/** `apt-key` with the key ring that is meant; lists keys by `keys`. */
export const keyBegin = (args: KeyArgs, quote: Quote): string =>
  [
    toolPath,
    'APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1; export APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE',
    ...(args.keyring === undefined
      ? ['ak() { apt-key "$@"; }']
      : [assignPath('ring', args.keyring, quote), 'ak() { apt-key --keyring "$ring" "$@"; }']),
    'keys() { ak adv --list-public-keys --keyid-format=long; }',
  ].join('\n');

/** Puts the key itself into `$b/key`. */
export const getKey = (args: KeyArgs, quote: Quote): readonly string[] => {
  const { source } = args;
  if (source.kind === 'url')
    return [fetchFunction, `fetch ${quote(source.url)} "$b/key"${args.verify ? '' : ' insecure'}`];
  if (source.kind === 'data') return [`printf '%s\\n' ${quote(source.data)} >"$b/key"`];
  return source.kind === 'file' ? [`${assignPath('f', source.file, quote)}; cat "$f" >"$b/key"`] : [];
};

/** Where the key comes from is asked only when nobody said which one it is. */
const askId = (args: KeyArgs, quote: Quote): readonly string[] => {
  if (args.id !== undefined) return [];
  const [last = ':', ...before] = getKey(args, quote).toReversed();
  return [
    `b=$(mktemp -d) || exit 1; trap 'rm -rf "$b"' EXIT`,
    ...before,
    `r=$({ ${last}; } 2>&1) || { echo "failed=$(hex "error getting key: $r")"; echo end; exit 0; }`,
    'r=$(gpg --homedir "$b" --batch --with-colons "$b/key" 2>/dev/null); printf \'%s\\n\' "$r" | say key',
  ];
};

/** Asks which keys apt trusts. */
export const probeKey = (args: KeyArgs, quote: Quote): string =>
  [
    keyBegin(args, quote),
    needFunction,
    sayFunction,
    shellFunctions('hex'),
    'need apt-key; need gpg',
    ...askId(args, quote),
    'r=$(keys 2>/dev/null); printf \'%s\\n\' "$r" | say keys',
    'echo end',
  ].join('\n');

const keyOfLine = (line: string): string | undefined => {
  if (!/^(?:pub|sub)/.test(line) || line.includes('expired')) return undefined;
  const colons = line.split(':');
  return colons.length > 4 && !line.includes('/') ? colons[4] : /\/([0-9A-F]{8,})/.exec(line)?.[1];
};

/** Ids of keys and subkeys that have not expired, in what gpg prints. */
export const readKeys = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(keyOfLine)
    .filter((key) => key !== undefined && key !== '')
    .map((key) => String(key));

/** Reads what the probe printed. */
export const readKeyState = (output: Applied, args: KeyArgs): KeyState => {
  const fields = readFields(output);
  const [first] = readKeys(fields.raw('key') ?? '');
  const advice = 'Put the key into /etc/apt/keyrings with get_url, and name it by signed-by in the source.';
  const id = args.id ?? (first === undefined ? undefined : tidyId(first));
  const failed =
    missingTool(fields, 'apt_key', fields.get('missing') === 'gpg' ? 'Install gnupg there.' : advice) ??
    fields.text('failed') ??
    (id === undefined ? 'Unable to extract key: there is none in what was given' : undefined);
  return { ...(failed !== undefined && { failed }), keys: readKeys(fields.raw('keys') ?? ''), id: id ?? '' };
};
