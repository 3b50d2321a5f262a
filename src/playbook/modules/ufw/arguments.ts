import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

const text: ModuleArg = { type: 'str' };

/** The arguments of `ufw`. */
export const ufwArguments = {
  state: { type: 'str', choices: ['disabled', 'enabled', 'reloaded', 'reset'] },
  default: { type: 'str', choices: ['allow', 'deny', 'reject'], aliases: ['policy'] },
  direction: { type: 'str', choices: ['in', 'incoming', 'out', 'outgoing', 'routed'] },
  logging: { type: 'str', choices: ['on', 'off', 'low', 'medium', 'high', 'full'] },
  insert: { type: 'int' },
  insert_relative_to: {
    type: 'str',
    default: 'zero',
    choices: ['first-ipv4', 'first-ipv6', 'last-ipv4', 'last-ipv6', 'zero'],
  },
  rule: { type: 'str', choices: ['allow', 'deny', 'limit', 'reject'] },
  log: { type: 'bool', default: false },
  from_ip: { type: 'str', default: 'any', aliases: ['from', 'src'] },
  from_port: text,
  to_ip: { type: 'str', default: 'any', aliases: ['dest', 'to'] },
  to_port: { type: 'str', aliases: ['port'] },
  proto: { type: 'str', aliases: ['protocol'], choices: ['any', 'tcp', 'udp', 'ipv6', 'esp', 'ah', 'gre', 'igmp'] },
  name: { type: 'str', aliases: ['app'] },
  delete: { type: 'bool', default: false },
  interface: { type: 'str', aliases: ['if'] },
  interface_in: { type: 'str', aliases: ['if_in'] },
  interface_out: { type: 'str', aliases: ['if_out'] },
  route: { type: 'bool', default: false },
  comment: text,
} as const satisfies Record<string, ModuleArg>;

const exclusive = [
  ['name', 'proto'],
  ['name', 'logging'],
  ['proto', 'logging'],
  ['direction', 'interface_in'],
  ['direction', 'interface_out'],
] as const;

const checkDirection = ({ rule, default: policy, direction }: JsonObject): void => {
  if (direction === undefined) return;
  if (policy !== undefined && !['outgoing', 'incoming', 'routed'].includes(String(direction)))
    throw wrong(
      'ufw: for default, direction must be one of outgoing, incoming and routed.',
      'ufw : pour default, direction doit être outgoing, incoming ou routed.',
    );
  if (rule !== undefined && !['in', 'out'].includes(String(direction)))
    throw wrong(
      'ufw: for a rule, direction must be in or out.',
      'ufw : pour une règle, direction doit être in ou out.',
    );
};

/** Arguments that do not go together, before any host is asked. */
export const checkUfw = (args: JsonObject): void => {
  if (['state', 'default', 'rule', 'logging'].every((name) => args[name] === undefined))
    throw wrong(
      'ufw: one of state, default, rule and logging is needed.',
      'ufw : il faut state, default, rule ou logging.',
    );
  for (const [one, other] of exclusive)
    if (args[one] !== undefined && args[other] !== undefined)
      throw wrong(`ufw: ${one} and ${other} exclude each other.`, `ufw : ${one} ou ${other}, pas les deux.`);
  if (args.interface !== undefined && args.direction === undefined)
    throw wrong('ufw: interface needs a direction.', 'ufw : interface demande direction.');
  checkDirection(args);
  if (args.route !== true && args.interface_in !== undefined && args.interface_out !== undefined)
    throw wrong(
      'ufw: only rules with route may have both interface_in and interface_out.',
      'ufw : seules les règles avec route peuvent avoir interface_in et interface_out.',
    );
  if (String(args.comment ?? '').includes("'"))
    throw wrong("ufw: a comment may not contain “'”.", "ufw : un commentaire ne peut pas contenir « ' ».");
  if (args.insert_relative_to !== 'zero' && args.state !== undefined)
    throw wrong(
      'ufw: where insert_relative_to leads is not known before state is done; make them two tasks.',
      'ufw : insert_relative_to dépend de ce que fait state ; faites-en deux tâches.',
    );
};
