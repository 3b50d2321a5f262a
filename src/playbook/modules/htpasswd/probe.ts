import { readTargetState, type TargetState, targetLines } from '../edit/target.ts';
import type { Applied, Quote } from '../module.ts';
import { readFields } from '../state/fields.ts';
import { toolPath } from '../state/tools.ts';
import { type HtpasswdArgs, isOwnHash, schemes } from './arguments.ts';
import { keptFor } from './lines.ts';

/** What the host said about the file and the password in it. */
export interface HtpasswdState extends TargetState {
  /** Bytes; undefined when there is no file to be read. */
  readonly text: string | undefined;
  readonly password: 'absent' | 'right' | 'wrong' | 'uncheckable';
  /** The host can keep passwords in the way that is asked for. */
  readonly able: boolean;
}

/**
 * Makes the hash again from the password and the salt that was kept, which is all that is on a command line. bcrypt is
 * left to Apache's tool.
 */
const checkLines = (name: string, password: string, quote: Quote): readonly string[] => [
  `n=${quote(name)} w=${quote(password)} h=`,
  'if [ -f "$p" ] && [ -r "$p" ]; then while IFS= read -r l || [ -n "$l" ]; do case $l in "$n":*) h=${l#*:}; break ;; esac; done <"$p"; fi',
  'case $h in',
  "'$apr1$'*'$'*|'$1$'*'$'*|'$5$'*'$'*|'$6$'*'$'*)",
  '  a=${h#?}; a=${a%%"$"*}; s=${h#?*"$"}; s=${s%"$"*}',
  '  if c=$(printf "%s\\n" "$w" | openssl passwd "-$a" -salt "$s" -stdin 2>/dev/null) && [ -n "$c" ]; then',
  '    if [ "$c" = "$h" ]; then echo right=yes; else echo right=no; fi',
  '  else echo right=unknown; fi ;;',
  "'$2'?'$'*)",
  '  if command -v htpasswd >/dev/null 2>&1 && d=$(umask 077; mktemp); then',
  '    printf "x:%s\\n" "$h" >"$d"',
  '    if printf "%s\\n" "$w" | htpasswd -vi "$d" x >/dev/null 2>&1; then echo right=yes; else echo right=no; fi',
  '    rm -f "$d"',
  '  else echo right=unknown; fi ;;',
  'esac',
];

/** Tries the tool once: an openssl may lack what another has. */
const ableLine = (tool: string): string =>
  `if h=$(echo x | ${tool} 2>/dev/null) && [ -n "$h" ]; then echo able=yes; fi`;

/** Asks for the file, whether the password in it is the right one, and whether another could be kept. */
export const probeHtpasswd = (args: HtpasswdArgs, quote: Quote): string => {
  const tool = schemes[args.scheme];
  const { password, shownName } = args;
  return [
    toolPath,
    ...targetLines(args, quote),
    ...(password === undefined ? [] : checkLines(shownName, password, quote)),
    ...(password === undefined || tool === undefined ? [] : [ableLine(tool)]),
    'echo end',
  ].join('\n');
};

const passwordOf = (
  kept: string | undefined,
  password: string | undefined,
  right: string | undefined,
): HtpasswdState['password'] => {
  if (kept === undefined) return 'absent';
  if (password === undefined || right === 'yes') return 'right';
  if (right === 'unknown') return 'uncheckable';
  return right === undefined && isOwnHash(password, kept) ? 'right' : 'wrong';
};

/** Reads what the probe printed. */
export const readHtpasswd = (output: Applied, args: HtpasswdArgs): HtpasswdState => {
  const target = readTargetState(output, args);
  const fields = readFields(output);
  const text = target.file.kind === 'content' ? target.file.content.toString('latin1') : undefined;
  return {
    ...target,
    text,
    password: passwordOf(keptFor(text ?? '', args.name), args.password, fields.get('right')),
    able: schemes[args.scheme] === undefined || fields.get('able') === 'yes',
  };
};
