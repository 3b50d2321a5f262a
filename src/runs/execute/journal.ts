import type { Quote } from '#core/ssh.ts';
import type { StepKey } from '../executor.ts';

/**
 * A command that must never run twice for one run leaves a journal on the host: a folder per step under
 * `$HOME/.quarterdeck/KEY/`, whose making is the claim (`mkdir` is atomic), and in it the process, what it wrote and
 * its exit code. All of it is one script, so a first run costs no extra round trip.
 */
export interface JournalEntry {
  /** The job's key: one folder for the whole run. */
  readonly key: string;
  readonly step: string;
}

/** The step's name in the journal. Two hosts of the inventory may be one machine, and a delegate does the task of many. */
export const journalStep = ({ id, host }: StepKey): string => `${id}@${host}`;

/** The same for one of several attempts (`until`). */
export const attemptStep = (step: StepKey, number: number): string =>
  number === 1 ? journalStep(step) : `${journalStep(step)}~${number}`;

export interface JournalOptions {
  /** How long to wait for a process of an earlier attempt that still runs. */
  readonly waitSeconds: number;
  /** Random words that nothing on the host knows: only after them an exit code speaks of the journal, not of the command. */
  readonly token: string;
  /** A run goes on: an earlier attempt may have left an entry, wherever it could write at that time. */
  readonly earlier?: boolean;
}

/** Exit codes of the journal itself, when the token stands in stderr. */
export const journalCodes = {
  /** The step began, nothing of it runs any more, and its end was not recorded. */
  lost: 213,
  /** The journal could not be written; the step was not begun. */
  unwritable: 214,
  /** Not begun: asked only to look, and there is no entry. */
  absent: 215,
} as const;

/**
 * The two places a journal may lie in: the home, and a folder of the account for those without a home they can write to.
 *
 * `own` says whether a folder is the account's own. Others may make names in `/var/tmp`, and put one thing in the place of
 * another between two looks at a name; so the folder is entered, and what one stands in is asked: its true path and its
 * owner. A folder of the account's own nobody else can put away again.
 */
export const places = `here=$PWD
cd -P "\${HOME:-/nonexistent}" 2>/dev/null && home=\${PWD%/}/.quarterdeck || home=
own() {
  [ "$1" ] && cd -P "$1" 2>/dev/null || return 1
  [ "$PWD" = "$1" ] && [ -O . ]
}
spare() { echo "/var/tmp/.quarterdeck-$(id -u)"; }
back() { cd "$here" 2>/dev/null || cd / || exit; }`;

/**
 * Where the journal of this step lies: when a run goes on, where an earlier attempt left it, even when the home can be used
 * again, or no more; else the first place that can be written. A folder of somebody else's is refused: it could pretend
 * that a step was done.
 */
export const placing = ({ key, step }: JournalEntry, earlier: boolean, quote: Quote): string => `${places}
entry=${quote(key)}/${quote(step)}
base=
${earlier ? 'for folder in "$home" "$(spare)"; do\n  own "$folder" && [ -d "$entry" ] && { base=$folder; break; }\ndone\n' : ''}if [ ! "$base" ]; then
  base=$home
  if ! { [ "$base" ] && mkdir -p -m 700 "$base" && own "$base" && [ -w . ]; } 2>/dev/null; then
    base=$(spare)
    mkdir -m 700 "$base" 2>/dev/null
    own "$base" || base=
  fi
fi
back
run=$base/${quote(key)}
step=$base/$entry`;

/** The time a process began, in the kernel's ticks: with its number it names one process for ever. */
export const began = `began() {
  { sed 's/^.*) //' "/proc/$1/stat" | cut -d ' ' -f 20; } 2>/dev/null || echo -
}`;

/**
 * Runs the script of the step in folder `$1` with its output copied to the journal. A child left in the background may
 * hold the output open: it is waited for about a second, no longer, and by looking, since a watchdog would itself be a
 * child left behind. A reader that went away (a lost connection) must not end the copying, so `tee` ignores SIGPIPE.
 * Where the disk cannot take the copy or the code, none is kept: no record is better than a wrong one.
 */
const runner = `step=$1
copied() {
  how=end
  if ! tee "$step/$1" 2>"$step/$2.said"; then
    # A reader that went away is no fault of the copy. Where not even that could be noted, the disk is full.
    [ -s "$step/$2.said" ] || how=cut
    while read -r line; do case $line in *"$step/$1"*) how=cut ;; esac; done <"$step/$2.said"
  fi
  : >"$step/$2.$how"
}
(trap '' PIPE; copied stdout o <"$step/o") &
(trap '' PIPE; copied stderr e <"$step/e" >&2) &
sh "$step/script" >"$step/o" 2>"$step/e"
code=$?
looked=0
until { [ -f "$step/o.end" ] || [ -f "$step/o.cut" ]; } && { [ -f "$step/e.end" ] || [ -f "$step/e.cut" ]; }; do
  looked=$((looked + 1))
  [ "$looked" -lt 1000 ] || sleep 0.05 2>/dev/null || { sleep 1; break; }
  [ "$looked" -lt 1020 ] || break
done
if [ ! -f "$step/o.cut" ] && [ ! -f "$step/e.cut" ]; then
  { echo "$code" >"$step/code.new" && mv "$step/code.new" "$step/code"; } 2>/dev/null
fi
rm -f "$step/script" "$step/o" "$step/e"
exit "$code"`;

/** Gives what an earlier attempt left, waiting for it while it still runs. */
const replay = (options: JournalOptions, quote: Quote): string => `waited=0
alive() {
  # Between the claim and the note of the process lie milliseconds; after two seconds nobody is going to write it.
  [ -s "$step/process" ] || { [ "$waited" -lt 2 ]; return; }
  read -r pid start <"$step/process"
  kill -0 "$pid" 2>/dev/null && [ "$(began "$pid")" = "$start" ]
}
while [ ! -s "$step/code" ] && [ "$waited" -lt ${Math.ceil(options.waitSeconds)} ] && alive; do
  sleep 1
  waited=$((waited + 1))
done
if [ -s "$step/code" ]; then
  cat "$step/stdout"
  cat "$step/stderr" >&2
  exit "$(cat "$step/code")"
fi
echo ${quote(options.token)} >&2
exit ${journalCodes.lost}`;

/** The script under the journal: run once, or what it gave when it ran. What cannot be written down is not begun. */
export function journaled(script: string, entry: JournalEntry, options: JournalOptions, quote: Quote): string {
  return `${placing(entry, options.earlier === true, quote)}
${began}
if [ "$base" ] && mkdir -p -m 700 "$run" 2>/dev/null && mkdir -m 700 "$step" 2>/dev/null; then
  {
    echo "$$ $(began $$)" >"$step/process" && printf %s ${quote(script)} >"$step/script" && mkfifo "$step/o" "$step/e"
  } 2>/dev/null && exec sh -c ${quote(runner)} sh "$step"
  rm -rf "$step"
fi
if [ ! -d "$step" ]; then
  echo ${quote(options.token)} >&2
  exit ${journalCodes.unwritable}
fi
${replay(options, quote)}`;
}

/** Gives what the step left in the journal, never running it. */
export function recorded(entry: JournalEntry, options: JournalOptions, quote: Quote): string {
  return `${placing(entry, true, quote)}
${began}
if [ ! "$base" ] || [ ! -d "$step" ]; then
  echo ${quote(options.token)} >&2
  exit ${journalCodes.absent}
fi
${replay(options, quote)}`;
}

/** Removes the run's journal from the host, wherever it lies. */
export const sweep = (key: string, quote: Quote): string => `${places}
for base in "$home" "$(spare)"; do
  own "$base" || continue
  rm -rf ${quote(key)}
  cd / && rmdir "$base" 2>/dev/null
done
:`;
