import type { Json } from '#core/json.ts';
import { listAt, objectAt, textOf } from '../docker/engine.ts';
import { wrong } from '../state/wrong.ts';

/** A port of the container on one of the host: an empty host port is any free one. */
export interface Port {
  readonly container: string;
  readonly address: string;
  readonly port: string;
}

const unreadable = (text: string): Error =>
  wrong(
    `docker_container: “${text}” is not a port like 8080:80, 127.0.0.1:8080:80 or 8080:80/udp.`,
    `docker_container : « ${text} » n’est pas un port comme 8080:80, 127.0.0.1:8080:80 ou 8080:80/udp.`,
  );

const range = (text: string, whole: string): readonly string[] => {
  const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const count = Number(to) - Number(from) + 1;
  if (from === '' || count < 1 || count > 65_536) throw unreadable(whole);
  return Array.from({ length: count }, (_, index) => String(Number(from) + index));
};

const pattern =
  /^(?:(\[[0-9a-fA-F:]+(?:%[^\]/]+)?\]|\d+\.\d+\.\d+\.\d+):)?(?:([\d-]*):)?([\d-]+)(?:\/(tcp|udp|sctp))?$/;

/** A port as a task writes it; ranges become single ports. */
export const portsOf = (text: string, address: string): readonly Port[] => {
  const match = pattern.exec(text.trim());
  if (match === null) throw unreadable(text);
  const [, ip, host = '', inside = '', protocol = 'tcp'] = match;
  const containers = range(inside, text);
  const many = host !== '' && containers.length > 1;
  const hosts = many ? range(host, text) : containers.map(() => host);
  if (host !== '' && !/^\d+(-\d+)?$/.test(host)) throw unreadable(text);
  if (hosts.length !== containers.length) throw unreadable(text);
  return containers.map((container, index) => ({
    container: `${container}/${protocol}`,
    address: ip === undefined ? address : ip.replace(/^\[(.*)\]$/, '$1'),
    port: hosts[index] ?? '',
  }));
};

/** As the docker command is told. */
export const portWord = ({ container, address, port }: Port): string =>
  `${address === '' ? '' : `${address.includes(':') ? `[${address}]` : address}:`}${address === '' && port === '' ? '' : `${port}:`}${container}`;

/** As it is compared and shown: an address that stands for every one is 0.0.0.0. */
export const shownPort = ({ container, address, port }: Port): string =>
  `${address === '' ? '0.0.0.0' : address}:${port}->${container}`;

/** The ports of a container that is there. */
export const boundPorts = (container: Json): readonly string[] =>
  Object.entries(objectAt(container, 'HostConfig', 'PortBindings')).flatMap(([inside, binds]) =>
    listAt({ binds }, 'binds').map((bind) => {
      const { HostIp = '', HostPort = '' } = objectAt({ bind }, 'bind');
      return shownPort({ container: inside, address: textOf(HostIp), port: textOf(HostPort).replace(/^0$/, '') });
    }),
  );
