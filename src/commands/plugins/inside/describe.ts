import type { Json } from '#core/json.ts';
import type { Arg } from '#kit/arg.ts';
import type { Command } from '#kit/command.ts';
import type { ArgDescription, CommandDescription } from '../contract.ts';

const mostSuggestions = 500;

/** A command as plain data. Throws what the plugin's own `suggest` throws. */
export function describeCommand(plugin: string, command: Command, settings: unknown): CommandDescription {
  const { name, kind, about, permission, examples, aliases = [], needs } = command;
  return {
    plugin,
    name,
    aliases: [...aliases],
    kind,
    about,
    permission,
    ...(command.kind === 'change' ? { risk: command.risk } : {}),
    args: Object.entries(command.args as Record<string, Arg<unknown>>).map(([key, arg]) =>
      describeArg(key, arg, settings),
    ),
    examples: [...examples],
    needs: [...needs],
    reports: command.kind === 'change' && command.report !== undefined,
  };
}

function describeArg(name: string, arg: Arg<unknown>, settings: unknown): ArgDescription {
  const { suggest, hostsOf, type: _type, ...plain } = arg;
  // The settings were parsed by the same plugin's schema; `never` only stands for "whatever that schema gives".
  const suggestions = suggest?.(settings as never)
    .slice(0, mostSuggestions)
    .map(String);
  return {
    ...(plain as Omit<Arg<Json>, 'suggest' | 'hostsOf' | 'type'>),
    name,
    ...(suggestions ? { suggestions } : {}),
    ...(hostsOf ? { hostsOf: hostsOf(settings as never) } : {}),
  };
}
