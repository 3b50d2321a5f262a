#!/bin/sh
# systemctl for one host of the harbour: enough of systemd's for the service module, the facts and a curious person.
# Units are etc/units/NAME.service; a unit's process runs in a session of its own, in the host's folder, its output in
# var/log/NAME.log. What is under way is in run/: NAME.pid, NAME.sup (who watches it), NAME.failed (its exit code).
LC_ALL=C
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
units=$root/etc/units enabled=$root/etc/enabled run=$root/run logs=$root/var/log

say_error() { printf '%s\n' "$*" >&2; }
moment() { sleep 0.05 2>/dev/null || sleep 1; }
# To the millisecond, as the shop writes: else a line of the same second looks older. Not every date can.
now() {
  stamp=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
  case ${stamp##*.} in [0-9][0-9][0-9]Z) echo "$stamp" ;; *) echo "${stamp%%.*}Z" ;; esac
}
key() { sed -n "s/^$2=//p" "$units/$1.service" | tail -n 1; }
loaded() { [ -f "$units/$1.service" ]; }
main_pid() { cat "$run/$1.pid" 2>/dev/null || echo 0; }
active() { pid=$(main_pid "$1"); [ "$pid" != 0 ] && kill -0 "$pid" 2>/dev/null; }
failed() { [ -f "$run/$1.failed" ]; }
state() { if active "$1"; then echo active; elif failed "$1"; then echo failed; else echo inactive; fi; }
sub_state() { case $(state "$1") in active) echo running ;; failed) echo failed ;; *) echo dead ;; esac; }
file_state() { if [ -e "$enabled/$1" ]; then echo enabled; else echo disabled; fi; }
all_units() { for file in "$units"/*.service; do [ -f "$file" ] && basename "$file" .service; done; }

not_found() {
  loaded "$2" && return 1
  say_error "Failed to $1 $2.service: Unit $2.service not found."
}

# Runs a unit's process, waits for its end and notes how it ended. A stop reaches the whole session, this shell too,
# which only has to outlive its child.
supervise() {
  cd "$root" || exit 1
  mkdir -p "$logs" "$run"
  exec </dev/null >>"$logs/$1.log" 2>&1
  trap : TERM INT HUP
  sh -c "exec $(key "$1" ExecStart)" &
  child=$!
  echo $$ >"$run/$1.sup"
  echo "$child" >"$run/.$1.pid" && mv "$run/.$1.pid" "$run/$1.pid"
  printf '%s info %s.service started, pid %s\n' "$(now)" "$1" "$child"
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  if [ -f "$run/$1.stopping" ] || [ "$code" = 0 ]; then
    printf '%s info %s.service stopped\n' "$(now)" "$1"
  else
    printf '%s error %s.service failed, exit code %s\n' "$(now)" "$1" "$code"
    echo "$code" >"$run/$1.failed"
  fi
  rm -f "$run/$1.pid" "$run/$1.sup" "$run/$1.stopping"
}

start() {
  not_found start "$1" && return 5
  active "$1" && return 0
  mkdir -p "$run"
  rm -f "$run/$1.pid" "$run/$1.failed" "$run/$1.stopping"
  if command -v setsid >/dev/null 2>&1; then setsid sh "$0" --supervise "$1" </dev/null >/dev/null 2>&1 &
  else sh "$0" --supervise "$1" </dev/null >/dev/null 2>&1 & fi
  tries=0
  until [ -s "$run/$1.pid" ] || failed "$1" || [ $tries -ge 100 ]; do tries=$((tries + 1)); moment; done
  moment
  active "$1" && return 0
  failed "$1" || return 0
  say_error "Job for $1.service failed because the process exited with error code $(cat "$run/$1.failed")."
  return 1
}

ended_within() {
  tries=0
  while [ -e "$run/$1.pid" ] && [ $tries -lt "$2" ]; do tries=$((tries + 1)); moment; done
  [ ! -e "$run/$1.pid" ]
}

# TERM for the unit's whole session, three seconds, then KILL: the process first, so that its watcher still notes the end.
stop() {
  not_found stop "$1" && return 5
  if active "$1"; then
    : >"$run/$1.stopping"
    watcher=$(cat "$run/$1.sup")
    kill -TERM "-$watcher" 2>/dev/null || kill -TERM "$pid" 2>/dev/null
    ended_within "$1" 60 || { kill -KILL "$pid" 2>/dev/null; ended_within "$1" 10; }
    kill -KILL "-$watcher" 2>/dev/null
  fi
  rm -f "$run/$1.pid" "$run/$1.sup" "$run/$1.stopping" "$run/$1.failed"
  return 0
}

reload() {
  not_found reload "$1" && return 5
  if active "$1"; then kill -HUP "$(main_pid "$1")"; else
    say_error "$1.service is not active, cannot reload."
    return 1
  fi
}

status() {
  loaded "$1" || { say_error "Unit $1.service could not be found."; return 4; }
  printf '* %s.service - %s\n' "$1" "$(key "$1" Description)"
  printf '     Loaded: loaded (%s; %s)\n' "$units/$1.service" "$(file_state "$1")"
  printf '     Active: %s (%s)\n' "$(state "$1")" "$(sub_state "$1")"
  active "$1" && printf '   Main PID: %s\n' "$(main_pid "$1")"
  [ -f "$logs/$1.log" ] && { echo; tail -n 10 "$logs/$1.log"; }
  active "$1" || return 3
}

property() {
  case $2 in
    Id | Names) echo "$1.service" ;;
    Description) loaded "$1" && key "$1" Description || echo "$1.service" ;;
    LoadState) loaded "$1" && echo loaded || echo not-found ;;
    ActiveState) state "$1" ;;
    SubState) sub_state "$1" ;;
    UnitFileState) loaded "$1" && file_state "$1" || echo ;;
    FragmentPath) loaded "$1" && echo "$units/$1.service" || echo ;;
    MainPID) active "$1" && main_pid "$1" || echo 0 ;;
    ExecMainStatus) cat "$run/$1.failed" 2>/dev/null || echo 0 ;;
    Result) failed "$1" && echo exit-code || echo success ;;
    CanReload) echo yes ;;
    Type) echo simple ;;
    *) return 1 ;;
  esac
}

show() {
  wanted=${properties:-Id Description LoadState ActiveState SubState UnitFileState FragmentPath MainPID ExecMainStatus Result CanReload Type}
  for name in $wanted; do
    value=$(property "$1" "$name") || continue
    if [ "$value_only" = 1 ]; then printf '%s\n' "$value"; else printf '%s=%s\n' "$name" "$value"; fi
  done
}

list_units() {
  count=0
  for unit in $(all_units); do
    found=$(state "$unit")
    [ -n "$only_state" ] && [ "$only_state" != "$found" ] && continue
    [ -z "$only_state" ] && [ "$found" = inactive ] && [ "$all" != 1 ] && continue
    count=$((count + 1))
    [ $count = 1 ] && [ "$legend" = 1 ] && echo 'UNIT LOAD ACTIVE SUB DESCRIPTION'
    printf '%s.service loaded %s %s %s\n' "$unit" "$found" "$(sub_state "$unit")" "$(key "$unit" Description)"
  done
  [ "$legend" = 1 ] && printf '\n%s loaded units listed.\n' "$count"
  return 0
}

list_files() { for unit in $(all_units); do printf '%s.service %s\n' "$unit" "$(file_state "$unit")"; done; }

running() {
  for unit in $(all_units); do failed "$unit" && { echo degraded; return 1; }; done
  echo running
}

# One line for is-active and its like; prints nothing when quiet.
tell() { [ "$quiet" = 1 ] || printf '%s\n' "$1"; }

one() {
  case $verb in
    start) start "$1" ;;
    stop) stop "$1" ;;
    restart) not_found restart "$1" && return 5; stop "$1" && start "$1" ;;
    try-restart) active "$1" || return 0; stop "$1" && start "$1" ;;
    reload) reload "$1" ;;
    reload-or-restart) if active "$1"; then reload "$1"; else start "$1"; fi ;;
    status) status "$1" ;;
    show) show "$1" ;;
    cat) not_found cat "$1" && return 1; cat "$units/$1.service" ;;
    kill) active "$1" && kill -TERM "$(main_pid "$1")" ;;
    is-active) tell "$(state "$1")"; active "$1" || return 3 ;;
    is-failed) tell "$(state "$1")"; [ "$(state "$1")" = failed ] ;;
    is-enabled)
      loaded "$1" || { say_error "Failed to get unit file state for $1.service: No such file or directory"; return 1; }
      tell "$(file_state "$1")"
      [ -e "$enabled/$1" ]
      ;;
    enable)
      not_found enable "$1" && return 1
      mkdir -p "$enabled" && : >"$enabled/$1"
      [ "$now_too" != 1 ] || start "$1"
      ;;
    disable)
      not_found disable "$1" && return 1
      rm -f "$enabled/$1"
      [ "$now_too" != 1 ] || stop "$1"
      ;;
    reset-failed) rm -f "$run/$1.failed" ;;
  esac
}

verb='' names='' properties='' value_only=0 quiet=0 only_state='' legend=1 all=0 now_too=0
[ "$1" = --supervise ] && { supervise "$2"; exit; }
while [ $# -gt 0 ]; do
  case $1 in
    -p | --property) shift; properties="$properties $(printf %s "$1" | tr , ' ')" ;;
    --property=*) properties="$properties $(printf %s "${1#*=}" | tr , ' ')" ;;
    -p?*) properties="$properties $(printf %s "${1#-p}" | tr , ' ')" ;;
    --value) value_only=1 ;;
    -q | --quiet) quiet=1 ;;
    --failed) only_state=failed ;;
    --state=*) only_state=${1#*=} ;;
    --state) shift; only_state=$1 ;;
    --no-legend | --legend=*) legend=0 ;;
    -a | --all) all=1 ;;
    --now) now_too=1 ;;
    -t | -n | -o | --type | --lines | --output) shift ;;
    --version) echo 'systemd 252 (harbour)'; exit 0 ;;
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$1; else names="$names ${1%.service}"; fi ;;
  esac
  [ $# -gt 0 ] && shift
done
case $names in *[!A-Za-z0-9_.@\ -]*) say_error 'Invalid unit name.'; exit 1 ;; esac

case $verb in
  '' | list-units) list_units; exit ;;
  list-unit-files) list_files; exit ;;
  daemon-reload | daemon-reexec) exit 0 ;;
  is-system-running) running; exit ;;
  reset-failed) [ -n "$names" ] || names=$(all_units) ;;
  start | stop | restart | try-restart | reload | reload-or-restart | status | show | cat | kill | is-active | is-failed | is-enabled | enable | disable) ;;
  *) say_error "Unknown command verb $verb."; exit 1 ;;
esac
[ -n "$names" ] || { [ "$verb" = show ] && exit 0; say_error 'Too few arguments.'; exit 1; }
result=0
for unit in $names; do one "$unit" || result=$?; done
exit $result
