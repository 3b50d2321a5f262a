import type { Quote } from '#core/ssh.ts';
import { began, places, placing } from './journal.ts';

/**
 * A task that is left running (`async` with `poll: 0`) is a job: a folder under `$HOME/.quarterdeck/jobs/JID/`, whose
 * making is the claim (`mkdir` is atomic), so that no job is begun twice. In it are its process, what it wrote, its exit
 * code, and `late` when it took longer than it may. It is in a session of its own: no lost connection ends it.
 */
const jobs = 'jobs';

/** What a job is called: the run's key, and the step. Nothing else may be asked for. */
export const jobForm = /^[\w.:-]+\.[0-9a-f]{12}$/;

/** The code when a job could not be begun, with the token in stderr. */
export const notBegunCode = 214;

/** Runs the job in folder `$1` for at most `$2` seconds; looks once a second, since no shell can wait for two things. */
const keeper = `step=$1
${began}
trap : TERM HUP
echo "$$ $(began $$)" >"$step/process"
(
  sh "$step/script" <"$step/stdin" >"$step/stdout" 2>"$step/stderr"
  code=$?
  echo "$code" >"$step/code.new" && mv "$step/code.new" "$step/code"
) &
child=$!
waited=0
while [ ! -s "$step/code" ] && kill -0 "$child" 2>/dev/null && [ "$waited" -lt "$2" ]; do
  sleep 1
  waited=$((waited + 1))
done
late=
if [ ! -s "$step/code" ] && [ "$waited" -ge "$2" ]; then
  late=yes
  : >"$step/late"
  kill -TERM "-$$" 2>/dev/null || kill -TERM "$child" 2>/dev/null
  sleep 2
fi
rm -f "$step/script" "$step/stdin"
[ ! -e "$step/forget" ] || rm -rf "$step"
[ ! "$late" ] || kill -KILL "-$$" 2>/dev/null`;

/** What a job is made of. */
export interface Job {
  readonly id: string;
  readonly script: string;
  readonly stdin: string;
  /** It is ended after so many. */
  readonly seconds: number;
  /** Random words that nothing on the host knows. */
  readonly token: string;
}

/** As with Ansible, which looks after five seconds and again after five: `async: 1` is enough for \`sleep 2 && shutdown -r now\`. */
const leastSeconds = 10;

/** Begins a job, unless it was begun before. Prints its folder. */
export const begin = ({ id, script, stdin, seconds, token }: Job, quote: Quote): string =>
  `${placing({ key: jobs, step: id }, true, quote)}
if [ "$base" ] && mkdir -p -m 700 "$run" 2>/dev/null && mkdir -m 700 "$step" 2>/dev/null; then
  if { printf %s ${quote(script)} >"$step/script" && printf %s ${quote(stdin)} >"$step/stdin"; } 2>/dev/null; then
    away=nohup
    command -v setsid >/dev/null 2>&1 && away=setsid
    $away sh -c ${quote(keeper)} sh "$step" ${Math.max(leastSeconds, Math.ceil(seconds))} </dev/null >/dev/null 2>&1 &
    looked=0
    until [ -s "$step/process" ] || [ "$looked" -ge 100 ]; do
      looked=$((looked + 1))
      sleep 0.05 2>/dev/null || sleep 1
    done
  else
    rm -rf "$step"
  fi
fi
if [ ! -d "$step" ]; then
  echo ${quote(token)} >&2
  exit ${notBegunCode}
fi
echo "$step"`;

/** Prints what a job wrote so far, and last its state: `unknown`, `running`, `late`, `lost`, or its exit code. */
export const look = (id: string, quote: Quote): string =>
  `${placing({ key: jobs, step: id }, true, quote)}
${began}
alive() {
  [ -s "$step/process" ] || return
  read -r pid start <"$step/process"
  kill -0 "$pid" 2>/dev/null && [ "$(began "$pid")" = "$start" ]
}
state=unknown
if [ "$base" ] && [ -d "$step" ]; then
  state=lost
  # One that ended between the two looks has its code by now.
  if alive; then state=running; fi
  if [ -e "$step/late" ]; then state=late; fi
  if [ -s "$step/code" ]; then state=$(cat "$step/code"); fi
  cat "$step/stdout" 2>/dev/null
  cat "$step/stderr" >&2 2>/dev/null
fi
printf '\\n%s\\n' "$state"`;

/** Removes what is kept of a job. Prints its folder. */
export const forget = (id: string, quote: Quote): string => `${placing({ key: jobs, step: id }, true, quote)}
[ ! "$base" ] || rm -rf "$step"
echo "$step"`;

/** Removes what is kept of the jobs of a run that are over; the others do it themselves when they are. */
export const forgetAll = (key: string, quote: Quote): string => `${places}
for base in "$home" "$(spare)"; do
  own "$base" || continue
  for step in "$base"/${jobs}/${quote(key)}.*; do
    [ -d "$step" ] || continue
    : >"$step/forget"
    if [ -s "$step/code" ] || [ -e "$step/late" ]; then rm -rf "$step"; fi
  done
  cd / && rmdir "$base/${jobs}" 2>/dev/null
done
:`;
