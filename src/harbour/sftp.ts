import { constants } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

type Open = { readonly file: FileHandle } | { readonly folder: string; told: boolean };

/** Serves files by SFTP: what a transfer needs, on the real file system, relative paths from the host's home. */
export function serveSftp(sftp: SFTPWrapper, home: string): void {
  const opened = new Map<number, Open>();
  let next = 0;
  const at = (path: string): string => resolve(home, path);
  const keep = (one: Open): Buffer => {
    next += 1;
    opened.set(next, one);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(next);
    return handle;
  };
  const find = (handle: Buffer): Open => {
    const one = handle.length === 4 ? opened.get(handle.readUInt32BE(0)) : undefined;
    if (!one) throw new Failure(STATUS_CODE.FAILURE);
    return one;
  };
  const fileOf = (handle: Buffer): FileHandle => {
    const one = find(handle);
    if ('file' in one) return one.file;
    throw new Failure(STATUS_CODE.FAILURE);
  };
  /** Answers a request with what the work gives, or with the status its failure stands for. */
  const answer = (id: number, work: () => Promise<void>): void => {
    work().catch((problem) => sftp.status(id, statusOf(problem)));
  };
  const done = (id: number, work: () => Promise<unknown>): void =>
    answer(id, async () => {
      await work();
      sftp.status(id, STATUS_CODE.OK);
    });

  sftp.on('OPEN', (id, path, flags, attributes) =>
    answer(id, async () =>
      sftp.handle(id, keep({ file: await fs.open(at(path), openFlags(flags), attributes.mode ?? 0o666) })),
    ),
  );
  sftp.on('CLOSE', (id, handle) =>
    done(id, async () => {
      const one = find(handle);
      opened.delete(handle.readUInt32BE(0));
      if ('file' in one) await one.file.close();
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, async () => {
      const block = Buffer.alloc(Math.min(length, 256 * 1024));
      const { bytesRead } = await fileOf(handle).read(block, 0, block.length, offset);
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, block.subarray(0, bytesRead));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, block) => done(id, () => writeWhole(fileOf(handle), block, offset)));
  sftp.on('FSTAT', (id, handle) => answer(id, async () => sftp.attrs(id, attributesOf(await fileOf(handle).stat()))));
  sftp.on('STAT', (id, path) => answer(id, async () => sftp.attrs(id, attributesOf(await fs.stat(at(path))))));
  sftp.on('LSTAT', (id, path) => answer(id, async () => sftp.attrs(id, attributesOf(await fs.lstat(at(path))))));
  sftp.on('SETSTAT', (id, path, wanted) => done(id, () => setAttributes(at(path), wanted)));
  sftp.on('FSETSTAT', (id, handle, wanted) =>
    done(id, async () => {
      if (wanted.mode !== undefined) await fileOf(handle).chmod(wanted.mode & 0o7777);
      if (wanted.size !== undefined) await fileOf(handle).truncate(wanted.size);
    }),
  );
  sftp.on('RENAME', (id, from, to) => done(id, () => fs.rename(at(from), at(to))));
  sftp.on('REMOVE', (id, path) => done(id, () => fs.unlink(at(path))));
  sftp.on('MKDIR', (id, path, wanted) => done(id, () => fs.mkdir(at(path), { mode: wanted.mode ?? 0o777 })));
  sftp.on('RMDIR', (id, path) => done(id, () => fs.rmdir(at(path))));
  sftp.on('REALPATH', (id, path) =>
    answer(id, async () => sftp.name(id, [{ filename: posix.normalize(at(path)), longname: '', attrs: noAttributes }])),
  );
  sftp.on('OPENDIR', (id, path) =>
    answer(id, async () => {
      await fs.access(at(path), constants.R_OK);
      sftp.handle(id, keep({ folder: at(path), told: false }));
    }),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, async () => {
      const one = find(handle);
      if ('file' in one || one.told) return sftp.status(id, STATUS_CODE.EOF);
      one.told = true;
      sftp.name(id, await namesIn(one.folder));
    }),
  );
  // The client is done: OpenSSH's waits until the channel is closed from here too.
  sftp.on('end', () => sftp.end());
  sftp.on('close', () => {
    for (const one of opened.values()) if ('file' in one) one.file.close().catch(() => undefined);
  });
}

/** A request that fails with a status of the protocol. */
class Failure extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`sftp status ${status}`);
    this.status = status;
  }
}

function statusOf(problem: unknown): number {
  if (problem instanceof Failure) return problem.status;
  const code = problem instanceof Error && 'code' in problem ? problem.code : undefined;
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  return code === 'EACCES' || code === 'EPERM' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}

/** The protocol's open flags as the system's. */
function openFlags(flags: number): number {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const access = has(OPEN_MODE.WRITE)
    ? has(OPEN_MODE.READ)
      ? constants.O_RDWR
      : constants.O_WRONLY
    : constants.O_RDONLY;
  return (
    access |
    (has(OPEN_MODE.APPEND) ? constants.O_APPEND : 0) |
    (has(OPEN_MODE.CREAT) ? constants.O_CREAT : 0) |
    (has(OPEN_MODE.TRUNC) ? constants.O_TRUNC : 0) |
    (has(OPEN_MODE.EXCL) ? constants.O_EXCL : 0)
  );
}

async function writeWhole(file: FileHandle, block: Buffer, offset: number): Promise<void> {
  for (let written = 0; written < block.length; ) {
    const { bytesWritten } = await file.write(block, written, block.length - written, offset + written);
    written += bytesWritten;
  }
}

async function setAttributes(path: string, wanted: { readonly mode?: number; readonly size?: number }): Promise<void> {
  if (wanted.mode !== undefined) await fs.chmod(path, wanted.mode & 0o7777);
  if (wanted.size !== undefined) await fs.truncate(path, wanted.size);
}

const noAttributes: Attributes = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

const attributesOf = (found: Awaited<ReturnType<typeof fs.stat>>): Attributes => ({
  mode: Number(found.mode),
  uid: Number(found.uid),
  gid: Number(found.gid),
  size: Number(found.size),
  atime: Math.floor(Number(found.atimeMs) / 1000),
  mtime: Math.floor(Number(found.mtimeMs) / 1000),
});

async function namesIn(folder: string) {
  const names = ['.', '..', ...(await fs.readdir(folder))];
  return Promise.all(
    names.map(async (filename) => ({
      filename,
      longname: filename,
      attrs: await fs.lstat(join(folder, filename)).then(attributesOf, () => noAttributes),
    })),
  );
}
