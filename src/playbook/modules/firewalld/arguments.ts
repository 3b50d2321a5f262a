import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';
import { type Item, itemNames, itemOf } from './item.ts';

const text: ModuleArg = { type: 'str' };
const flag: ModuleArg = { type: 'bool' };

/** The arguments of `firewalld`. */
export const firewalldArguments = {
  service: text,
  protocol: text,
  port: text,
  port_forward: { type: 'list' },
  rich_rule: text,
  source: text,
  interface: text,
  icmp_block: text,
  icmp_block_inversion: flag,
  masquerade: flag,
  forward: flag,
  target: { type: 'str', choices: ['default', 'ACCEPT', 'DROP', '%%REJECT%%'] },
  zone: text,
  permanent: flag,
  immediate: { type: 'bool', default: false },
  state: { type: 'str', required: true, choices: ['absent', 'disabled', 'enabled', 'present'] },
  timeout: { type: 'int', default: 0 },
  offline: { type: 'bool', default: false },
} as const satisfies Record<string, ModuleArg>;

/** What a task is about: a setting of a zone, the zone's target, or the zone itself. */
export type Subject =
  | { readonly about: 'item'; readonly item: Item }
  | { readonly about: 'target'; readonly target: string }
  | { readonly about: 'zone' };

/** Prepared arguments of `firewalld`. */
export interface FirewalldArgs {
  readonly subject: Subject;
  /** Empty: the default zone. */
  readonly zone: string;
  readonly present: boolean;
  /** As the task calls it. */
  readonly state: string;
  readonly permanent: boolean;
  readonly immediate: boolean;
  readonly timeout: number;
  /** Where firewalld is not running, what is permanent is enough. */
  readonly offline: boolean;
}

const named = (args: JsonObject): readonly (typeof itemNames)[number][] =>
  itemNames.filter((name) => args[name] !== undefined);

const checkOne = (args: JsonObject): void => {
  const all = [...named(args), ...(args.target === undefined ? [] : ['target'])];
  if (all.length > 1)
    throw wrong(
      `firewalld: ${all.join(' and ')} exclude each other; make them ${all.length} tasks.`,
      `firewalld : ${all.join(' et ')} s’excluent ; faites-en ${all.length} tâches.`,
    );
  const zonal = args.state === 'present' || args.state === 'absent';
  if (zonal && named(args).length > 0)
    throw wrong(
      `firewalld: state: ${args.state} is for a zone or its target; for ${all[0]} write enabled or disabled.`,
      `firewalld : state: ${args.state} est pour une zone ou sa cible ; pour ${all[0]} écrivez enabled ou disabled.`,
    );
  if (!zonal && all.length === 0)
    throw wrong(
      `firewalld: one of ${itemNames.join(', ')} and target is needed.`,
      `firewalld : il faut un de ${itemNames.join(', ')} et target.`,
    );
};

const checkZone = (args: JsonObject, subject: Subject): void => {
  const needs = subject.about !== 'item' || args.interface !== undefined;
  if (args.zone === undefined && needs)
    throw wrong('firewalld: this task needs a zone.', 'firewalld : cette tâche demande zone.');
  if (args.zone !== undefined && !/^[\w/-]+$/.test(String(args.zone)))
    throw wrong(
      `firewalld: “${args.zone}” is not a zone's name.`,
      `firewalld : « ${args.zone} » n’est pas un nom de zone.`,
    );
  if (subject.about !== 'item' && (args.permanent !== true || args.immediate === true))
    throw wrong(
      'firewalld: a zone and its target are permanent only: write permanent: true, without immediate.',
      'firewalld : une zone et sa cible sont permanentes seulement : écrivez permanent: true, sans immediate.',
    );
};

const checkTimeout = (timeout: number, subject: Subject, now: boolean, present: boolean): void => {
  if (timeout === 0) return;
  const times = subject.about === 'item' && subject.item.times;
  if (timeout < 0 || !times || !now || !present)
    throw wrong(
      'firewalld: timeout is a number of seconds for a service, protocol, port, port_forward, rich_rule or icmp_block that is enabled at once (immediate).',
      'firewalld : timeout est un nombre de secondes pour un service, protocol, port, port_forward, rich_rule ou icmp_block activé tout de suite (immediate).',
    );
};

const subjectOf = (args: JsonObject): Subject => {
  const [name] = named(args);
  if (name !== undefined) return { about: 'item', item: itemOf(name, args[name] ?? '') };
  return args.target === undefined ? { about: 'zone' } : { about: 'target', target: String(args.target) };
};

/** `masquerade: false` with `state: enabled` means that it is off. */
const isPresent = (args: JsonObject): boolean => {
  const wanted = args.state === 'enabled' || args.state === 'present';
  return [args.icmp_block_inversion, args.masquerade, args.forward].includes(false) ? !wanted : wanted;
};

/** Checks what goes together, before any host is asked. */
export const prepareFirewalld = (args: JsonObject): FirewalldArgs => {
  checkOne(args);
  const subject = subjectOf(args);
  checkZone(args, subject);
  const [permanent, present, timeout] = [args.permanent === true, isPresent(args), Number(args.timeout)];
  const immediate = args.immediate === true || !permanent;
  checkTimeout(timeout, subject, immediate, present);
  return {
    subject,
    zone: String(args.zone ?? ''),
    present,
    state: String(args.state),
    permanent,
    immediate,
    timeout,
    offline: args.offline === true,
  };
};
