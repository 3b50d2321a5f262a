import type { Json, JsonObject } from '#core/json.ts';
import type { Fields } from '../modules/state/fields.ts';

/** Prints links, addresses and default routes, where the host has `ip`. */
export const networkProbe = `
if command -v ip >/dev/null 2>&1; then
  ip -o link 2>/dev/null | while read -r l; do say link "$l"; done
  ip -o addr 2>/dev/null | while read -r l; do say addr "$l"; done
  for v in 4 6; do ip -$v route show default 2>/dev/null | { read -r l && say "route.$v" "$l"; }; done
fi`.trim();

const after = (line: string, word: string): string | undefined => new RegExp(`\\b${word} (\\S+)`).exec(line)?.[1];

/** The four numbers of an IPv4 address that so many bits stand for. */
const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (~0 << (32 - prefix)) >>> 0);

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);

const dotted = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

interface Address {
  readonly device: string;
  readonly family: string;
  readonly address: string;
  readonly prefix: number;
  readonly broadcast: string | undefined;
  readonly scope: string | undefined;
}

/** `2: eth0    inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0` */
const addressOf = (line: string): readonly Address[] => {
  const [, device, family, address, prefix] = /^\d+: (\S+)\s+(inet6?) ([0-9a-f.:]+)(?:\/(\d+))?/.exec(line) ?? [];
  if (device === undefined || family === undefined || address === undefined) return [];
  const bits = Number(prefix ?? (family === 'inet' ? 32 : 128));
  return [{ device, family, address, prefix: bits, broadcast: after(line, 'brd'), scope: after(line, 'scope') }];
};

const ipv4Of = ({ address, prefix, broadcast }: Address): JsonObject => {
  const mask = maskOf(prefix);
  return {
    address,
    broadcast: broadcast ?? '',
    netmask: dotted(mask),
    network: dotted((numberOf(address) & mask) >>> 0),
    prefix: String(prefix),
  };
};

const ipv6Of = ({ address, prefix, scope }: Address): JsonObject => ({
  address,
  prefix: String(prefix),
  scope: scope ?? '',
});

interface Link {
  readonly device: string;
  readonly active: boolean;
  readonly mtu: number;
  readonly mac: string | undefined;
  readonly type: string;
}

/** `2: eth0@if7: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc … link/ether 02:42:… brd …` */
const linkOf = (line: string): readonly Link[] => {
  const [, device, flags = ''] = /^\d+: ([^:@\s]+)(?:@\S+)?: <([^>]*)>/.exec(line) ?? [];
  if (device === undefined) return [];
  const [, kind = '', mac] = /link\/(\S+)(?: ([0-9a-f:]{17}))?/.exec(line) ?? [];
  return [
    {
      device,
      active: flags.split(',').includes('UP'),
      mtu: Number(after(line, 'mtu') ?? 0),
      mac: kind === 'loopback' ? undefined : mac,
      type: kind === 'loopback' ? 'loopback' : kind === 'ether' ? 'ether' : 'unknown',
    },
  ];
};

/** The name of a device as a variable can have it. */
const variable = (device: string): string => device.replace(/[-.:]/g, '_');

const isLoopback = ({ address }: Address): boolean => address.startsWith('127.') || address === '::1';

/** The facts of every device, of the default routes, and all addresses. */
export function networkFacts(fields: Fields): JsonObject {
  const links = fields.all('link').flatMap(linkOf);
  const addresses = fields.all('addr').flatMap(addressOf);
  const facts: Record<string, Json> = {};
  for (const { device, active, mtu, mac, type } of links) {
    const own = addresses.filter((one) => one.device === device);
    const [first, ...others] = own.filter(({ family }) => family === 'inet').map(ipv4Of);
    const six = own.filter(({ family }) => family === 'inet6').map(ipv6Of);
    facts[`ansible_${variable(device)}`] = {
      device,
      active,
      mtu,
      type,
      ...(mac === undefined ? {} : { macaddress: mac }),
      ...(first === undefined ? {} : { ipv4: first }),
      ...(others.length === 0 ? {} : { ipv4_secondaries: others }),
      ...(six.length === 0 ? {} : { ipv6: six }),
    };
  }
  const outside = addresses.filter((one) => !isLoopback(one));
  return {
    ...facts,
    ansible_interfaces: links.map(({ device }) => device),
    ansible_all_ipv4_addresses: outside.filter(({ family }) => family === 'inet').map(({ address }) => address),
    ansible_all_ipv6_addresses: outside.filter(({ family }) => family === 'inet6').map(({ address }) => address),
    ansible_default_ipv4: defaultOf(fields, links, addresses, '4'),
    ansible_default_ipv6: defaultOf(fields, links, addresses, '6'),
  };
}

/** The device and address by which the host reaches others; empty when there is no way out. */
function defaultOf(
  fields: Fields,
  links: readonly Link[],
  addresses: readonly Address[],
  version: '4' | '6',
): JsonObject {
  // Where a host has no default route, the way to an address that nobody has tells what it would use.
  const [probed, way] = (version === '4' ? (fields.get('address') ?? '') : '').split(' ');
  const route = fields.get(`route.${version}`) ?? '';
  const device = after(route, 'dev') ?? way;
  if (device === undefined) return {};
  const family = version === '4' ? 'inet' : 'inet6';
  const own = addresses.filter((one) => one.device === device && one.family === family);
  const address = own.find((one) => one.address === (after(route, 'src') ?? probed)) ?? own[0];
  const link = links.find((one) => one.device === device);
  const gateway = after(route, 'via');
  if (address === undefined && !probed) return {};
  return {
    interface: device,
    alias: device,
    ...(address === undefined ? { address: probed ?? '' } : (version === '4' ? ipv4Of : ipv6Of)(address)),
    ...(gateway === undefined ? {} : { gateway }),
    ...(link === undefined ? {} : { mtu: link.mtu, type: link.type }),
    ...(link?.mac === undefined ? {} : { macaddress: link.mac }),
  };
}
