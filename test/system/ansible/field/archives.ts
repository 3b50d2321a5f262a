import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An archive that stands in for a download: the same bytes wherever it is made. */
export interface Archive {
  readonly name: string;
  readonly content: Buffer;
  /** As `get_url` takes it. */
  readonly checksum: string;
}

/** Where every test host serves its archives, on its own loopback. */
export const downloads = 'http://127.0.0.1:9000';

/** Makes a `.tar.gz` or `.zip` of files by their paths; those in a folder `bin`, and those without an extension, can be run. */
export function archive(name: string, files: Readonly<Record<string, string>>): Archive {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'in', path)), { recursive: true });
      writeFileSync(join(folder, 'in', path), text, { mode: /(^|\/)bin\/|^[^.]+$/.test(path) ? 0o755 : 0o644 });
    }
    const script = name.endsWith('.zip')
      ? 'umask 022; find . -exec touch -d @1700000000 {} + && find . -type f | LC_ALL=C sort | TZ=UTC zip -q -X "$1" -@'
      : 'umask 022; tar --sort=name --mtime=@1700000000 --owner=0 --group=0 --numeric-owner -c -- * | gzip -n >"$1"';
    execFileSync('sh', ['-c', script, 'sh', join(folder, name)], { cwd: join(folder, 'in') });
    const content = readFileSync(join(folder, name));
    return { name, content, checksum: `sha256:${createHash('sha256').update(content).digest('hex')}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A shell script after which a host serves these archives. */
export const serving = (archives: readonly Archive[]): string =>
  [
    'set -eu; mkdir -p /srv/downloads',
    ...archives.map(
      ({ name, content }) => `base64 -d >'/srv/downloads/${name}' <<'END'\n${content.toString('base64')}\nEND`,
    ),
    `systemd-run -q --unit=downloads python3 -m http.server 9000 --bind 127.0.0.1 --directory /srv/downloads`,
    'until curl -sf -o /dev/null http://127.0.0.1:9000/; do sleep 0.1; done',
  ].join('\n');
