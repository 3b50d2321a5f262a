import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client, SFTPWrapper } from 'ssh2';
import { Fault } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Connection, SshTarget, TransferOptions } from '#core/ssh.ts';
import * as faults from '../faults.ts';
import type { Pool } from '../shell/pool.ts';
import { blocksOf, counting } from '../transfer.ts';
import { catDownload, catUpload } from './cat.ts';
import { answer, readAll, writeAll } from './sftp.ts';

export interface TransferParts {
  readonly at: SshTarget;
  readonly client: Client;
  readonly open: Pool['channel'];
  readonly lost: AbortSignal;
  /** Why the connection went away. */
  loss(): faults.Loss;
  readonly log: Log;
}

type Transfers = Pick<Connection, 'upload' | 'download'>;

/** Transfers by SFTP on one kept channel, or by `cat` where the host has no SFTP, or allows no channel for it. */
export function createTransfers(parts: TransferParts): Transfers {
  const { at, lost, loss } = parts;
  const session = sftpSession(parts);
  const run = async (path: string, options: TransferOptions, work: (signal: AbortSignal) => Promise<void>) => {
    const signal = AbortSignal.any([options.signal, lost]);
    try {
      await untilAborted(work(signal), signal);
    } catch (cause) {
      if (options.signal.aborted) throw faults.cancelled(at);
      if (lost.aborted) throw faults.lost(at, true, loss());
      throw cause instanceof Fault ? cause : faults.transferFailed(at, path, faults.plainCause(cause), cause);
    }
  };
  return {
    upload: (content, path, options) =>
      run(path, options, async (signal) => {
        const source = Buffer.isBuffer(content)
          ? Readable.from(blocksOf(content))
          : createReadStream(content.path, { highWaterMark: 256 * 1024 });
        const sftp = await session();
        if (sftp) await sftpUpload(sftp, source, path, options, signal);
        else await catUpload(parts, { source, bytes: await sizeOf(content) }, path, options, signal);
      }),
    download: (path, local, options) =>
      run(path, options, async (signal) => {
        const sftp = await session();
        const target = createWriteStream(local, { mode: options.mode ?? 0o600 });
        if (!sftp) return catDownload(parts, path, target, options, signal);
        const handle = await answer<Buffer>((done) => sftp.open(path, 'r', done));
        const source = Readable.from(readAll(sftp, handle, signal));
        await pipeline(source, counting(options), target, { signal }).finally(() => closeQuietly(sftp, handle));
      }),
  };
}

const sizeOf = async (content: Parameters<Connection['upload']>[0]): Promise<number> =>
  Buffer.isBuffer(content) ? content.length : (await stat(content.path)).size;

/** The work's outcome, or a rejection as soon as the signal says so; the work itself ends at its next look at the signal. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  work.catch(() => undefined);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort));
}

/** Opens the SFTP channel once; undefined when the host has none. A session that ended is opened again. */
function sftpSession({ at, client, log }: TransferParts): () => Promise<SFTPWrapper | undefined> {
  let opened: Promise<SFTPWrapper | undefined> | undefined;
  const openOne = async (): Promise<SFTPWrapper | undefined> => {
    try {
      const sftp = await answer<SFTPWrapper>((done) => client.sftp(done));
      sftp.on('close', () => {
        opened = undefined;
      });
      sftp.on('error', (cause: Error) => log.debug({ host: at.name, cause }, 'sftp error'));
      return sftp;
    } catch (cause) {
      log.debug({ host: at.name, cause }, 'no sftp; files go by cat');
      return undefined;
    }
  };
  return () => {
    opened ??= openOne();
    return opened;
  };
}

async function sftpUpload(
  sftp: SFTPWrapper,
  source: AsyncIterable<Buffer>,
  path: string,
  options: TransferOptions,
  signal: AbortSignal,
): Promise<void> {
  const mode = options.mode ?? (await modeOf(sftp, path)) ?? 0o600;
  const temporary = posix.join(
    posix.dirname(path),
    `.${posix.basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}`,
  );
  const handle = await answer<Buffer>((done) => sftp.open(temporary, 'wx', { mode: 0o600 }, done));
  try {
    await writeAll(sftp, handle, source, options.onProgress ?? (() => undefined), signal);
    await answer<void>((done) => sftp.fchmod(handle, mode, done));
    await sync(sftp, handle);
    await answer<void>((done) => sftp.close(handle, done));
    await replace(sftp, temporary, path);
  } catch (cause) {
    closeQuietly(sftp, handle);
    sftp.unlink(temporary, () => undefined);
    throw cause;
  }
}

const modeOf = (sftp: SFTPWrapper, path: string): Promise<number | undefined> =>
  answer<{ mode: number }>((done) => sftp.stat(path, done)).then(
    (found) => found.mode & 0o7777,
    () => undefined,
  );

/** fsync where the host offers it; ssh2 throws at once where it does not. */
async function sync(sftp: SFTPWrapper, handle: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  try {
    sftp.ext_openssh_fsync(handle, (error) => (error ? reject(error) : resolve()));
  } catch {
    resolve();
  }
  await promise;
}

/** The atomic rename of OpenSSH; where it is not offered, away with the old one first. */
async function replace(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  let offered = true;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  try {
    sftp.ext_openssh_rename(from, to, (error) => (error ? reject(error) : resolve()));
  } catch {
    offered = false;
    resolve();
  }
  await promise;
  if (offered) return;
  await answer<void>((done) => sftp.unlink(to, done)).catch(() => undefined);
  await answer<void>((done) => sftp.rename(from, to, done));
}

const closeQuietly = (sftp: SFTPWrapper, handle: Buffer): void => {
  try {
    sftp.close(handle, () => undefined);
  } catch {
    // The channel is gone, and the handle with it.
  }
};
