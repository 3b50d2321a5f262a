import type { Applied, Quote } from '../module.ts';
import { fetchFunction } from '../packages/fetch.ts';
import { readFields } from '../state/fields.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import { missingTool, needFunction, sayFunction, toolPath } from '../state/tools.ts';
import type { RpmKeyArgs } from './arguments.ts';
import { type PublicKey, readPublicKeys } from './keys.ts';

/** What rpm has, and which keys are meant. */
export interface RpmKeyState {
  readonly failed?: string;
  readonly imported: readonly PublicKey[];
  /** The keys in what was given; for an id, that one. */
  readonly meant: readonly PublicKey[];
  /** Every fingerprint in the file or at the address, as `prints` says them. */
  readonly prints: string;
}

/** Tells the keys in a file, each block by itself: gpg reads only the first of several. */
const keysFunction = `keys() {
  rm -f "$b"/k[0-9]*; n=0
  while IFS= read -r l || [ -n "$l" ]; do
    case $l in "-----BEGIN PGP PUBLIC"*) n=$((n + 1)) ;; esac
    [ $n -eq 0 ] || printf '%s\\n' "$l" >>"$b/k$n"
  done <"$1"
  if [ $n -eq 0 ]; then colons "$1"; else for k in "$b"/k[0-9]*; do colons "$k"; done; fi
}`;

const chooseGpg = 'g=gpg; command -v gpg >/dev/null 2>&1 || g=gpg2';

/** `gpg` over a folder of its own, so that asking leaves nothing in anybody's home; `$b` goes when the script ends. */
export const rpmKeyBegin = [
  toolPath,
  chooseGpg,
  `b=$(mktemp -d) || exit 1; trap 'rm -rf "$b"' EXIT; trap 'exit 1' HUP INT TERM`,
  'colons() { "$g" --homedir "$b" --no-tty --batch --trust-model always --with-colons --fixed-list-mode --with-fingerprint "$@" 2>"$b/said" </dev/null; }',
  keysFunction,
  `prints() { keys "$f" | sed -n 's/^fpr:*\\([0-9A-F]*\\):.*/\\1/p' | tr '\\n' ' '; }`,
].join('\n');

/** Puts the path of the key's file into `$f`. */
export const findKey = ({ source, verify }: RpmKeyArgs, quote: Quote): readonly string[] => {
  if (source.kind === 'file') return [assignPath('f', source.file, quote)];
  if (source.kind === 'id') return [];
  return [fetchFunction, 'f=$b/key', `said=$(fetch ${quote(source.url)} "$f"${verify ? '' : ' insecure'} 2>&1)`];
};

const askKey = (args: RpmKeyArgs, quote: Quote): readonly string[] => {
  if (args.source.kind === 'id') return [];
  const [last = ':', ...before] = findKey(args, quote).toReversed();
  const there =
    args.source.kind === 'url'
      ? `${last} || { echo "unfetched=$(hex "$said")"; echo end; exit 0; }`
      : `${last}; [ -f "$f" ] || { echo nofile=yes; echo end; exit 0; }`;
  return [
    ...before.toReversed(),
    there,
    'keys "$f" | say key; [ ! -s "$b/said" ] || echo "said=$(hex "$(tail -n 1 "$b/said")")"',
  ];
};

const askImported = [
  'rpm -q gpg-pubkey --qf "%{description}\\n" >"$b/all" 2>/dev/null || : >"$b/all"',
  'keys "$b/all" | say imported',
].join('\n');

/** Asks which keys rpm has and, where the key itself is given, which one it is. */
export const probeRpmKey = (args: RpmKeyArgs, quote: Quote): string =>
  [
    toolPath,
    needFunction,
    sayFunction,
    shellFunctions('hex'),
    `${chooseGpg}; need rpm; need "$g"`,
    rpmKeyBegin,
    ...askKey(args, quote),
    askImported,
    'echo end',
  ].join('\n');

const printsOf = (text: string): string =>
  [...text.matchAll(/^fpr:*([0-9A-F]*):/gm)].map(([, print]) => `${print} `).join('');

const shownSource = ({ source }: RpmKeyArgs): string => {
  if (source.kind === 'url') return source.url;
  return source.kind === 'file' ? source.file : source.id;
};

const failureOf = (args: RpmKeyArgs, fields: ReturnType<typeof readFields>, meant: readonly PublicKey[]) => {
  const advice = fields.get('missing') === 'rpm' ? 'It is for hosts whose packages are those of rpm.' : '';
  const shown = shownSource(args);
  const unfetched = fields.text('unfetched');
  if (unfetched !== undefined) return `failed to fetch key at ${shown}, error was: ${unfetched.trim()}`;
  if (fields.get('nofile') === 'yes') return `Not a valid key ${shown}: the host has no such file`;
  const tool = missingTool(fields, 'rpm_key', advice || 'Install gnupg there.');
  if (tool !== undefined) return tool;
  return meant.length === 0 ? `Not a public key: ${shown} ${fields.text('said') ?? ''}`.trim() : undefined;
};

/** Reads what the probe printed. */
export const readRpmKey = (output: Applied, args: RpmKeyArgs): RpmKeyState => {
  const fields = readFields(output);
  const { source } = args;
  const meant =
    source.kind === 'id' ? [{ id: source.id, fingerprint: '', ids: [] }] : readPublicKeys(fields.raw('key') ?? '');
  const failed = failureOf(args, fields, meant);
  return {
    ...(failed !== undefined && { failed }),
    imported: readPublicKeys(fields.raw('imported') ?? ''),
    meant,
    prints: printsOf(fields.raw('key') ?? ''),
  };
};
