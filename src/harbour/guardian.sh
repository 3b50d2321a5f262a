#!/bin/sh
# Ends whatever the harbour started, when the harbour itself is gone and could not: nothing of it may outlive the bot.
# Waits for the end of its input, which comes however the harbour dies, then ends every process marked as the harbour's:
# by its environment, or by the number of file locks it may hold (processes.ts).
mark=$1 locks=$2
cat >/dev/null

marked() {
  {
    grep -lsF "QUARTERDECK_HARBOUR=$mark" /proc/[0-9]*/environ
    grep -lsE "^Max file locks +$locks +$locks " /proc/[0-9]*/limits
  } 2>/dev/null | cut -d/ -f3 | sort -u
}

# One that ended may stand in the table until its parent takes note of it.
running() {
  for pid; do
    grep -qsE '^State:[[:space:]]+[ZX]' "/proc/$pid/status" || echo "$pid"
  done
}

# What became another account by sudo is ended the same way.
end() {
  kill "-$1" "$2" 2>/dev/null && return
  owner=$(stat -c %u "/proc/$2" 2>/dev/null) || return
  sudo -n -u "#$owner" -- sh -c "kill -$1 $2" </dev/null >/dev/null 2>&1
}

name=TERM
tries=0
while [ $tries -lt 40 ]; do
  # shellcheck disable=SC2046
  found=$(running $(marked))
  [ -n "$found" ] || exit 0
  [ $tries -ge 10 ] && name=KILL
  for pid in $found; do end $name "$pid"; done
  tries=$((tries + 1))
  sleep 0.1 2>/dev/null || sleep 1
done
