import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

const portInUse = (port: number, cause: unknown): Fault =>
  new Fault(
    {
      code: 'http.port_in_use',
      say: t(`Port ${port} is used by another program.`, `Le port ${port} est utilisé par un autre programme.`),
      next: t(
        'Stop that program, or choose another port: QUARTERDECK_PORT=3001.',
        'Arrêtez ce programme, ou choisissez un autre port : QUARTERDECK_PORT=3001.',
      ),
    },
    { cause },
  );

const cannotListen = (host: string, port: number, cause: unknown): Fault =>
  new Fault(
    {
      code: 'http.cannot_listen',
      say: t(`Cannot listen on ${host}, port ${port}.`, `Impossible d’écouter sur ${host}, port ${port}.`),
      next: t(
        'Check server.host and server.port: the address must be this machine’s, and ports under 1024 need rights.',
        'Vérifiez server.host et server.port : l’adresse doit être celle de cette machine, et les ports sous 1024 demandent des droits.',
      ),
    },
    { cause },
  );

/** Listens, and gives the port. Faults: `http.port_in_use`, `http.cannot_listen`. */
export const listen = async (app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> => {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw code === 'EADDRINUSE' ? portInUse(port, cause) : cannotListen(host, port, cause);
  }
  return (app.server.address() as AddressInfo).port; // a TCP server has no other kind of address
};

/** The address to print. */
export const urlOf = (host: string, port: number): string => {
  const shown = ['0.0.0.0', '::', ''].includes(host) ? 'localhost' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
};
