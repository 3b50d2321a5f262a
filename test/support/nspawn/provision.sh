#!/bin/sh
# Runs in a fresh root file system (chroot), once: what every test host has. No network is needed from here on.
set -eu
export LC_ALL=C

systemctl enable systemd-networkd.service ssh.service >/dev/null 2>&1
for timer in apt-daily apt-daily-upgrade dpkg-db-backup e2scrub_all fstrim; do
  systemctl disable "$timer.timer" >/dev/null 2>&1 || :
done
systemctl disable e2scrub_reap.service >/dev/null 2>&1 || :
# Started by the cases that are about them.
systemctl disable supervisor.service ufw.service >/dev/null 2>&1
systemctl mask systemd-networkd-wait-online.service >/dev/null 2>&1

# Twins must not differ by what is made at a first start.
systemd-machine-id-setup >/dev/null 2>&1
ssh-keygen -A >/dev/null
mkdir -p -m 700 /root/.ssh

# People and groups to own things.
groupadd --gid 2000 judges
useradd --uid 2001 --gid judges --create-home --shell /bin/bash alice
useradd --uid 2002 --user-group --create-home --shell /bin/sh bob
echo 'alice ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/alice
chmod 440 /etc/sudoers.d/alice

# A service of our own, which says when it was reloaded.
cat >/etc/systemd/system/judge.service <<'UNIT'
[Unit]
Description=A service for tests

[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c 'echo reloaded >>/run/judge.reloads'

[Install]
WantedBy=multi-user.target
UNIT

# A package repository on the disk itself: apt works without a network.
repository=/srv/packages
mkdir -p "$repository" /tmp/packages
make_package() { # NAME VERSION DEPENDS
  tree="/tmp/packages/$1-$2"
  mkdir -p "$tree/DEBIAN" "$tree/usr/share/$1"
  echo "$1 $2" >"$tree/usr/share/$1/version"
  {
    echo "Package: $1"
    echo "Version: $2"
    echo "Architecture: all"
    echo "Maintainer: Test <test@example.com>"
    [ -z "$3" ] || echo "Depends: $3"
    echo "Description: a package for tests"
  } >"$tree/DEBIAN/control"
  if [ "$1" = judge-conf ]; then
    mkdir -p "$tree/etc"
    echo "version=$2" >"$tree/etc/judge-conf.conf"
    echo /etc/judge-conf.conf >"$tree/DEBIAN/conffiles"
  fi
  file="$repository/$1_$2_all.deb"
  dpkg-deb --root-owner-group --build "$tree" "$file" >/dev/null
  {
    cat "$tree/DEBIAN/control"
    echo "Filename: ./$1_$2_all.deb"
    echo "Size: $(stat -c %s "$file")"
    echo "SHA256: $(sha256sum "$file" | cut -d' ' -f1)"
    echo
  } >>"$repository/Packages"
}
: >"$repository/Packages"
make_package judge-hello 1.0 ''
make_package judge-hello 2.0 ''
make_package judge-needs 1.0 judge-hello
make_package judge-conf 1.0 ''
echo "deb [trusted=yes] file:$repository ./" >/etc/apt/sources.list
apt-get -q update >/dev/null

rm -rf /tmp/packages /var/cache/apt/archives/*.deb /var/log/*.log
