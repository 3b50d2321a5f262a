import type { Quote } from '../module.ts';
import { curlLine } from '../uri/apply.ts';
import type { Asking } from './arguments.ts';

const curlOrder = (url: string, asking: Asking): string =>
  [
    curlLine('url', url),
    ...asking.headers.map(([name, value]) => curlLine('header', value === '' ? `${name};` : `${name}: ${value}`)),
    'location',
    'max-redirs = 20',
    `connect-timeout = ${asking.timeoutSeconds}`,
    'speed-limit = 1',
    `speed-time = ${asking.timeoutSeconds}`,
    ...(asking.verify ? [] : ['insecure']),
    ...(asking.proxy ? [] : [curlLine('noproxy', '*')]),
    ...(asking.certificate === undefined ? [] : [curlLine('cert', asking.certificate)]),
    ...(asking.key === undefined ? [] : [curlLine('key', asking.key)]),
    'globoff',
    'silent',
    'show-error',
    '',
  ].join('\n');

const wgetOrder = (asking: Asking): string =>
  asking.headers.map(([name, value]) => `header = ${name}: ${value}\n`).join('');

const wgetOptions = (asking: Asking, quote: Quote): string =>
  [
    '--tries=1 --max-redirect=20',
    `--timeout=${asking.timeoutSeconds}`,
    ...(asking.verify ? [] : ['--no-check-certificate']),
    ...(asking.proxy ? [] : ['--no-proxy']),
    ...(asking.certificate === undefined ? [] : [`--certificate=${quote(asking.certificate)}`]),
    ...(asking.key === undefined ? [] : [`--private-key=${quote(asking.key)}`]),
  ].join(' ');

/** The small wget of busybox: its headers are on its command line, its own time limit is not to be trusted. */
const smallOptions = (asking: Asking, quote: Quote): string =>
  [
    ...(asking.verify ? [] : ['--no-check-certificate']),
    ...(asking.proxy ? [] : ['-Y off']),
    ...asking.headers.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`),
  ].join(' ');

const localPath = (url: string): string => decodeURIComponent(new URL(url).pathname);

/**
 * A shell function that asks an address: `NAME FILE`, with the answer in FILE, its headers in `$d/head`, the status in
 * `$status` and the tool's exit code in `$r`. `$since` makes the question conditional, `$only` asks for headers alone,
 * `$most` is how many seconds it may take in all. Nothing secret is on a command line where the tools allow it.
 */
export const askFunction = (name: string, url: string, asking: Asking, quote: Quote): string =>
  url.startsWith('file:')
    ? `${name}() { status=200; [ -z "$only" ] || return 0; cat ${quote(localPath(url))} >"$1" 2>"$d/said"; r=$?; [ $r -eq 0 ] || status=; }`
    : `${name}() {
  : >"$d/head"; : >"$d/said"; status=
  if command -v curl >/dev/null 2>&1; then
    { printf %s ${quote(curlOrder(url, asking))}
      [ -z "$since" ] || printf 'header = "If-Modified-Since: %s"\\n' "$since"
      [ -z "$only" ] || echo head
      [ -z "$most" ] || echo "max-time = $most"
    } | curl -K - -D "$d/head" -o "$1" >/dev/null 2>"$d/said"; r=$?
  elif command -v wget >/dev/null 2>&1; then
    limit=; [ -z "$most" ] || ! command -v timeout >/dev/null 2>&1 || limit="timeout $most"
    if wget --version >/dev/null 2>&1; then
      { printf %s ${quote(wgetOrder(asking))}; [ -z "$since" ] || echo "header = If-Modified-Since: $since"; } >"$d/rc"
      WGETRC="$d/rc" $limit wget -S -O "$1" \${only:+--method=HEAD} ${wgetOptions(asking, quote)} -- ${quote(url)} 2>"$d/said"; r=$?
    elif [ -n "$only" ]; then r=0; status=200; return 0
    elif [ -n "$since" ]; then
      $limit wget -S -O "$1" --header "If-Modified-Since: $since" ${smallOptions(asking, quote)} ${quote(url)} 2>"$d/said"; r=$?
    else $limit wget -S -O "$1" ${smallOptions(asking, quote)} ${quote(url)} 2>"$d/said"; r=$?; fi
    sed -n 's/^  //p' "$d/said" >"$d/head"
  else r=127; fi
  status=$(sed -n 's/^HTTP[^ ]* \\([0-9][0-9]*\\).*/\\1/p' "$d/head" | tail -n 1)
  case ${quote(url)} in ftp:*) [ $r -ne 0 ] || status=200 ;; esac
}`;

/** Prints how a question ended: `told KEY`. */
export const toldFunction = `told() {
  echo "$1.status=$status"; echo "$1.code=$r"
  echo "$1.head=$(head -c 65536 "$d/head" | od -An -v -tx1 | tr -d ' \\n')"
  echo "$1.said=$(tail -c 2000 "$d/said" | od -An -v -tx1 | tr -d ' \\n')"
}`;

/** Prints the sum of a file with whatever tool there is: `digest ALGORITHM FILE`. */
export const digestFunction = `digest() {
  if command -v "$1sum" >/dev/null 2>&1; then _s=$("$1sum" <"$2") && echo "\${_s%% *}"
  elif command -v openssl >/dev/null 2>&1; then _s=$(openssl dgst "-$1" <"$2") && echo "\${_s##* }"
  elif command -v shasum >/dev/null 2>&1; then _s=$(shasum -a "\${1#sha}" <"$2") && echo "\${_s%% *}"; fi
}`;

/** A private folder for what is read on the way: `$d`. */
export const privateFolder = `d=$(mktemp -d) || exit 1
trap 'rm -rf "$d"' EXIT
trap 'exit 1' HUP INT TERM
for f in head said; do : >"$d/$f"; done
since=; only=; most=; status=; r=0`;
