import type { JsonObject } from '#core/json.ts';
import type { Applied, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import { type CsrArgs, csrArguments, prepareCsr } from './openssl_csr/arguments.ts';
import { fromPem } from './pki/der.ts';
import { type Extension, extensionIds, extensionLines, shownExtension } from './pki/extensions.ts';
import {
  applyMade,
  finishMade,
  type MadeState,
  type Maker,
  type Making,
  madeLines,
  planMade,
  readMadeState,
} from './pki/made.ts';
import { isSameName, shownName, subjectOption } from './pki/names.ts';
import { type Request, readRequest } from './pki/request.ts';
import { digestOption, keyLines, readSigningKey, type SigningKey } from './pki/signing-key.ts';
import { readBytes } from './state/bytes.ts';
import { readFields } from './state/fields.ts';
import { assignPath, bytesLimit } from './state/script.ts';
import { missingTool } from './state/tools.ts';

interface CsrState extends MadeState {
  readonly failed: string | undefined;
  readonly key: SigningKey;
  readonly text: string | undefined;
  /** What the request that is there says; undefined when there is none, or a broken one. */
  readonly request: Request | undefined;
}

const probe = (args: CsrArgs, quote: Quote): string =>
  [
    ...madeLines(args, quote),
    ...(args.present
      ? [
          'need openssl',
          ...keyLines('key', args.privateKey, args.passphrase, quote),
          `if [ -f "$p" ]; then bytes it "$p" ${bytesLimit}; fi`,
        ]
      : []),
    'echo end',
  ].join('\n');

const read = (output: Applied, args: CsrArgs): CsrState => {
  const fields = readFields(output);
  const file = readBytes(fields, 'it');
  const text = file.kind === 'content' ? file.content.toString('latin1') : undefined;
  const bytes = fromPem(text ?? '', /^(?:NEW )?CERTIFICATE REQUEST$/);
  return {
    ...readMadeState(fields, args),
    failed: missingTool(fields, 'openssl_csr', 'Install the package openssl there.'),
    key: readSigningKey(fields, 'key', args.privateKey),
    text,
    request: bytes && readRequest(bytes),
  };
};

const said = (extensions: readonly Extension[], oid: string): string | null => {
  const one = extensions.find((extension) => extension.oid === oid);
  return one === undefined ? null : shownExtension(one);
};

/** What a request says otherwise than it should, aspect by aspect. */
const requestDifferences = (args: CsrArgs, { place, request, key }: CsrState): readonly FoundDifference[] => {
  const subject = place.path;
  const { subject: name, extensions } = request ?? { subject: undefined, extensions: [] };
  const aspects = Object.entries(extensionIds).map(([aspect, oid]) => ({
    subject,
    aspect,
    before: said(extensions, oid),
    after: said(args.extensions, oid),
  }));
  const isSame = name !== undefined && isSameName(name, args.subject);
  return [
    ...(isSame
      ? []
      : [
          {
            subject,
            aspect: 'subject',
            before: name === undefined ? null : shownName(name),
            after: shownName(args.subject),
          },
        ]),
    ...aspects.filter(({ before, after }) => before !== after),
    ...(request?.key.equals(key.der)
      ? []
      : [{ subject, aspect: 'key', before: request ? 'another' : null, after: args.privateKey }]),
    ...(request?.isSigned === false ? [{ subject, aspect: 'signature', before: 'not valid', after: 'valid' }] : []),
  ];
};

const making = (args: CsrArgs, state: CsrState): Making => {
  const failed = state.failed ?? state.key.failed;
  if (failed !== undefined) return { differences: [], result: {}, failed };
  const found = requestDifferences(args, state);
  const forced = args.force ? [{ subject: state.place.path, aspect: 'request', before: 'as it is', after: 'new' }] : [];
  const differences = found.length > 0 ? found : forced;
  return { differences, result: args.returns && differences.length === 0 ? { csr: state.text ?? null } : {} };
};

const makerOf = (args: CsrArgs, { key }: CsrState, quote: Quote): Maker => {
  const config = `[req]\ndistinguished_name=name\n[name]\n[wishes]\n${extensionLines(args.extensions)}`;
  const wishes = args.extensions.length === 0 ? '' : ' -reqexts wishes';
  const passphrase = args.passphrase === undefined ? '' : ' -passin file:"$PASS"';
  return {
    lines: [
      assignPath('k', args.privateKey, quote),
      `openssl req -new -batch -utf8 -config "$CONFIG" -subj ${quote(subjectOption(args.subject))}${digestOption(args.digest, key.key)} -key "$k"${passphrase}${wishes} >"$MADE" || exit 1`,
    ],
    contents: [
      { name: 'CONFIG', content: Buffer.from(config) },
      ...(args.passphrase === undefined ? [] : [{ name: 'PASS', content: Buffer.from(`${args.passphrase}\n`) }]),
    ],
    after: args.returns ? [`bytes it "$p" ${bytesLimit}`] : [],
  };
};

const plan = (args: CsrArgs, state: CsrState): ModulePlan =>
  planMade(args, state, args.result, () => making(args, state));

const contentOf = (args: CsrArgs, file: ReturnType<typeof readBytes>): JsonObject =>
  args.returns && file.kind === 'content' ? { csr: file.content.toString('latin1') } : {};

/** A request for a certificate, signed on the host by one of its private keys. */
export const opensslCsr: Module<CsrArgs, CsrState> = {
  name: 'openssl_csr',
  args: csrArguments,
  freeForm: 'kv',
  prepare: prepareCsr,
  probe,
  read,
  plan,
  apply: (args, state, made, quote) => {
    const anew = args.present && making(args, state).differences.length > 0;
    return applyMade(args, state, made, anew ? makerOf(args, state, quote) : undefined, quote);
  },
  finish: (args, _state, made, applied) =>
    finishMade(made, applied, (fields) => contentOf(args, readBytes(fields, 'it'))),
};
