#!/bin/sh
# Runs in a copy of the root file system (chroot), once: packages of Debian, with what they need, come into the repository
# that lies on the disk itself. None of them is installed, so that playbooks can do that without a network.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

repository=/srv/packages
echo 'deb http://deb.debian.org/debian bookworm main' >/tmp/debian.list
from_debian() { apt-get -q -o Dir::Etc::SourceList=/tmp/debian.list "$@" >/dev/null; }
from_debian update
from_debian install -y --download-only --no-install-recommends "$@"
for file in /var/cache/apt/archives/*.deb; do
  # The sources of the hosts are read without an epoch in a file's name.
  name=$(basename "$file" | sed 's/%3a/-/')
  mv "$file" "$repository/$name"
  {
    dpkg-deb --field "$repository/$name"
    echo "Filename: ./$name"
    echo "Size: $(stat -c %s "$repository/$name")"
    echo "SHA256: $(sha256sum "$repository/$name" | cut -d' ' -f1)"
    echo
  } >>"$repository/Packages"
done
rm -f /tmp/debian.list /var/lib/apt/lists/*debian.org* /var/log/apt/*
apt-get -q update >/dev/null
