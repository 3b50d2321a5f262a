import type { Refusal } from '#core/errors.ts';
import { ok, type Result, refused } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import type { Json } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import { t } from '#core/text.ts';
import type { ArgDescription } from './catalogue.ts';

/** What the values of a line are checked against. */
export interface Known {
  readonly fleet: Fleet;
  readonly playbooks: readonly string[];
  readonly secrets: readonly string[];
  readonly commands: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  j: 86_400_000,
  w: 604_800_000,
};

/** The longest time an order may name: ten years. */
const longestDuration = 10 * 365 * 86_400_000;

/** `15m`, `1h30m`, `90 s`, `2d` → milliseconds; undefined when it is none. */
export function readDuration(text: string): number | undefined {
  const parts = [...text.toLowerCase().matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)\s*/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text.toLowerCase()) return undefined;
  let total = 0;
  for (const [, amount = '', unit = ''] of parts) {
    const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (factor === undefined) return undefined;
    total += Number(amount.replace(',', '.')) * factor;
  }
  return total > 0 && total <= longestDuration ? Math.round(total) : undefined;
}

/** An ISO date or time (UTC when it names no zone) → milliseconds since the epoch. */
function readDate(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/i.test(text))
    return undefined;
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/i.test(text) || text.length === 10 ? text : `${text}Z`;
  const at = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
}

const show = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

/** The refusal of one value: what was given, what was expected, and what is near. `details.instead` are values to offer. */
function wrong(
  arg: ArgDescription,
  given: string,
  en: string,
  fr: string,
  instead: readonly string[] = [],
): Result<never> {
  const refusal: Refusal = {
    code: 'argument.wrong',
    say: t(`“${show(given)}” is not ${en} (${arg.name}).`, `« ${show(given)} » n’est pas ${fr} (${arg.name}).`),
    details: { argument: arg.name, given: show(given), instead },
  };
  if (instead.length === 0) return refused(refusal);
  const list = instead.join(', ');
  return refused({ ...refusal, next: t(`Did you mean ${list}?`, `Vouliez-vous dire ${list} ?`) });
}

/** Picks from a fixed list: exactly, else without regard to case. */
function pick(arg: ArgDescription, given: string, from: readonly string[], en: string, fr: string): Result<string> {
  const found =
    from.find((candidate) => candidate === given) ??
    from.find((candidate) => candidate.toLowerCase() === given.toLowerCase());
  if (found !== undefined) return ok(found);
  const near = nearest(given, from);
  return wrong(arg, given, en, fr, near.length > 0 ? near : from.slice(0, 5));
}

function bounded(arg: ArgDescription, given: string, value: number, shown: (n: number) => string): Result<number> {
  if (arg.min !== undefined && value < arg.min) {
    return wrong(arg, given, `at least ${shown(arg.min)}`, `au moins ${shown(arg.min)}`);
  }
  if (arg.max !== undefined && value > arg.max) {
    return wrong(arg, given, `at most ${shown(arg.max)}`, `au plus ${shown(arg.max)}`);
  }
  return ok(value);
}

function readNumber(arg: ArgDescription, given: string): Result<number> {
  const plain = given.replace(/^#/, '');
  const value = /^[+-]?\d+(?:[.,]\d+)?$/.test(plain) ? Number(plain.replace(',', '.')) : Number.NaN;
  if (!Number.isFinite(value)) return wrong(arg, given, 'a number', 'un nombre');
  return bounded(arg, given, value, String);
}

function readLength(arg: ArgDescription, given: string): Result<number> {
  const value = readDuration(given);
  if (value === undefined) return wrong(arg, given, 'a time such as 15m, 2h or 1d', 'une durée comme 15m, 2h ou 1d');
  return bounded(arg, given, value, (ms) => `${ms / 1000} s`);
}

/** A host pattern of the inventory; only its characters are let through, whatever the inventory makes of it. */
function readHosts(arg: ArgDescription, given: string, fleet: Fleet): Result<readonly string[]> {
  const matched = fleet.match(given);
  if (matched.ok && matched.value.length > 0) return ok(matched.value.map((host) => host.name));
  const names = [...fleet.groups(), ...fleet.hosts().map((host) => host.name), 'all'];
  const folded = names.find((name) => name.toLowerCase() === given.toLowerCase());
  const again = folded && folded !== given ? fleet.match(folded) : undefined;
  if (again?.ok && again.value.length > 0) return ok(again.value.map((host) => host.name));
  const near = nearest(given, names);
  return wrong(arg, given, 'a host or a group I know', 'un hôte ou un groupe que je connais', near);
}

function readFlag(arg: ArgDescription, given: string): Result<boolean> {
  if (/^(?:yes|true|on|1|oui|)$/i.test(given)) return ok(true);
  if (/^(?:no|false|off|0|non)$/i.test(given)) return ok(false);
  return wrong(arg, given, 'yes or no', 'oui ou non');
}

/** Checks one written value against its argument. The value given back is JSON. */
export function readValue(arg: ArgDescription, given: string, known: Known): Result<Json> {
  switch (arg.kind) {
    case 'word':
    case 'text':
      return given.trim() === '' ? wrong(arg, given, 'a word', 'un mot') : ok(given);
    case 'words':
      return ok([given]);
    case 'number':
      return readNumber(arg, given);
    case 'duration':
      return readLength(arg, given);
    case 'date': {
      const at = readDate(given);
      return at === undefined ? wrong(arg, given, 'a date such as 2026-11-21', 'une date comme 2026-11-21') : ok(at);
    }
    case 'choice':
      return pick(arg, given, arg.choices ?? [], 'one of the choices', 'un des choix');
    case 'flag':
      return readFlag(arg, given);
    case 'host': {
      const names = known.fleet.hosts().map((host) => host.name);
      return pick(arg, given, names, 'a host I know', 'un hôte que je connais');
    }
    case 'hosts':
      return readHosts(arg, given, known.fleet);
    case 'playbook':
      return pick(
        arg,
        given.replace(/\.ya?ml$/, ''),
        known.playbooks,
        'a playbook I know',
        'un playbook que je connais',
      );
    case 'secret':
      return pick(arg, given, known.secrets, 'the name of a secret', 'le nom d’un secret');
    case 'command':
      return pick(arg, given, known.commands, 'a command', 'une commande');
    case 'vars':
      return wrong(arg, given, 'name=value', 'nom=valeur');
  }
}

/** Values that can be offered for an argument, most useful first. */
export function offers(arg: ArgDescription, known: Known): readonly string[] {
  switch (arg.kind) {
    case 'choice':
      return arg.choices ?? [];
    case 'host':
      return known.fleet.hosts().map((host) => host.name);
    case 'hosts':
      return [...known.fleet.groups(), ...known.fleet.hosts().map((host) => host.name)];
    case 'playbook':
      return known.playbooks;
    case 'secret':
      return known.secrets;
    case 'command':
      return known.commands;
    default:
      return arg.suggestions ?? [];
  }
}
