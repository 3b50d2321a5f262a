import type { Json, JsonObject } from '#core/json.ts';
import { wrong } from '../state/wrong.ts';

/** One setting of a zone, and the options by which its commands ask for it and change it. */
export interface Item {
  readonly kind: string;
  readonly value: string;
  readonly query: string;
  readonly add: string;
  readonly remove: string;
  /** The same for firewalld that is not running, where an older option has the plain name. */
  readonly removeOffline: string;
  /** It may be for a time only. */
  readonly times: boolean;
}

/** The settings that a task names one of. */
export const itemNames = [
  'service',
  'protocol',
  'port',
  'port_forward',
  'rich_rule',
  'source',
  'interface',
  'icmp_block',
  'icmp_block_inversion',
  'masquerade',
  'forward',
] as const;

type ItemName = (typeof itemNames)[number];

const options: Readonly<Record<ItemName, string>> = {
  service: 'service',
  protocol: 'protocol',
  port: 'port',
  port_forward: 'forward-port',
  rich_rule: 'rich-rule',
  source: 'source',
  interface: 'interface',
  icmp_block: 'icmp-block',
  icmp_block_inversion: 'icmp-block-inversion',
  masquerade: 'masquerade',
  forward: 'forward',
};

const timed: readonly ItemName[] = ['service', 'protocol', 'port', 'port_forward', 'rich_rule', 'icmp_block'];

const ports = /^\d{1,5}(?:-\d{1,5})?$/;

const portOf = (text: string): string => {
  const [, port = '', protocol] = /^([^/]*)\/(tcp|udp|sctp|dccp)$/.exec(text.trim()) ?? [];
  if (ports.test(port)) return `${port}/${protocol}`;
  throw wrong(
    `firewalld: port “${text}” is not like 8080/tcp or 161-162/udp.`,
    `firewalld : port « ${text} » n’est pas de la forme 8080/tcp ou 161-162/udp.`,
  );
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const forwardedKeys = ['port', 'proto', 'toport', 'toaddr'];

const isForward = (one: JsonObject): boolean =>
  Object.keys(one).every((key) => forwardedKeys.includes(key)) &&
  [one.port, one.toport].every((port) => ports.test(String(port))) &&
  ['tcp', 'udp'].includes(String(one.proto)) &&
  /^[\da-fA-F.:]*$/.test(String(one.toaddr ?? ''));

const forwardOf = (value: Json): string => {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  if (isObject(one) && isForward(one)) {
    const address = one.toaddr ?? '';
    return `port=${one.port}:proto=${one.proto}:toport=${one.toport}${address === '' ? '' : `:toaddr=${address}`}`;
  }
  throw wrong(
    'firewalld: port_forward must be one entry with port, proto (tcp or udp), toport, and toaddr if need be.',
    'firewalld : port_forward doit être une seule entrée avec port, proto (tcp ou udp), toport, et au besoin toaddr.',
  );
};

const wordOf = (name: string, value: Json): string => {
  const text = String(value).trim();
  if (text !== '' && !/[\r\n]/.test(text) && (name === 'rich_rule' || !/\s/.test(text))) return text;
  throw wrong(
    `firewalld: ${name} “${value}” must be one word on one line.`,
    `firewalld : ${name} « ${value} » doit être un mot sur une ligne.`,
  );
};

const textOf = (name: ItemName, value: Json): string => {
  if (typeof value === 'boolean') return '';
  if (name === 'port') return portOf(String(value));
  return name === 'port_forward' ? forwardOf(value) : wordOf(name, value);
};

/** Reads one setting of a task. */
export const itemOf = (name: ItemName, value: Json): Item => {
  const [option, text] = [options[name], textOf(name, value)];
  const rest = text === '' ? '' : `=${text}`;
  return {
    kind: option,
    value: text,
    query: `--query-${option}${rest}`,
    add: `--${name === 'interface' ? 'change' : 'add'}-${option}${rest}`,
    remove: `--remove-${option}${rest}`,
    removeOffline: `--remove-${option}${name === 'service' ? '-from-zone' : ''}${rest}`,
    times: timed.includes(name),
  };
};
