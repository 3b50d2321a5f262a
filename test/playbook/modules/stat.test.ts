import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { stat } from '#playbook/modules/stat.ts';
import { shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'stat-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('stat, on %s', (_name, shell) => {
  const look = async (args: JsonObject): Promise<unknown> => (await tryModule(stat, args, { shell })).plan.result.stat;

  it('tells what Ansible tells about a file', async () => {
    const path = join(folder, "it's\na file");
    writeFileSync(path, 'hello\n', { mode: 0o640 });
    const found = statSync(path);
    expect(await look({ path, checksum_algorithm: 'sha256' })).toMatchObject({
      exists: true,
      path,
      mode: '0640',
      isreg: true,
      isdir: false,
      islnk: false,
      size: 6,
      uid: found.uid,
      inode: found.ino,
      nlink: 1,
      rusr: true,
      wgrp: false,
      readable: true,
      executable: false,
      mtime: Math.floor(found.mtimeMs / 1000),
      checksum: createHash('sha256').update('hello\n').digest('hex'),
    });
  });

  it('says only that nothing is there when nothing is', async () => {
    expect(await look({ path: join(folder, 'no') })).toEqual({ exists: false });
  });

  it('tells a link and what it leads to, or follows it', async () => {
    symlinkSync('nowhere\n', join(folder, 'l'));
    expect(await look({ path: join(folder, 'l') })).toMatchObject({
      exists: true,
      islnk: true,
      isreg: false,
      lnk_target: 'nowhere\n',
    });
    expect(await look({ path: join(folder, 'l'), follow: true })).toEqual({ exists: false });
    writeFileSync(join(folder, 'f'), '');
    symlinkSync('f', join(folder, 'm'));
    expect(await look({ path: join(folder, 'm'), follow: true })).toMatchObject({ islnk: false, isreg: true });
    expect(await look({ path: join(folder, 'm') })).toMatchObject({ lnk_source: join(folder, 'f') });
  });

  it('leaves checksum and type out when they are not wanted', async () => {
    const found = await look({ path: folder, get_checksum: false, get_mime: false });
    expect(found).toMatchObject({ isdir: true });
    expect(Object.keys(found as object)).not.toContain('checksum');
    expect(Object.keys(found as object)).not.toContain('mimetype');
  });
});
