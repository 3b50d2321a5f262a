import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Fault } from '#core/errors.ts';
import type { SshTarget } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import type { Inventory } from '#playbook/inventory/load.ts';

/** What the configuration says of reaching hosts; all of it plain data, so that it can cross to another process. */
export interface SshDefaults {
  readonly user?: string;
  readonly identityFiles: readonly string[];
  readonly agent: boolean;
  readonly knownHosts: readonly string[];
  readonly connectTimeoutMs: number;
}

/** The keys OpenSSH itself would try. */
const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(homedir(), '.ssh', name));

const tooManyJumps = (host: string): Fault =>
  new Fault({
    code: 'ssh.jump_loop',
    say: t(`The jump hosts of ${host} lead in a circle.`, `Les hôtes de rebond de ${host} tournent en rond.`),
    next: t('Check ProxyJump in the inventory.', 'Vérifiez ProxyJump dans l’inventaire.'),
  });

/** A hop of ProxyJump as written: `[user@]host[:port]`, an IPv6 address in brackets. */
const hopShape = /^(?:(?<user>[^@]+)@)?(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/;

const badHop = (host: string, hop: string): Fault =>
  new Fault({
    code: 'ssh.jump_unreadable',
    say: t(
      `The jump host “${hop}” of ${host} cannot be read.`,
      `L’hôte de rebond « ${hop} » de ${host} est illisible.`,
    ),
    next: t('Write it as user@host:port.', 'Écrivez-le comme user@host:port.'),
  });

const bare = (name: string, defaults: SshDefaults): SshTarget => ({
  name,
  address: name,
  port: 22,
  user: defaults.user ?? userInfo().username,
  identityFiles: defaults.identityFiles.length > 0 ? defaults.identityFiles : usualKeys,
  agent: defaults.agent,
  via: [],
  knownHosts: defaults.knownHosts,
  connectTimeoutMs: defaults.connectTimeoutMs,
});

/** How to reach a host: its inventory variables over the configuration's defaults. Throws a Fault for what cannot be read there. */
export function targetOf(inventory: Inventory, host: string, defaults: SshDefaults, depth = 0): SshTarget {
  if (depth > 8) throw tooManyJumps(host);
  const found = inventory.connection(host);
  if (!found.ok) throw new Fault(found.refusal);
  const { value: connection } = found;
  const base = bare(host, defaults);
  return {
    ...base,
    address: connection.host ?? host,
    port: connection.port ?? base.port,
    user: connection.user ?? base.user,
    agent: base.agent && connection.identitiesOnly !== true,
    knownHosts: connection.knownHosts === undefined ? base.knownHosts : [connection.knownHosts, ...base.knownHosts],
    identityFiles: connection.privateKeyFile ? [connection.privateKeyFile] : base.identityFiles,
    via: connection.jumps.map((hop) => hopTarget(inventory, host, hop, defaults, depth + 1)),
  };
}

/** One hop: a host of the inventory, or an address as it stands. */
function hopTarget(inventory: Inventory, host: string, hop: string, defaults: SshDefaults, depth: number): SshTarget {
  const parts = hopShape.exec(hop)?.groups;
  const name = parts?.v6 ?? parts?.host;
  if (!name) throw badHop(host, hop);
  const known = inventory.hosts().some((one) => one.name === name);
  const base = known ? targetOf(inventory, name, defaults, depth) : bare(name, defaults);
  const port = parts?.port ? Number(parts.port) : base.port;
  const at = { ...base, port, user: parts?.user ?? base.user };
  if (known) return port === base.port ? at : { ...at, trustAs: placeName(name, port) };
  return { ...at, trustAs: placesOf(inventory).get(placeName(name, port)) ?? placeName(name, port) };
}

/** A place as it is typed: the port is left out where it is the usual one. */
const placeName = (address: string, port: number): string => {
  const host = address.includes(':') ? `[${address}]` : address;
  return port === 22 ? address : `${host}:${port}`;
};

const places = new WeakMap<Inventory, ReadonlyMap<string, string>>();

/** The hosts of an inventory that are reached without a jump host, by their place. */
function placesOf(inventory: Inventory): ReadonlyMap<string, string> {
  const found = places.get(inventory) ?? new Map(inventory.hosts().flatMap(({ name }) => placeOf(inventory, name)));
  places.set(inventory, found);
  return found;
}

function placeOf(inventory: Inventory, name: string): readonly (readonly [string, string])[] {
  const found = inventory.connection(name);
  if (!found.ok || found.value.jumps.length > 0) return [];
  return [[placeName(found.value.host ?? name, found.value.port ?? 22), name]];
}

/** What `quarterdeck trust` is to trust: a host of the inventory, or a jump host of one, as it is called or by its place. */
export function trustTarget(inventory: Inventory, word: string, defaults: SshDefaults): SshTarget {
  const hosts = inventory.hosts().map(({ name }) => name);
  const hop = hosts.includes(word) ? undefined : hosts.values().flatMap((host) => hopsOf(inventory, host, defaults));
  const isMeant = (at: SshTarget) => [at.trustAs ?? at.name, placeName(at.address, at.port)].includes(word);
  return hop?.find(isMeant) ?? targetOf(inventory, word, defaults);
}

/** The jump hosts of a host, each behind those before it; none where that cannot be read. */
function hopsOf(inventory: Inventory, host: string, defaults: SshDefaults): readonly SshTarget[] {
  const found = inventory.connection(host);
  if (!found.ok || found.value.jumps.length === 0) return [];
  try {
    return targetOf(inventory, host, defaults).via.map((hop, index, all) => ({ ...hop, via: all.slice(0, index) }));
  } catch (thrown) {
    if (thrown instanceof Fault) return []; // it is told where that host is asked for
    throw thrown;
  }
}
