import type { Quote } from '../module.ts';

/** Prints a value so that it stands on one line: a plain one behind `=`, any other, which may hold newlines, in hexadecimal. */
const hex = String.raw`
hex() {
  case $1 in ''|*[!A-Za-z0-9/._-]*) printf %s "$1" | od -An -v -tx1 | tr -d ' \n' ;; *) printf '=%s' "$1" ;; esac
}`;

/** Prints what is at a path: \`look KEY PATH\`; with a third argument, what a link leads to. */
const look = String.raw`
look() {
  if [ -n "\${3-}" ]; then [ -e "$2" ] || { echo "$1.type=absent"; return; }; _f=-L
  else [ -e "$2" ] || [ -L "$2" ] || { echo "$1.type=absent"; return; }; _f=; fi
  if [ -z "$_f" ] && [ -L "$2" ]; then _k=link; _t=$(readlink "$2"; echo x); _t=\${_t%??}
    echo "$1.target=$(hex "$_t")"
  elif [ -d "$2" ]; then _k=directory
  elif [ -f "$2" ]; then _k=file
  else _k=other; fi
  echo "$1.type=$_k"
  if _s=$(stat $_f -c '%f %h %u %g %s %i %d %X %Y %Z %U %G' "$2" 2>/dev/null); then printf '%s\n' "$1.stat=$_s"
  else
    echo "$1.ls=$(ls -ldin $_f "$2" | { read -r a b c d e g r && echo "$a $b $c $d $e $g"; })"
    printf '%s\n' "$1.names=$(ls -ld $_f "$2" | { read -r a b c d r && printf '%s %s' "$c" "$d"; })"
  fi
}`;

/** Prints the checksum of a file with whatever tool there is, and keeps it in `$h`: `sum KEY PATH`. */
const sum = String.raw`
sum() {
  if command -v sha1sum >/dev/null 2>&1; then h=$(sha1sum <"$2" 2>/dev/null) && h=sha1:\${h%% *}
  elif command -v sha256sum >/dev/null 2>&1; then h=$(sha256sum <"$2" 2>/dev/null) && h=sha256:\${h%% *}
  elif command -v openssl >/dev/null 2>&1; then h=$(openssl dgst -sha1 <"$2" 2>/dev/null) && h=sha1:\${h##* }
  elif command -v shasum >/dev/null 2>&1; then h=$(shasum <"$2" 2>/dev/null) && h=sha1:\${h%% *}
  elif command -v sha1 >/dev/null 2>&1; then h=$(sha1 -q <"$2" 2>/dev/null) && h=sha1:$h
  else h=; fi
  [ -r "$2" ] || h=
  echo "$1.sum=$h"
}`;

/** Prints a small text file whole: \`raw KEY PATH LIMIT\`; a large or binary one not at all. */
const raw = String.raw`
raw() {
  _n=$(wc -c <"$2" 2>/dev/null) || return 0
  [ "$_n" -le "$3" ] && [ "$(tr -d '\000' <"$2" | wc -c)" -eq "$_n" ] || return 0
  echo "raw=$1"; { cat "$2"; echo x; } | sed 's/^/|/'
}`;

/** Prints a file whole, whatever is in it: `bytes KEY PATH LIMIT`; of a larger one its size, and of a closed one that it is. */
const bytes = String.raw`
bytes() {
  _n=$(wc -c <"$2" 2>/dev/null) || { echo "$1.closed=yes"; return 0; }
  _n=$((_n)); [ "$_n" -le "$3" ] || { echo "$1.large=$_n"; return 0; }
  if command -v base64 >/dev/null 2>&1; then printf '%s=' "$1.base64"; base64 <"$2" | tr -d '\n'; echo
  else printf '%s=' "$1.hex"; od -An -v -tx1 <"$2" | tr -d ' \n'; echo; fi
}`;

/** Prints the numbers of a user and a group: \`user KEY NAME\`, \`group KEY NAME\`; nothing when there is none. */
const identities = String.raw`
user() { _i=$(id -u "$2" 2>/dev/null) && echo "$1.uid=$_i"; :; }
group() {
  if command -v getent >/dev/null 2>&1; then _i=$(getent group "$2") && { _i=\${_i#*:*:}; echo "$1.gid=\${_i%%:*}"; }
  else while IFS=: read -r _n _x _i _r; do [ "$_n" = "$2" ] && echo "$1.gid=$_i"; done </etc/group; fi
  :
}`;

const pieces = { hex, look, sum, raw, bytes, identities } as const;

/** Shell functions that scripts of modules share, by name. Their own variables begin with `_`; `sum` sets `$h`. */
export const shellFunctions = (...names: readonly (keyof typeof pieces)[]): string =>
  names.map((name) => pieces[name].replaceAll('\\$', '$').replaceAll('\\`', '`').trim()).join('\n');

/** The largest file a probe sends whole. */
export const bytesLimit = 10 * 1024 * 1024;

/** The largest text a probe sends for a diff. */
export const diffLimit = 131_072;

/** \`~\` and \`~name\` in front of a path mean a home folder; everything else means itself. */
const homePattern = /^~([a-z_][a-z0-9_-]*)?(?=\/|$)/;

/** \`p=PATH\`: an assignment is where the shell puts a home folder for \`~\`; what follows comes after, or busybox loses it. */
export const assignPath = (name: string, path: string, quote: Quote): string => {
  const [home] = homePattern.exec(path) ?? [];
  if (home === undefined) return `${name}=${quote(path)}`;
  const rest = path.slice(home.length + 1);
  return rest === '' ? `${name}=${home}` : `${name}=${home}; ${name}=\${${name}%/}/${quote(rest)}`;
};

/** A path that no tool can take for an option, without slashes at its end. */
export const tidyPath = (path: string): string => {
  const named = /^[/~.]/.test(path) ? path : `./${path}`;
  return named.replace(/(?<=[^/])\/+$/, '');
};

/** A temporary file beside the real one, gone when the script ends: \`$t\`. */
export const temporaryBeside = (folder: string): string =>
  [`t=$(mktemp ${folder}/.quarterdeck.XXXXXX) || exit 1`, `trap 'rm -f "$t"' EXIT`, `trap 'exit 1' HUP INT TERM`].join(
    '\n',
  );
