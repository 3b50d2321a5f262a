import type { Refusal } from '#core/errors.ts';
import { ok, type Result, refused } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import type { Json } from '#core/json.ts';
import { listed, nearest } from '#core/nearest.ts';
import type { Prompt } from '#core/prompt.ts';
import { inLanguage, type Text, t } from '#core/text.ts';
import { show as figures } from '#kit/show.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';

/** What the values of a line are checked against. */
export interface Known {
  readonly fleet: Fleet;
  readonly playbooks: readonly string[];
  /** Those that are offered; all of them where absent. */
  readonly playbooksHere?: () => readonly string[];
  /** What playbooks ask for, by their names. */
  readonly prompts?: ReadonlyMap<string, readonly Prompt[]>;
  /** Why there are none, when their folder is not there. */
  readonly noPlaybooks?: Refusal | undefined;
  readonly secrets: readonly string[];
  readonly commands: readonly string[];
  /** What may be named to whoever typed the line, for an argument of hosts of a command; absent: all. */
  readonly shown?: (command: CommandDescription, arg: ArgDescription) => readonly string[];
  /** Whether a command may be named to them, where a line is none; absent: all are. */
  readonly mayUse?: (command: CommandDescription) => boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  ...same(1000, 's', 'sec', 'secs', 'second', 'seconds', 'seconde', 'secondes'),
  ...same(60_000, 'm', 'min', 'mins', 'minute', 'minutes'),
  ...same(3_600_000, 'h', 'hr', 'hrs', 'hour', 'hours', 'heure', 'heures'),
  ...same(86_400_000, 'd', 'j', 'day', 'days', 'jour', 'jours'),
  ...same(604_800_000, 'w', 'week', 'weeks', 'semaine', 'semaines'),
};

function same(ms: number, ...names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, ms]));
}

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
  return total > 0 ? Math.round(total) : undefined;
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

const wanted = (arg: ArgDescription, given: string, instead: readonly string[]) => ({
  argument: arg.name,
  given: show(given),
  instead,
});

/** The refusal of one value, in the words that fit it, with what is near. `details.instead` are values to offer. */
function refuse(
  arg: ArgDescription,
  given: string,
  say: Text,
  instead: readonly string[] = [],
  meant = true,
): Result<never> {
  const refusal: Refusal = {
    code: 'argument.wrong',
    say,
    details: wanted(arg, given, instead),
  };
  if (instead.length === 0) return refused(refusal);
  const list = instead.join(', ');
  const next = meant
    ? t(`Did you mean ${list}?`, `Vouliez-vous dire ${list} ?`)
    : t(`I know ${list}.`, `Je connais ${list}.`);
  return refused({ ...refusal, next });
}

/** What was given is not what was expected. */
const wrong = (arg: ArgDescription, given: string, en: string, fr: string, instead: readonly string[] = []) =>
  refuse(
    arg,
    given,
    t(`“${show(given)}” is not ${en} (${arg.name}).`, `« ${show(given)} » n’est pas ${fr} (${arg.name}).`),
    instead,
  );

/** There is no such thing: what there is, when nothing is near. */
const unknown = (arg: ArgDescription, given: string, en: string, fr: string, names: readonly string[]) => {
  const near = nearest(given, names);
  const say = t(`I know no ${en} “${show(given)}”.`, `Je ne connais pas ${fr} « ${show(given)} ».`);
  return refuse(arg, given, say, near.length > 0 ? near : names.slice(0, 3), near.length > 0);
};

/** Picks from the names of what there is. */
function pick(
  arg: ArgDescription,
  given: string,
  from: readonly string[],
  en: string,
  fr: string,
  shown?: Shown,
): Result<string> {
  const found = listed(given, from);
  return found === undefined ? unknown(arg, given, en, fr, shown?.() ?? from) : ok(found);
}

function readChoice(arg: ArgDescription, given: string): Result<string> {
  const choices = arg.choices ?? [];
  const found = listed(given, choices);
  if (found !== undefined) return ok(found);
  const near = nearest(given, choices);
  return wrong(arg, given, 'one of the choices', 'un des choix', near.length > 0 ? near : choices.slice(0, 5));
}

/** `“500” is too many: 50 at most (count).` */
function outside(arg: ArgDescription, given: string, too: Text, limit: Text, side: Text): Result<never> {
  const en = `“${show(given)}” ${inLanguage(too, 'en')}: ${inLanguage(limit, 'en')} ${inLanguage(side, 'en')} (${arg.name}).`;
  const fr = `« ${show(given)} » ${inLanguage(too, 'fr')} : ${inLanguage(limit, 'fr')} ${inLanguage(side, 'fr')} (${arg.name}).`;
  return refuse(arg, given, t(en, fr));
}

const atLeast = t('at least', 'au moins');
const atMost = t('at most', 'au plus');

function bounded(
  arg: ArgDescription,
  given: string,
  value: number,
  words: { readonly low: Text; readonly high: Text; readonly shown: (n: number) => Text },
): Result<number> {
  if (arg.min !== undefined && value < arg.min) return outside(arg, given, words.low, words.shown(arg.min), atLeast);
  if (arg.max !== undefined && value > arg.max) return outside(arg, given, words.high, words.shown(arg.max), atMost);
  return ok(value);
}

const numbers = { low: t('is too low', 'est trop bas'), high: t('is too high', 'est trop haut'), shown: String };

const lengths = {
  low: t('is too short', 'est trop court'),
  high: t('is too long', 'est trop long'),
  shown: (ms: number) => figures.duration(ms / 1000),
};

/** Beyond these, neighbouring whole numbers are one and the same to a program. */
const countable = (arg: ArgDescription): ArgDescription => ({
  ...arg,
  min: arg.min ?? Number.MIN_SAFE_INTEGER,
  max: arg.max ?? Number.MAX_SAFE_INTEGER,
});

function readNumber(arg: ArgDescription, given: string): Result<number> {
  const plain = given.replace(/^#/, '');
  if (!/^[+-]?\d+(?:[.,]\d+)?$/.test(plain)) return wrong(arg, given, 'a number', 'un nombre');
  return bounded(countable(arg), given, Number(plain.replace(',', '.')), numbers);
}

function readLength(arg: ArgDescription, given: string): Result<number> {
  const value = readDuration(given);
  if (value === undefined) return wrong(arg, given, 'a time such as 15m, 2h or 1d', 'une durée comme 15m, 2h ou 1d');
  return bounded({ ...arg, max: arg.max ?? longestDuration }, given, value, lengths);
}

/** A host pattern of the inventory; only its characters are let through, whatever the inventory makes of it. */
function readHosts(arg: ArgDescription, given: string, fleet: Fleet, shown?: Shown): Result<readonly string[]> {
  const matched = fleet.match(given);
  if (matched.ok && matched.value.length > 0) return ok(matched.value.map((host) => host.name));
  const names = [...fleet.groups(), ...fleet.hosts().map((host) => host.name), 'all'];
  const folded = names.find((name) => name.toLowerCase() === given.toLowerCase());
  const again = folded && folded !== given ? fleet.match(folded) : undefined;
  if (again?.ok && again.value.length > 0) return ok(again.value.map((host) => host.name));
  // A pattern that cannot be read at all is told in the inventory's own words.
  if (!matched.ok && matched.refusal.code === 'inventory.bad_pattern') return refuse(arg, given, matched.refusal.say);
  return unknown(arg, given, 'host or group', 'd’hôte ni de groupe', shown?.() ?? names);
}

function readFlag(arg: ArgDescription, given: string): Result<boolean> {
  if (/^(?:yes|true|on|1|oui|)$/i.test(given)) return ok(true);
  if (/^(?:no|false|off|0|non)$/i.test(given)) return ok(false);
  return wrong(arg, given, 'yes or no', 'oui ou non');
}

const withoutExtension = (name: string): string => name.replace(/\.ya?ml$/, '');

/** A playbook may be named with its extension, and has to be where two files would have the same name without it. */
function readPlaybook(arg: ArgDescription, given: string, known: Known): Result<string> {
  const { playbooks: names, noPlaybooks } = known;
  if (noPlaybooks) return refused({ ...noPlaybooks, code: 'argument.wrong', details: wanted(arg, given, []) });
  const found = listed(given, names);
  if (found !== undefined) return ok(found);
  const [one, other] = names.filter((name) => withoutExtension(name) === given);
  if (one === undefined || other === undefined)
    return pick(arg, withoutExtension(given), names, 'playbook', 'de playbook', known.playbooksHere);
  const say = t(`There are two playbooks “${show(given)}”.`, `Il y a deux playbooks « ${show(given)} ».`);
  return refuse(arg, given, say, [one, other]);
}

/** The hosts that may be named: worked out only where something is wrong. */
type Shown = () => readonly string[] | undefined;

/** Checks one written value against its argument. The value given back is JSON. */
export function readValue(arg: ArgDescription, given: string, known: Known, shown?: Shown): Result<Json> {
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
      return readChoice(arg, given);
    case 'flag':
      return readFlag(arg, given);
    case 'host': {
      const names = known.fleet.hosts().map((host) => host.name);
      return pick(arg, given, names, 'host', 'd’hôte', shown);
    }
    case 'hosts':
      return readHosts(arg, given, known.fleet, shown);
    case 'playbook':
      return readPlaybook(arg, given, known);
    case 'secret':
      return pick(arg, given, known.secrets, 'secret', 'de secret');
    case 'command':
      return pick(arg, given, known.commands, 'command', 'de commande');
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
      return known.playbooksHere?.() ?? known.playbooks;
    case 'secret':
      return known.secrets;
    case 'command':
      return known.commands;
    default:
      return arg.suggestions ?? [];
  }
}
