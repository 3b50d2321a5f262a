import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system with little room, for what happens when it is full. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
}

/** A container that may mount nothing has this one, of 64 MB. */
const shared = '/dev/shm';
const smallEnough = 256e6;

/** A disk with room for so many MB; undefined where this account may not mount one and no other is small. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  return (await mounted(megabytes)) ?? (await leftOver(megabytes * 2 ** 20));
}

async function mounted(megabytes: number): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'small-disk-'));
  const remove = () => rm(path, { recursive: true });
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', path]);
  if (status !== 0) return void (await remove());
  return {
    path,
    async [Symbol.asyncDispose]() {
      spawnSync('umount', ['-l', path]);
      await remove();
    },
  };
}

/** The rest of a disk that is small already, most of it taken. */
async function leftOver(bytes: number): Promise<SmallDisk | undefined> {
  const { blocks, bavail, bsize } = await statfs(shared).catch(() => ({ blocks: 0, bavail: 0, bsize: 0 }));
  if (blocks * bsize > smallEnough || bavail * bsize < bytes) return undefined;
  const folder = await mkdtemp(join(shared, 'small-disk-'));
  await writeFile(join(folder, 'taken'), Buffer.alloc(bavail * bsize - bytes));
  const path = join(folder, 'disk');
  await mkdir(path);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Whether there can be a small disk here. */
export async function hasSmallDisk(): Promise<boolean> {
  await using disk = await smallDisk(1);
  return disk !== undefined;
}
