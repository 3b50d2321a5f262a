import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Knows which connections serve a request. Browsers keep connections open in advance; Node counts one that never
 * asked anything as busy, and a server that stops would wait for it.
 */
export const watchConnections = (server: Server): { closeQuiet(): void } => {
  const busy = new Map<Socket, number>();
  server.on('connection', (socket: Socket) => {
    busy.set(socket, 0);
    socket.once('close', () => busy.delete(socket));
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      if (busy.has(socket)) busy.set(socket, (busy.get(socket) ?? 1) - 1);
    });
  });
  return {
    closeQuiet() {
      for (const [socket, requests] of busy) if (requests === 0) socket.destroy();
    },
  };
};
