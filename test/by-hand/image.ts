import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a small image of this machine's busybox, since no registry is to be had. */
export function dockerImage(engine: string, image: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  const script = `cd "$1" && mkdir -p bin tmp && cp "$(command -v busybox)" bin/ &&
for f in $(ldd bin/busybox | grep -o '/[^ ]*'); do mkdir -p ".\${f%/*}" && cp -L "$f" ".$f"; done
for a in sh sleep cat env echo true; do ln -s busybox bin/$a; done
tar -c . | docker --host "$2" import -c 'CMD ["sleep","1000"]' -c 'ENV PATH=/bin' - "$3"`;
  execFileSync('sh', ['-c', script, 'sh', folder, engine, image], { stdio: 'ignore' });
  rmSync(folder, { recursive: true });
}
