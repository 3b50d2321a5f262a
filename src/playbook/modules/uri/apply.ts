import type { Apply, Quote } from '../module.ts';
import { assignPath } from '../state/script.ts';
import type { UriArgs } from './arguments.ts';
import { destLines, type UriState } from './dest.ts';

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

const sends = (args: UriArgs): boolean => args.body !== undefined || args.source !== undefined;

/** Says, as the tool would, what it cannot do. */
const cannot = (tool: string, what: string): string =>
  `{ echo "${tool} of this host ${what}; install curl" >&2; false; }`;

/** The options of a tool for what is said by a path: in variables of the script, as nobody has to hide them. */
const pathWords = (args: UriArgs, words: Readonly<Record<keyof UriArgs['paths'], string>>): readonly string[] =>
  (['authority', 'certificate', 'key', 'socket'] as const)
    .filter((name) => args.paths[name] !== undefined)
    .map((name) => `${words[name]} "$${name}"`);

const curlWords = (args: UriArgs): string =>
  [
    ...(sends(args) ? ['--data-binary "@$BODY"'] : []),
    ...pathWords(args, {
      authority: '--cacert',
      certificate: '--cert',
      key: '--key',
      socket: '--unix-socket',
    }),
    ...(args.proxy ? [] : ["--noproxy '*'"]),
    ...(args.dest !== undefined && !args.force ? ['${since:+-z "$since"}'] : []),
  ].join(' ');

const wget = (args: UriArgs, quote: Quote): string => {
  if (args.paths.socket !== undefined) return cannot('the wget', 'speaks through no sockets');
  return wgetWords(args, quote);
};

const wgetWords = (args: UriArgs, quote: Quote): string =>
  [
    'WGETRC="$HEADERS" wget -S -O "$d/body"',
    `--method=${args.method}`,
    ...(sends(args) ? ['--body-file="$BODY"'] : []),
    ...pathWords(args, {
      authority: '--ca-certificate',
      certificate: '--certificate',
      key: '--private-key',
      socket: '',
    }),
    ...(args.proxy ? [] : ['--no-proxy']),
    `--max-redirect=${args.redirects ? 20 : 0}`,
    ...(args.verify ? [] : ['--no-check-certificate']),
    `--content-on-error --timeout=${args.timeoutSeconds} --tries=1 --`,
    quote(args.url),
  ].join(' ');

/** The small wget of busybox: GET and POST, headers on its command line, its own time limit not to be trusted. */
const smallWget = (args: UriArgs, quote: Quote): string => {
  if (args.method !== 'GET' && args.method !== 'POST')
    return '{ echo "the wget of this host knows GET and POST only" >&2; false; }';
  if (Object.keys(args.paths).length > 0) return cannot('the wget', 'knows no certificates and sockets');
  const headers = args.headers.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`);
  const empty = args.method === 'POST' ? ["--post-data ''"] : [];
  const body = sends(args) ? ['--post-file "$BODY"'] : empty;
  const proxy = args.proxy ? [] : ['-Y off'];
  return `limit wget -S -O "$d/body" ${[...headers, ...body, ...proxy].join(' ')} ${quote(args.url)}`;
};

const askScript = (args: UriArgs, quote: Quote): string => `if command -v curl >/dev/null 2>&1; then
  tool=curl
  curl -K "$REQUEST" ${curlWords(args)} -D "$d/head" -o "$d/body" -w '%{url_effective}' >"$d/final" 2>"$d/said"; r=$?
elif command -v wget >/dev/null 2>&1; then
  tool=wget
  if wget --version >/dev/null 2>&1; then ${wget(args, quote)} 2>"$d/said"; r=$?
  else ${smallWget(args, quote)} 2>"$d/said"; r=$?; fi
  sed -n 's/^  //p' "$d/said" >"$d/head"
else
  tool=none; r=127
fi`;

/** Paths of the host as variables; what is to be sent must be there. */
const pathLines = (args: UriArgs, quote: Quote): readonly string[] => [
  ...Object.entries(args.paths).map(([name, path]) => assignPath(name, path, quote)),
  ...(args.source === undefined
    ? []
    : [
        assignPath('BODY', args.source, quote),
        '[ -f "$BODY" ] && [ -r "$BODY" ] || { echo unsent=yes; echo end; exit 0; }',
      ]),
  ...(args.dest === undefined ? [] : [assignPath('w', args.dest, quote), 'since=; [ ! -f "$w" ] || since=$w']),
];

/**
 * Asks with curl if there is one, else wget. What was answered is printed first, in hexadecimal: of an answer that is too
 * long for the way back the beginning is lost, never the status.
 */
export const applyUri = (args: UriArgs, state: UriState, quote: Quote): Apply => {
  const script = `d=$(mktemp -d) || exit 1
trap 'rm -rf "$d"' EXIT
trap 'exit 1' HUP INT TERM
limit() { if command -v timeout >/dev/null 2>&1; then timeout ${args.timeoutSeconds} "$@"; else "$@"; fi; }
for f in head body final said; do : >"$d/$f"; done
${pathLines(args, quote).join('\n')}
${askScript(args, quote)}
${destLines(args, state, quote).join('\n')}
hex() { od -An -v -tx1 | tr -d ' \\n'; }
echo "body=$(head -c ${maxBytes} "$d/body" | hex)"
echo "head=$(head -c 65536 "$d/head" | hex)"
echo "said=$(tail -c 2000 "$d/said" | hex)"
echo "final=$(hex <"$d/final")"
echo "tool=$tool"
echo "code=$r"
echo end`;
  const body = args.body === undefined ? [] : [{ name: 'BODY', content: args.body }];
  const request = { name: 'REQUEST', content: Buffer.from(curlConfiguration(args)) };
  return { script, contents: [request, { name: 'HEADERS', content: Buffer.from(wgetConfiguration(args)) }, ...body] };
};
