import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs of a host that this machine may lack: small scripts in front of its path, whose state is a file `$KEPT`. */
export interface Programs {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Every call that changes something, as the script wrote it down in `$KEPT.orders`. */
  orders(): readonly string[];
  remove(): void;
}

/** Writes these scripts; each runs under `sh`. */
export const programs = (scripts: Readonly<Record<string, string>>): Programs => {
  const folder = mkdtempSync(join(tmpdir(), 'programs '));
  const kept = join(folder, 'kept');
  writeFileSync(kept, '');
  writeFileSync(`${kept}.orders`, '');
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return {
    folder,
    env: { PATH: `${folder}:${process.env.PATH}`, KEPT: kept },
    orders: () =>
      readFileSync(`${kept}.orders`, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    remove: () => rmSync(folder, { recursive: true }),
  };
};

/** A shell function that writes its words down, each between brackets. */
export const ordered = `ordered() { for w in "$@"; do printf '[%s]' "$w"; done >>"$KEPT.orders"; echo >>"$KEPT.orders"; }`;
