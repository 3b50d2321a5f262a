import { once } from 'node:events';
import net from 'node:net';
import { readIfThere, writeWhole } from './files.ts';

/** What each host listens on: SSH, and the service it runs. */
export type Ports = Readonly<Record<string, { readonly ssh: number; readonly service: number }>>;

/** The ports of earlier starts where they are still free, so that links and bookmarks go on working; else others. */
export async function settlePorts(file: string, hosts: readonly string[]): Promise<Ports> {
  const earlier = readPorts((await readIfThere(file)) ?? '{}');
  const ports: Record<string, { ssh: number; service: number }> = {};
  for (const host of hosts) {
    const { ssh = 0, service = 0 } = earlier[host] ?? {};
    ports[host] = { ssh: await freeOr(ssh), service: await freeOr(service) };
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

/** The wanted port when it can be had, else any. */
async function freeOr(wanted: number): Promise<number> {
  const port = await tryPort(wanted);
  return port ?? (await tryPort(0)) ?? 0;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = net.createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
