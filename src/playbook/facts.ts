import type { HostFacts } from '#core/facts.ts';
import { present } from '#core/present.ts';
import type { Applied, Quote } from './modules/module.ts';
import { type Fields, readFields } from './modules/state/fields.ts';

/**
 * Prints what is asked of every host, in one round trip: from `/proc` where there is one, else from whatever POSIX has.
 * Reads only; nothing in it depends on what anybody typed.
 */
export const factsProbe = (_quote: Quote): string =>
  String.raw`
say() { printf '%s=%s\n' "$1" "$2"; }
say hostname "$(hostname 2>/dev/null || uname -n)"
say fqdn "$(hostname -f 2>/dev/null || uname -n)"
say kernel "$(uname -r)"; say machine "$(uname -m)"; say os "$(uname -s)"
[ -r /proc/uptime ] && read -r u r </proc/uptime && say uptime "$u"
if [ -r /proc/loadavg ]; then read -r a b c r </proc/loadavg; say load "$a $b $c"
else say load "$(uptime | sed 's/.*average[s]*: *//; s/,/ /g')"; fi
say cpus "$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c ^processor /proc/cpuinfo 2>/dev/null)"
if [ -r /proc/meminfo ]; then
  while read -r k v r; do case $k in MemTotal: | MemAvailable: | MemFree: | Buffers: | Cached: | SwapTotal: | SwapFree:) say "memory.$'{k%:}" "$v" ;; esac; done </proc/meminfo
fi
df -kP 2>/dev/null | { read -r r; while read -r d t u f p m; do case $d in /*) printf 'disk=%s %s %s\n' "$((u + f))" "$f" "$m" ;; esac; done; }
for f in /etc/os-release /usr/lib/os-release; do
  [ -r "$f" ] || continue
  while IFS='=' read -r k v; do case $k in ID | ID_LIKE | NAME | PRETTY_NAME | VERSION_ID | VERSION_CODENAME) say "release.$k" "$v" ;; esac; done <"$f"
  break
done
if command -v systemctl >/dev/null 2>&1; then
  if l=$(systemctl list-units --failed --plain --no-legend --no-pager 2>/dev/null); then
    say services asked
    printf '%s\n' "$l" | while read -r n r; do [ -n "$n" ] && say failed "$n"; done
  fi
fi
say user.id "$(id -un 2>/dev/null)"; say user.uid "$(id -u)"; say user.gid "$(id -g)"; say user.dir "$HOME"
for p in apt-get dnf yum apk zypper pacman; do command -v "$p" >/dev/null 2>&1 && say package "$p" && break; done
if [ -d /run/systemd/system ]; then say init systemd; elif [ -d /run/openrc ]; then say init openrc; else say init service; fi
command -v ip >/dev/null 2>&1 && ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* dev \([^ ]*\).* src \([^ ]*\).*/address=\2 \1/p' | head -n 1
say date "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
echo end`
    .trim()
    .replaceAll("$'{", '${');

/** A value of `/etc/os-release` without its quotes. */
export const unquoted = (value: string | undefined): string | undefined => value?.replace(/^(["'])(.*)\1$/, '$2');

const kilobytes = (fields: Fields, key: string): number | undefined => {
  const value = fields.number(key);
  return value === undefined ? undefined : value * 1024;
};

const memoryOf = (fields: Fields): HostFacts['memory'] => {
  const total = kilobytes(fields, 'memory.MemTotal');
  const free = kilobytes(fields, 'memory.MemFree') ?? 0;
  const kept = (kilobytes(fields, 'memory.Buffers') ?? 0) + (kilobytes(fields, 'memory.Cached') ?? 0);
  if (total === undefined) return undefined;
  return { totalBytes: total, availableBytes: kilobytes(fields, 'memory.MemAvailable') ?? free + kept };
};

const loadOf = (fields: Fields): HostFacts['load'] => {
  const [one, five, fifteen] = (fields.get('load') ?? '').trim().split(/\s+/).map(Number.parseFloat);
  if (one === undefined || five === undefined || fifteen === undefined) return undefined;
  return [one, five, fifteen].every(Number.isFinite) ? [one, five, fifteen] : undefined;
};

const diskOf = (line: string): NonNullable<HostFacts['disks']>[number] | undefined => {
  const [, total, free, mount] = /^(\d+) (-?\d+) (.+)$/.exec(line) ?? [];
  if (mount === undefined || Number(total) === 0) return undefined;
  return { mount, totalBytes: Number(total) * 1024, freeBytes: Math.max(0, Number(free)) * 1024 };
};

/** One line per file system: the same one mounted twice is told once, at its shortest mount. */
const disksOf = (fields: Fields): HostFacts['disks'] => {
  const disks = fields.all('disk').flatMap((line) => diskOf(line) ?? []);
  const sorted = disks.toSorted((a, b) => a.mount.length - b.mount.length);
  const seen = new Set<string>();
  return sorted.filter((disk) => {
    const key = `${disk.totalBytes} ${disk.freeBytes}`;
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
};

/** Reads what the probe printed into the facts the bot shows. Throws the Fault `module.probe` when it is not whole. */
export const readFacts = (host: string, output: Applied): HostFacts => {
  const fields = readFields(output);
  const release = unquoted(fields.get('release.PRETTY_NAME'));
  const kernel = [fields.get('os'), fields.get('kernel')].filter((part) => part).join(' ');
  return {
    host,
    reachable: true,
    ...present({
      uptimeSeconds: fields.number('uptime'),
      load: loadOf(fields),
      cpus: fields.number('cpus'),
      memory: memoryOf(fields),
      disks: disksOf(fields),
      failedServices: fields.get('services') === undefined ? undefined : fields.all('failed'),
    }),
    system: release === undefined ? kernel : `${release} (${kernel})`,
  };
};
