import type { Json, JsonObject } from '#core/json.ts';
import type { PlayRequest } from '#core/plan.ts';
import type { Proposal } from '#kit/command.ts';
import type { CommandDescription } from './catalogue.ts';

type Play = Extract<Proposal, { do: 'play' }>;

/** What a change was given: its arguments, as the core read them. */
interface Given {
  readonly command: CommandDescription;
  readonly args: JsonObject;
}

/** The names of variables that a person typed. */
const namesIn = ({ command, args }: Given): readonly string[] =>
  command.args.filter(({ kind }) => kind === 'vars').flatMap(({ name }) => Object.keys(args[name] ?? {}));

/** Every text in a value, names too. */
function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...textsIn(item as Json)]);
}

/** A word that means nothing to a shell, and leads nowhere in a path, may be in a value by chance. */
const meaning = /[^\w@%+=:,./-]|^-|\/|^\.+$/;

/** A text without what a plugin may have changed in passing: the case of its letters, its spaces and its quotes. */
const core = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s"'`\\]/gu, '');

/** The names of variables in which is nothing that was typed, whatever the plugin says. */
function untyped({ args }: Given, chosen: JsonObject): readonly string[] {
  const meant = (value: Json) => textsIn(value).filter((text) => meaning.test(text));
  const typed = meant(args).map(core);
  const isTyped = (text: string) => typed.some((one) => text.includes(one));
  const isPart = (text: string) => typed.some((one) => one.includes(text));
  return Object.keys(chosen).filter((name) => {
    const value = chosen[name] ?? null;
    return !textsIn(value).map(core).some(isTyped) && !meant(value).map(core).some(isPart);
  });
}

/**
 * What a proposal asks to be played. Which of its variables were named by a person is read from the line itself, whatever
 * the plugin says; what the plugin took from its settings is no more typed than the settings are.
 */
export function requestOf(given: Given, proposal: Play): PlayRequest {
  const { do: _do, risk: _risk, titleFrom: _title, instead: _instead, ...request } = proposal;
  const { vars, chosen = {}, locks = [], ...rest } = request;
  const typed = namesIn(given).filter((name) => Object.hasOwn(vars, name) && !Object.hasOwn(chosen, name));
  const names = untyped(given, chosen);
  return {
    ...rest,
    vars: { ...vars, ...chosen },
    ...(typed.length > 0 ? { typed } : {}),
    ...(names.length > 0 ? { chosen: names } : {}),
    // A name that was typed is never that of a host's own lock.
    locks: locks.map((name) => (name.startsWith('host:') ? `named ${name}` : name)),
  };
}
