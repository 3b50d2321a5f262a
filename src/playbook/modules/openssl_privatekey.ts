import type { JsonObject } from '#core/json.ts';
import type { Module, ModulePlan } from './module.ts';
import { type PrivateKeyArgs, preparePrivateKey, privateKeyArguments } from './openssl_privatekey/arguments.ts';
import { generateCommand, type PrivateKeyState, probePrivateKey, readPrivateKey } from './openssl_privatekey/probe.ts';
import { applyMade, finishMade, type Maker, type Making, planMade } from './pki/made.ts';
import { fingerprints } from './pki/public-key.ts';
import { publicFunction } from './pki/signing-key.ts';
import { readBytes } from './state/bytes.ts';
import { bytesLimit } from './state/script.ts';

const described = (type: string, size: number | undefined, curve: string | undefined): string => {
  if (type === 'RSA') return `RSA, ${size} bits`;
  return type === 'ECC' ? `ECC, ${curve}` : type;
};

const isWanted = (args: PrivateKeyArgs, { key }: PrivateKeyState): boolean =>
  key?.type === args.type &&
  (args.type !== 'RSA' || key.size === args.size) &&
  (args.type !== 'ECC' || key.curve === args.curve);

const otherwise = (what: string, when: string): string =>
  `${what} Will not proceed. To force regeneration, call the module with \`regenerate\` set to ${when} or \`always\`, or with \`force=true\`.`;

/** Whether the key stays, is made anew, or is something that must not be touched: then why. */
const verdict = (args: PrivateKeyArgs, state: PrivateKeyState): 'stays' | 'anew' | { readonly failed: string } => {
  const { regenerate } = args;
  if (regenerate === 'always' || state.place.look.type === 'absent') return 'anew';
  if (state.key === undefined) {
    if (regenerate === 'full_idempotence') return 'anew';
    const what = 'Unable to read the key. The key is protected with a another passphrase / no passphrase or broken.';
    return { failed: otherwise(what, '`full_idempotence`') };
  }
  if (regenerate === 'never') return 'stays';
  const right = isWanted(args, state);
  if (right && (!args.formatCounts || state.format === args.format)) return 'stays';
  if (regenerate !== 'fail') return 'anew';
  const what = right ? 'Key has wrong format.' : 'Key has wrong type and/or size.';
  return { failed: otherwise(what, '`partial_idempotence`, `full_idempotence`') };
};

const keyDifference = (args: PrivateKeyArgs, { place, key }: PrivateKeyState) => ({
  subject: place.path,
  aspect: 'key',
  before:
    place.look.type === 'absent'
      ? 'absent'
      : key === undefined
        ? 'not to be read'
        : described(key.type, key.size, key.curve),
  after: `new, ${described(args.type, args.size, args.curve)}${args.passphrase === undefined ? '' : ', with a passphrase'}`,
  sealed: args.passphrase ?? '',
});

const making = (args: PrivateKeyArgs, state: PrivateKeyState): Making => {
  const failed = (msg: string): Making => ({ differences: [], result: {}, failed: msg });
  if (state.failed !== undefined) return failed(state.failed);
  const what = verdict(args, state);
  if (typeof what === 'object') return failed(what.failed);
  if (what === 'anew' && !state.able)
    return failed(
      `openssl_privatekey: the openssl on the host makes no keys of type ${described(args.type, args.size, args.curve)}.`,
    );
  if (what === 'anew') return { differences: [keyDifference(args, state)], result: {} };
  return {
    differences: [],
    result: {
      fingerprint: state.publicDer === undefined ? null : fingerprints(state.publicDer),
      ...(args.returns && { privatekey: state.content ?? null }),
    },
  };
};

const plan = (args: PrivateKeyArgs, state: PrivateKeyState): ModulePlan => {
  const { type, size, curve } = args;
  const result: JsonObject = { type, size, ...(type === 'ECC' && { curve: curve ?? null }), fingerprint: null };
  return planMade(args, state, result, () => making(args, state));
};

/** The key goes from one openssl to the next, never unsealed to the disk; the passphrase is read from a private file. */
const makerOf = (args: PrivateKeyArgs): Maker => {
  const sealed = args.passphrase === undefined ? '' : ' -aes-256-cbc -passout file:"$PASS"';
  const traditional = args.format === 'pkcs1' ? ' -traditional' : '';
  const known = args.passphrase === undefined ? 'unset w' : 'IFS= read -r w <"$PASS"';
  return {
    lines: [
      `k=$(${generateCommand(args)} 2>"$MADE") || { cat "$MADE" >&2; exit 1; }`,
      `printf '%s\\n' "$k" | openssl pkey${traditional}${sealed} >"$MADE" || exit 1`,
    ],
    contents: args.passphrase === undefined ? [] : [{ name: 'PASS', content: Buffer.from(`${args.passphrase}\n`) }],
    after: [
      publicFunction,
      known,
      'public "$p"; echo "public=$pub"',
      ...(args.returns ? [`bytes it "$p" ${bytesLimit}`] : []),
    ],
  };
};

/** A private key, made by the host's openssl; it never leaves the host unless its content is asked for. */
export const opensslPrivateKey: Module<PrivateKeyArgs, PrivateKeyState> = {
  name: 'openssl_privatekey',
  args: privateKeyArguments,
  freeForm: 'kv',
  prepare: preparePrivateKey,
  probe: probePrivateKey,
  read: readPrivateKey,
  plan,
  apply: (args, state, made, quote) => {
    const anew = made.differences.some(({ aspect }) => aspect === 'key');
    return applyMade(args, state, made, anew ? makerOf(args) : undefined, quote);
  },
  finish: (args, _state, made, applied) =>
    finishMade(made, applied, (fields) => {
      const bytes = Buffer.from(fields.get('public') ?? '', 'base64');
      const file = readBytes(fields, 'it');
      return {
        ...(bytes.length > 0 && { fingerprint: fingerprints(bytes) }),
        ...(args.returns && file.kind === 'content' && { privatekey: file.content.toString('utf8') }),
      };
    }),
};
