import { randomBytes } from 'node:crypto';
import { quote } from '../quote.ts';
import type { Markers } from './frames.ts';

/** A random word that no output can guess. */
const nonce = (): string => `qd${randomBytes(16).toString('hex')}`;

/** New markers for one script or greeting. */
export const newMarkers = (): Markers => ({ begin: nonce(), end: nonce() });

/**
 * The command that starts the remote shell: plain words, so that it means the same to sh, bash, zsh, fish and csh.
 * Everything else goes to the shell's input, where no login shell and no process list sees it.
 */
export const startCommand = (user?: string): string =>
  user === undefined ? 'exec sh' : `exec sudo -n -H -u ${user} -- sh`;

/** A user name that is one plain word; `#0` and the like mean something to sudo and are not names. */
export const isUserName = (user: string): boolean => /^[a-z_][a-z0-9_.-]{0,31}\$?$/i.test(user);

/**
 * A command that runs a script in `sh` whatever the login shell is: the script travels as octal numbers, which need no
 * quoting anywhere. For short scripts only: it is visible in the host's process list.
 */
export function octalCommand(script: string): string {
  const digits = [...Buffer.from(script)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
  return `exec sh -c 'eval "$(printf %b "${digits}")"'`;
}

/**
 * A shell function: is anybody of this process group still there? Dead processes that nobody buried do not count, where
 * `/proc` can tell. Free of single quotes, so that it can stand inside a pair of them.
 */
export const stillThere =
  'qd_there() { kill -0 -$1 || return 1; [ -r /proc/self/stat ] || return 0; ' +
  'grep -qs ") [^ZX] [0-9]* $1 " /proc/[0-9]*/stat; }';

/**
 * A shell function for the remote shell: does anybody of this process group still hold the shell's own output? What it
 * writes would stand in the output of later scripts. Where `/proc` cannot tell, whoever is there counts.
 */
const stillWrites = `qd_writes() {
qd_there $1 || return 1; [ -r /proc/self/stat ] || return 0
for qd_p in $(grep -lsE "\\) [^ZX] [0-9]* $1 " /proc/[0-9]*/stat); do
case $(ls -l "\${qd_p%/stat}/fd" 2>/dev/null) in *"$qd_out"*|*"$qd_err"*) return 0;; esac
done
return 1; }
qd_out=$(readlink /proc/$$/fd/1); qd_err=$(readlink /proc/$$/fd/2)`;

/**
 * The first lines of a remote shell. It settles the locale, chooses how scripts get a process group of their own
 * (`setsid`, else job control where the shell has it without a terminal), and greets with the user and that choice.
 */
export const greeting = (markers: Markers, folder?: string): string => `
LC_ALL=C; case $(locale -a 2>/dev/null) in *C.utf8*|*C.UTF-8*) LC_ALL=C.UTF-8;; esac; export LC_ALL
unset ENV BASH_ENV CDPATH; cd ${folder === undefined ? '"$HOME"' : quote(folder)} 2>/dev/null || cd /
if command -v setsid >/dev/null 2>&1; then qd_group=setsid; qd_own='setsid '
elif (set -m && sh -c 'kill -0 -$$' & wait $!) >/dev/null 2>&1; then set -m; qd_group=jobs; qd_own=
else qd_group=none; qd_own=; fi
${stillThere}
${stillWrites}
printf '%s \\n%s %s %s %s\\n' ${markers.begin} ${markers.end} "$qd_group" "$(id -un)" "$HOME"
`;

/**
 * What each script runs in: a new `sh`, so that nothing of it stays. The script comes by descriptor 9, after the begin
 * marker, so that neither stands in an argument that every user of the host can read. A shell that keeps it in a file
 * opens that at its first line again, which therefore means nothing. Where there is no `/dev/fd`, `cat` reads it.
 */
const runner = [
  'IFS= read -r qd <&9',
  'qd=${qd#: }',
  'printf "%s %s\\n" "$qd" "$$"',
  'printf "%s \\n" "$qd" >&2',
  'if [ -r /dev/fd/9 ]; then unset qd; . /dev/fd/9; else qd=$(cat <&9); eval "unset qd\n$qd"; fi',
].join('\n');

/**
 * The bytes that make the remote shell run one script and say how it ended: exit code, and whether processes of its
 * group still write to the shell's output. Only the outer shell knows the end marker. `wait` would report a killed child on stderr.
 */
export function framed(script: string, markers: Markers, stdin?: string | Buffer): Buffer {
  const delimiter = nonce();
  const input = stdin === undefined ? [] : [Buffer.from('printf %b '), escaped(stdin), Buffer.from(' | ')];
  const lines = [
    `$qd_own sh -c ${quote(runner)} 9<<'${delimiter}'${stdin === undefined ? ' </dev/null' : ''} &`,
    `: ${markers.begin}`,
    'exec 9<&-',
    script,
    delimiter,
    'wait $! 2>/dev/null; qd_code=$?; if qd_writes $! 2>/dev/null; then qd_left=1; else qd_left=0; fi',
    `printf '%s %s %s\\n' ${markers.end} $qd_code $qd_left; printf '%s \\n' ${markers.end} >&2`,
    '',
  ];
  return Buffer.concat([...input, Buffer.from(lines.join('\n'))]);
}

/** Any bytes as one quoted word for `printf %b`; NUL and backslash are the only ones that need help. */
function escaped(stdin: string | Buffer): Buffer {
  const text = Buffer.from(stdin).toString('latin1').replaceAll('\\', '\\\\').replaceAll('\0', '\\0000');
  return Buffer.from(quote(text), 'latin1');
}
