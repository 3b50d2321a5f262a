import type { Quote } from '../module.ts';
import { toolPath } from '../state/tools.ts';
import type { AptArgs, AptJob } from './arguments.ts';

/** What every script about apt begins with. `$l` is the folder of its lists, `$s` that of its state. */
export const aptBegin = [
  toolPath,
  'DEBIAN_FRONTEND=noninteractive; DEBIAN_PRIORITY=critical; export DEBIAN_FRONTEND DEBIAN_PRIORITY',
  'set -f',
].join('\n');

/** Where apt keeps its lists, and when they were fetched last: \`cache_time\` prints seconds since the epoch. */
export const cacheFunctions = `l=/var/lib/apt/lists/; s=/var/lib/apt/
eval "$(apt-config shell l Dir::State::lists/d s Dir::State/d 2>/dev/null)"
cache_time() {
  _c=\${s}periodic/update-success-stamp; [ -e "$_c" ] || _c=$l
  stat -c %Y "$_c" 2>/dev/null || date -r "$_c" +%s 2>/dev/null || echo 0
}`;

/** Fetches the lists: \`update TRIES OPTION…\`. Another apt at work is waited for, a failure is tried again, ever later. */
export const updateFunction = (args: Pick<AptArgs, 'lockSeconds' | 'update'>): string => `update() {
  _t=$1; shift; _i=0; _w=0; _d=1
  while :; do
    _e=$(apt-get update -q -o APT::Update::Error-Mode=any "$@" 2>&1) && return 0
    case $_e in
      *'Could not get lock'* | *'Unable to lock'*) [ $_w -lt ${args.lockSeconds} ] || break; _w=$((_w + 1)); sleep 1; continue ;;
    esac
    _i=$((_i + 1)); [ $_i -lt "$_t" ] || break
    sleep $_d; _d=$((_d * 2)); [ $_d -le ${args.update?.maxDelaySeconds ?? 12} ] || _d=${args.update?.maxDelaySeconds ?? 12}
  done
  printf '%s\\n' "Failed to update apt cache: $(printf '%s\\n' "$_e" | grep '^[EW]:' | head -n 5)" >&2
  return 1
}`;

const verbs: Readonly<Record<AptJob['kind'], readonly string[]>> = {
  install: ['install'],
  'build-dep': ['build-dep'],
  remove: ['remove'],
  upgrade: ['upgrade', '--with-new-pkgs'],
  deb: ['install'],
  autoremove: ['autoremove'],
  autoclean: ['autoclean'],
  nothing: [],
};

/** The words of apt-get for the job, quoted, without what it is about. */
export const aptWords = (args: AptArgs, quote: Quote): string => {
  const verb = args.job.kind === 'upgrade' && args.job.whole ? ['dist-upgrade'] : verbs[args.job.kind];
  return [...args.options.map(quote), ...verb].join(' ');
};

/** True when apt-get has anything to do besides fetching lists. */
export const works = (args: AptArgs): boolean => args.job.kind !== 'nothing';
