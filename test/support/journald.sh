#!/bin/sh
# Lets systemd-journald write a journal into the folder $1: what the commands on standard input say to it. Runs as root
# in mounts of its own, where nothing of this machine's journal, if it has one, is seen.
set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/log/journal "/run/log/journal/$(cat /etc/machine-id)" /run/systemd/journal /run/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\nReadKMsg=no\nRateLimitBurst=0\n' >/run/systemd/journald.conf.d/test.conf
/usr/lib/systemd/systemd-journald &
journald=$!
trap 'kill "$journald"' EXIT
tries=0
until [ -S /run/systemd/journal/stdout ] && [ -S /run/systemd/journal/io.systemd.journal ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || exit 1
  sleep 0.05
done
eval "$(cat)"
journalctl --sync
trap - EXIT
kill "$journald"
wait "$journald" || true
cp -r /run/log/journal/* "$1"
