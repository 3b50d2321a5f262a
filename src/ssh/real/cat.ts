import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TransferOptions } from '#core/ssh.ts';
import * as faults from '../faults.ts';
import { quote } from '../quote.ts';
import type { Channel } from '../shell/channel.ts';
import { octalCommand } from '../shell/script.ts';
import { createTail } from '../shell/tail.ts';
import { counting } from '../transfer.ts';
import type { TransferParts } from './transfers.ts';

/** Sends a file where there is no SFTP: `cat` into a temporary file beside the target, then a rename. */
export async function catUpload(
  { at, open }: TransferParts,
  { source, bytes }: { readonly source: Readable; readonly bytes: number },
  path: string,
  options: TransferOptions,
  signal: AbortSignal,
): Promise<void> {
  const channel = await open(octalCommand(uploadScript(path, bytes, options.mode)), signal);
  const said = listen(channel);
  channel.stdout.resume();
  try {
    await pipeline(source, counting(options), channel.stdin, { signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
  }
  await finished(channel, said, at, path);
}

/** Fetches a file where there is no SFTP. */
export async function catDownload(
  { at, open }: TransferParts,
  path: string,
  target: Writable,
  options: TransferOptions,
  signal: AbortSignal,
): Promise<void> {
  const channel = await open(octalCommand(`exec cat < ${quote(path)}`), signal);
  const said = listen(channel);
  await pipeline(channel.stdout, counting(options), target, { signal });
  await finished(channel, said, at, path);
}

/** Half a file never takes the target's name: a broken line looks like the end of the input, so the size decides. */
const uploadScript = (path: string, bytes: number, mode: number | undefined): string =>
  [
    `p=${quote(path)}; umask 077; d=$(dirname -- "$p") || exit`,
    't=$(mktemp "$d/.qd.XXXXXX") || exit',
    `trap 'rm -f "$t"' EXIT; trap 'exit 1' HUP TERM INT`,
    mode === undefined ? 'm=$(stat -c %a -- "$p" 2>/dev/null || echo 600)' : `m=${mode.toString(8)}`,
    `cat > "$t" && [ $(wc -c < "$t") -eq ${bytes} ] || exit`,
    'chmod "$m" "$t" && mv -f -- "$t" "$p"',
  ].join('\n');

function listen(channel: Channel): () => string {
  const tail = createTail(500);
  channel.stderr.on('data', (chunk: Buffer) => tail.push(chunk));
  return tail.text;
}

async function finished(channel: Channel, said: () => string, at: TransferParts['at'], path: string): Promise<void> {
  const end = await channel.ended;
  if (end.code !== 0) throw faults.transferFailed(at, path, said().trim().split('\n').at(-1) ?? 'cat');
}
