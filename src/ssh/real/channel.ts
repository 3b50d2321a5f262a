import { once } from 'node:events';
import type { Client, ClientChannel } from 'ssh2';
import { type Channel, ChannelRefused, createEnding, type OpenChannel } from '../shell/channel.ts';

/**
 * Opens exec channels on a client; `distrust` ends it. ssh2's refusals carry the protocol's reason, which a lost
 * connection has not.
 */
export const channelOpener =
  (client: Client, distrust: () => void): OpenChannel =>
  (command) =>
    new Promise((resolve, reject) => {
      client.exec(command, (refusal, stream) => {
        if (refusal) reject('reason' in refusal ? new ChannelRefused('no more channels', { cause: refusal }) : refusal);
        else resolve(execChannel(stream, distrust));
      });
    });

function execChannel(stream: ClientChannel, distrust: () => void): Channel {
  const { ended, onEnd, tell } = createEnding();
  stream.on('exit', (code: number | null) => tell(code === null ? { lost: false } : { code, lost: false }));
  stream.on('close', () => tell({ lost: true }));
  stream.on('error', () => tell({ lost: true }));
  stream.stderr.on('error', () => undefined);
  return { stdin: stream, stdout: stream, stderr: stream.stderr, ended, onEnd, close: () => stream.close(), distrust };
}

/** Ends a client politely, then for certain. */
export async function endClient(client: Client, destroy: () => void): Promise<void> {
  const closed = once(client, 'close').catch(() => undefined);
  const timer = setTimeout(destroy, 500);
  client.end();
  await closed;
  clearTimeout(timer);
}
