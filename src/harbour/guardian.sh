#!/bin/sh
# Ends whatever the harbour started, when the harbour itself is gone and could not: nothing of it may outlive the bot.
# Waits for the end of its input, which comes however the harbour dies, then ends every process marked as the harbour's.
mark=$1
cat >/dev/null
name=TERM
tries=0
while [ $tries -lt 40 ]; do
  found=$(grep -lsF "QUARTERDECK_HARBOUR=$mark" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3)
  [ -n "$found" ] || exit 0
  [ $tries -ge 10 ] && name=KILL
  # shellcheck disable=SC2086
  kill -$name $found 2>/dev/null
  tries=$((tries + 1))
  sleep 0.1 2>/dev/null || sleep 1
done
