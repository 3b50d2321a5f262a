import type { JsonObject } from '#core/json.ts';
import type { Module, ModulePlan, Quote } from './module.ts';
import { extensionLines } from './pki/extensions.ts';
import { applyMade, finishMade, type Maker, type Making, planMade } from './pki/made.ts';
import { digestOption } from './pki/signing-key.ts';
import { momentAt } from './pki/time.ts';
import { readBytes } from './state/bytes.ts';
import { assignPath, bytesLimit } from './state/script.ts';
import {
  type CertificateArgs,
  certificateArguments,
  type KeyFile,
  prepareCertificate,
} from './x509_certificate/arguments.ts';
import {
  type CertificateState,
  certificateIn,
  probeCertificate,
  readCertificateState,
} from './x509_certificate/probe.ts';
import { certificateDifferences, type Wanted, wantedOf } from './x509_certificate/wanted.ts';

/** What is told of a certificate that is there. The serial number is text: it has more digits than a number keeps. */
const told = (args: CertificateArgs, text: string): JsonObject => {
  const certificate = certificateIn(text);
  return {
    ...(certificate !== undefined && {
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      serial_number: String(certificate.serial),
    }),
    ...(args.returns && { certificate: text }),
  };
};

const making = (args: CertificateArgs, state: CertificateState): Making => {
  const wanted = wantedOf(args, state);
  if (typeof wanted === 'string') return { differences: [], result: {}, failed: wanted };
  const differences = certificateDifferences(args, state, wanted);
  return { differences, result: differences.length === 0 ? told(args, state.text ?? '') : {} };
};

const plan = (args: CertificateArgs, state: CertificateState): ModulePlan =>
  planMade(args, state, args.result, () => making(args, state));

/** `openssl ca` with an index of its own: the command that takes any time as beginning and end. */
const configuration = ({ digest }: CertificateArgs, wanted: Wanted): string =>
  `[ca]
default_ca=authority
[authority]
database=$ENV::QD_FOLDER/index
serial=$ENV::QD_FOLDER/serial
new_certs_dir=$ENV::QD_FOLDER
default_md=${digest}
policy=any
unique_subject=no
x509_extensions=wishes
[any]
commonName=optional
[req]
distinguished_name=none
[none]
[wishes]
${extensionLines(wanted.extensions)}`;

/** Without a request, one with nothing in it is made. */
const requestLines = (args: CertificateArgs, { key }: CertificateState, quote: Quote, pass: string): string =>
  args.csr === undefined
    ? `r=$QD_FOLDER/request; openssl req -new -batch -config "$CONFIG" -subj /${digestOption(args.digest, key?.key)} -key "$k"${pass} >"$r" || exit 1`
    : assignPath('r', args.csr, quote);

const signer = ({ authority, key }: CertificateArgs): KeyFile | undefined => authority?.key ?? key;

const makerOf = (args: CertificateArgs, state: CertificateState, wanted: Wanted, quote: Quote): Maker => {
  const { path = '', passphrase } = signer(args) ?? {};
  const pass = passphrase === undefined ? '' : ' -passin file:"$PASS"';
  const by = args.authority === undefined ? '-selfsign' : '-cert "$c"';
  const times = `-startdate ${momentAt(args.notBefore.timing, state.now)} -enddate ${momentAt(args.notAfter.timing, state.now)}`;
  return {
    lines: [
      '(',
      'QD_FOLDER=$(mktemp -d) || exit 1; export QD_FOLDER',
      `trap 'rm -rf "$QD_FOLDER"' EXIT; trap 'exit 1' HUP INT TERM`,
      ': >"$QD_FOLDER/index"; openssl rand -hex 19 >"$QD_FOLDER/serial" || exit 1',
      assignPath('k', path, quote),
      ...(args.authority === undefined ? [] : [assignPath('c', args.authority.path, quote)]),
      requestLines(args, state, quote, pass),
      `openssl ca -batch -notext -utf8 -preserveDN -config "$CONFIG" ${by} -keyfile "$k"${pass} ${times} -in "$r" -out "$MADE" 2>"$QD_FOLDER/said" || { cat "$QD_FOLDER/said" >&2; exit 1; }`,
      '[ -s "$MADE" ] || { cat "$QD_FOLDER/said" >&2; exit 1; }',
      ') || exit 1',
    ],
    contents: [
      { name: 'CONFIG', content: Buffer.from(configuration(args, wanted)) },
      ...(passphrase === undefined ? [] : [{ name: 'PASS', content: Buffer.from(`${passphrase}\n`) }]),
    ],
    after: [`bytes it "$p" ${bytesLimit}`],
  };
};

/** A certificate that signs itself, or that an authority of one's own signs, made by the host's openssl. */
export const x509Certificate: Module<CertificateArgs, CertificateState> = {
  name: 'x509_certificate',
  args: certificateArguments,
  freeForm: 'kv',
  prepare: prepareCertificate,
  probe: probeCertificate,
  read: readCertificateState,
  plan,
  apply: (args, state, made, quote) => {
    const wanted = args.present ? wantedOf(args, state) : '';
    const isNew = typeof wanted === 'object' && certificateDifferences(args, state, wanted).length > 0;
    return applyMade(args, state, made, isNew ? makerOf(args, state, wanted, quote) : undefined, quote);
  },
  finish: (args, _state, made, applied) =>
    finishMade(made, applied, (fields) => {
      const file = readBytes(fields, 'it');
      return file.kind === 'content' ? told(args, file.content.toString('latin1')) : {};
    }),
};
