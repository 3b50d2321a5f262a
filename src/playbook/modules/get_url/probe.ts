import type { Applied, Quote } from '../module.ts';
import { type Identities, probeIdentities, readIdentities } from '../state/attributes.ts';
import { readBytes } from '../state/bytes.ts';
import { type Fields, readFields } from '../state/fields.ts';
import { type Look, readLook } from '../state/look.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import type { GetUrlArgs } from './arguments.ts';
import { askFunction, digestFunction, privateFolder, toldFunction } from './ask.ts';

/** How a question to an address ended. */
export interface Answer {
  readonly status: string;
  readonly code: number;
  /** What the tool said last. */
  readonly said: string;
  /** The status line of the last answer. */
  readonly line: string;
}

/** What the host and the server said. */
export interface GetUrlState {
  readonly path: string;
  readonly look: Look;
  /** What a link at the place leads to; the thing itself when it is no link. */
  readonly led: Look;
  readonly parent: 'folder' | 'missing' | 'closed';
  /** The folder of `tmp_dest` is no folder. */
  readonly noTemporary: boolean;
  /** Neither curl nor wget is there. */
  readonly noTool: boolean;
  readonly identities: Identities;
  /** The text of the file of sums, when one was asked for. */
  readonly sums?: string;
  readonly sumsAnswer?: Answer;
  /** The sum of what is there, in the algorithm asked for or SHA-1; empty when the host cannot tell. */
  readonly sum: string;
  /** What the server has, when that had to be known: its SHA-1 and size, or how asking ended. */
  readonly fresh?: { readonly sum: string; readonly size: number; readonly answer: Answer };
}

/** How long a probe reads an answer only to compare it. */
const compareSeconds = 40;
const sumsLimit = 1_048_576;

const nameScript = (args: GetUrlArgs, quote: Quote): string => `[ -d "$p" ]${args.intoFolder ? ' || :' : ''} && {
  echo folder=yes; n=${quote(args.name)}
  only=yes; ask /dev/null; only=
  l=$(sed -n 's/\\r$//; s/^[Ll]ocation: *//p' "$d/head" | tail -n 1); l=\${l%%[?#]*}
  case $l in '' | */) ;; *) n=\${l##*/} ;; esac
  l=$(sed -n 's/\\r$//; s/^[Cc]ontent-[Dd]isposition: *attachment; *filename="\\{0,1\\}\\([^"]*\\).*/\\1/p' "$d/head" | tail -n 1); l=\${l##*/}
  case $l in '' | . | ..) ;; *) n=$l ;; esac
  p=\${p%/}/$n; named=yes
}`;

/** Without a checksum only the server can tell; a file nobody forces is asked for only if it is newer. */
const compareScript = (args: GetUrlArgs): string => `if [ -f "$p" ]; then
  ${args.force ? '' : `[ -n "$named" ] || since=$(date -u -r "$p" '+%a, %d %b %Y %H:%M:%S GMT' 2>/dev/null)`}
  most=${compareSeconds}; ask "$d/body"; since=; most=
  told fresh
  ${args.decompress ? decompressLine('"$d/body"') : ':'}
  [ -f "$d/body" ] && { echo "fresh.sum=$(digest sha1 "$d/body")"; echo "fresh.size=$(($(wc -c <"$d/body")))"; }
fi`;

/** A content that came packed is unpacked, as Ansible does. */
export const decompressLine = (word: string): string =>
  `if grep -qi '^content-encoding: *\\(x-\\)\\{0,1\\}gzip' "$d/head" && gzip -dc <${word} >"$d/plain" 2>/dev/null; then cat "$d/plain" >${word}; rm -f "$d/plain"; fi`;

const sumsScript = (args: GetUrlArgs, quote: Quote): string => {
  const { expected } = args;
  if (expected === undefined || !('from' in expected)) return '';
  return `${askFunction('sums', expected.from, args.asking, quote)}
sums "$d/sums"; told sums
[ -f "$d/sums" ] && bytes sums "$d/sums" ${sumsLimit}`;
};

const temporaryScript = (args: GetUrlArgs, quote: Quote): string =>
  args.temporary === undefined
    ? ''
    : `${assignPath('q', args.temporary, quote)}\n[ -d "$q" ] || echo temporary=missing`;

/** Asks what is at the place; and the server, when the place alone does not tell. */
export const probeGetUrl = (args: GetUrlArgs, quote: Quote): string =>
  [
    shellFunctions('hex', 'look', 'bytes', 'identities'),
    digestFunction,
    toldFunction,
    privateFolder,
    askFunction('ask', args.url, args.asking, quote),
    'command -v curl >/dev/null 2>&1 || command -v wget >/dev/null 2>&1 || echo tool=none',
    assignPath('p', args.dest, quote),
    'named=',
    nameScript(args, quote),
    'echo "path=$(hex "$p")"; look it "$p"; look led "$p" follow',
    'u=${p%/*}; u=${u:-/}; if [ ! -d "$u" ]; then echo parent=missing; elif [ ! -w "$u" ]; then echo parent=closed; fi',
    temporaryScript(args, quote),
    probeIdentities(args.attributes, quote),
    `[ -f "$p" ] && echo "sum=$(digest ${args.expected?.algorithm ?? 'sha1'} "$p")"`,
    sumsScript(args, quote),
    args.expected === undefined ? compareScript(args) : '',
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

/** How a question ended, as `told` printed it. */
export const readAnswer = (fields: Fields, key: string): Answer => {
  const head = fields.text(`${key}.head`) ?? '';
  return {
    status: fields.get(`${key}.status`) ?? '',
    code: fields.number(`${key}.code`) ?? 0,
    said: (fields.text(`${key}.said`) ?? '').trim().split('\n').at(-1) ?? '',
    line:
      head
        .match(/^HTTP\/\S+ \d.*$/gm)
        ?.at(-1)
        ?.trim() ?? '',
  };
};

/** Why an address gave nothing. */
export const refusedBy = ({ status, line, said }: Answer): string => {
  if (status === '' || status === '200') return `Request failed: ${said === '' ? 'no answer' : said}`;
  const reason = line.replace(/^\S+ \d+ ?/, '');
  return `Request failed: HTTP Error ${status}${reason === '' ? '' : `: ${reason}`}`;
};

/** Reads what the probe printed. */
export const readGetUrl = (output: Applied, args: GetUrlArgs): GetUrlState => {
  const fields = readFields(output);
  const parent = fields.get('parent');
  const sums = readBytes(fields, 'sums');
  return {
    path: fields.text('path') ?? args.dest,
    look: readLook(fields, 'it'),
    led: readLook(fields, 'led'),
    parent: parent === 'missing' || parent === 'closed' ? parent : 'folder',
    noTemporary: fields.get('temporary') === 'missing',
    noTool: fields.get('tool') === 'none' && !args.url.startsWith('file:'),
    identities: readIdentities(fields, args.attributes),
    ...(sums.kind === 'content' && { sums: sums.content.toString('utf8') }),
    ...(fields.get('sums.code') !== undefined && { sumsAnswer: readAnswer(fields, 'sums') }),
    sum: fields.get('sum') ?? '',
    ...(fields.get('fresh.code') !== undefined && {
      fresh: {
        sum: fields.get('fresh.sum') ?? '',
        size: fields.number('fresh.size') ?? 0,
        answer: readAnswer(fields, 'fresh'),
      },
    }),
  };
};
