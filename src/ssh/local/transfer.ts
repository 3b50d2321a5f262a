import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Connection, SshTarget, TransferOptions } from '#core/ssh.ts';
import * as faults from '../faults.ts';
import { blocksOf, counting } from '../transfer.ts';

/** Writes beside the file, then renames. */
export async function upload(
  at: SshTarget,
  content: Parameters<Connection['upload']>[0],
  path: string,
  options: TransferOptions,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const mode =
      options.mode ??
      (await stat(path)
        .then((found) => found.mode & 0o7777)
        .catch(() => 0o600));
    const source = Buffer.isBuffer(content) ? Readable.from(blocksOf(content)) : createReadStream(content.path);
    await pipeline(source, counting(options), createWriteStream(temporary, { mode: 0o600, flags: 'wx' }), {
      signal: options.signal,
    });
    await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw options.signal.aborted
      ? faults.cancelled(at)
      : faults.transferFailed(at, path, faults.plainCause(cause), cause);
  }
}

/** Copies to a local file. */
export async function download(at: SshTarget, path: string, local: string, options: TransferOptions): Promise<void> {
  try {
    await pipeline(
      createReadStream(path),
      counting(options),
      createWriteStream(local, { mode: options.mode ?? 0o600 }),
      { signal: options.signal },
    );
  } catch (cause) {
    throw options.signal.aborted
      ? faults.cancelled(at)
      : faults.transferFailed(at, path, faults.plainCause(cause), cause);
  }
}
