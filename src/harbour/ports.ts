import { once } from 'node:events';
import net from 'node:net';
import { readIfThere, writeWhole } from './files.ts';

/** What each host listens on: SSH, and the service it runs. */
export type Ports = Readonly<Record<string, { readonly ssh: number; readonly service: number }>>;

/**
 * The ports of earlier starts where they are still free, so that links and bookmarks go on working; else others. All are
 * held until the last is found, so that no two are the same.
 */
export async function settlePorts(file: string, hosts: readonly string[]): Promise<Ports> {
  const earlier = readPorts((await readIfThere(file)) ?? '{}');
  const ports: Record<string, { ssh: number; service: number }> = {};
  const held: net.Server[] = [];
  try {
    for (const host of hosts) {
      const { ssh = 0, service = 0 } = earlier[host] ?? {};
      ports[host] = { ssh: await freeOr(ssh, held), service: await freeOr(service, held) };
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  }
  const text = `${JSON.stringify(ports, null, 2)}\n`;
  await writeWhole(file, text);
  return ports;
}

function readPorts(text: string): Partial<Ports> {
  try {
    return JSON.parse(text) as Partial<Ports>; // our own file; a wrong number only means another port
  } catch {
    return {};
  }
}

/** The wanted port when it can be had, else any; it stays taken by the server added to `held`. */
async function freeOr(wanted: number, held: net.Server[]): Promise<number> {
  const port = await tryPort(wanted, held);
  return port ?? (await tryPort(0, held)) ?? 0;
}

async function tryPort(port: number, held: net.Server[]): Promise<number | undefined> {
  const server = net.createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    held.push(server);
    const address = server.address();
    return typeof address === 'object' && address ? address.port : undefined;
  } catch {
    return undefined;
  }
}
