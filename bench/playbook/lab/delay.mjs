// A link with a round-trip time, where the kernel cannot make one: bytes pass at once, each direction half of it late.
import { once } from 'node:events';
import net from 'node:net';

const carry = (from, to, lateMs) => {
  from.on('data', (chunk) => setTimeout(() => to.destroyed || to.write(chunk), lateMs));
  from.on('end', () => setTimeout(() => to.end(), lateMs));
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.destroy(), lateMs));
};

/** Listens on `port` and passes everything on to `target`. What a handshake of TCP costs is paid by the first bytes back. */
export async function startDelay(port, target, roundTripMs) {
  const options = { noDelay: true, allowHalfOpen: true };
  const server = net.createServer(options, (near) => {
    const far = net.connect({ ...options, host: '127.0.0.1', port: target });
    // The other end speaks first in SSH: its greeting comes a round trip late, as after a handshake of TCP.
    far.pause();
    setTimeout(() => far.resume(), roundTripMs);
    carry(near, far, roundTripMs / 2);
    carry(far, near, roundTripMs / 2);
  });
  server.listen(port, '127.0.0.1', 1024);
  await once(server, 'listening');
}
