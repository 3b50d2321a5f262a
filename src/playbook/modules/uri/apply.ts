import type { Apply, Quote } from '../module.ts';
import type { UriArgs } from './arguments.ts';

/** The longest answer that is read. */
const maxBytes = 1_048_576;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A line of a file that tells curl what to do. */
export const curlLine = (name: string, value: string): string =>
  `${name} = "${value.replace(/[\\"\t\n\r]/g, (char) => escapes[char] ?? char)}"`;

/** curl reads its whole order from a file: the list of processes shows no header and no body. */
const curlConfiguration = (args: UriArgs): string =>
  [
    curlLine('url', args.url),
    args.method === 'HEAD' ? 'head' : curlLine('request', args.method),
    ...args.headers.map(([name, value]) => curlLine('header', value === '' ? `${name};` : `${name}: ${value}`)),
    ...(args.redirects ? ['location', 'max-redirs = 20'] : []),
    ...(args.verify ? [] : ['insecure']),
    `max-time = ${args.timeoutSeconds}`,
    'globoff',
    'silent',
    'show-error',
    '',
  ].join('\n');

/** Headers of wget come from a file too. */
const wgetConfiguration = (args: UriArgs): string =>
  args.headers.map(([name, value]) => `header = ${name}: ${value}\n`).join('');

const wget = (args: UriArgs, quote: Quote): string =>
  [
    'WGETRC="$HEADERS" wget -S -O "$d/body"',
    `--method=${args.method}`,
    ...(args.body === undefined ? [] : ['--body-file="$BODY"']),
    `--max-redirect=${args.redirects ? 20 : 0}`,
    ...(args.verify ? [] : ['--no-check-certificate']),
    `--content-on-error --timeout=${args.timeoutSeconds} --tries=1 --`,
    quote(args.url),
  ].join(' ');

/** The small wget of busybox: GET and POST, headers on its command line, its own time limit not to be trusted. */
const smallWget = (args: UriArgs, quote: Quote): string => {
  if (args.method !== 'GET' && args.method !== 'POST')
    return '{ echo "the wget of this host knows GET and POST only" >&2; false; }';
  const headers = args.headers.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`);
  const empty = args.method === 'POST' ? ["--post-data ''"] : [];
  const body = args.body === undefined ? empty : ['--post-file "$BODY"'];
  return `limit wget -S -O "$d/body" ${[...headers, ...body].join(' ')} ${quote(args.url)}`;
};

const askScript = (args: UriArgs, quote: Quote): string => `if command -v curl >/dev/null 2>&1; then
  tool=curl
  curl -K "$REQUEST" ${args.body === undefined ? '' : '--data-binary "@$BODY" '}-D "$d/head" -o "$d/body" -w '%{url_effective}' >"$d/final" 2>"$d/said"; r=$?
elif command -v wget >/dev/null 2>&1; then
  tool=wget
  if wget --version >/dev/null 2>&1; then ${wget(args, quote)} 2>"$d/said"; r=$?
  else ${smallWget(args, quote)} 2>"$d/said"; r=$?; fi
  sed -n 's/^  //p' "$d/said" >"$d/head"
else
  tool=none; r=127
fi`;

/**
 * Asks with curl if there is one, else wget. What was answered is printed first, in hexadecimal: of an answer that is too
 * long for the way back the beginning is lost, never the status.
 */
export const applyUri = (args: UriArgs, quote: Quote): Apply => {
  const script = `d=$(mktemp -d) || exit 1
trap 'rm -rf "$d"' EXIT
trap 'exit 1' HUP INT TERM
limit() { if command -v timeout >/dev/null 2>&1; then timeout ${args.timeoutSeconds} "$@"; else "$@"; fi; }
for f in head body final said; do : >"$d/$f"; done
${askScript(args, quote)}
hex() { od -An -v -tx1 | tr -d ' \\n'; }
echo "body=$(head -c ${maxBytes} "$d/body" | hex)"
echo "head=$(head -c 65536 "$d/head" | hex)"
echo "said=$(tail -c 2000 "$d/said" | hex)"
echo "final=$(hex <"$d/final")"
echo "tool=$tool"
echo "code=$r"
echo end`;
  const body = args.body === undefined ? [] : [{ name: 'BODY', content: Buffer.from(args.body) }];
  const request = { name: 'REQUEST', content: Buffer.from(curlConfiguration(args)) };
  return { script, contents: [request, { name: 'HEADERS', content: Buffer.from(wgetConfiguration(args)) }, ...body] };
};
