import { ok, type Refusal } from '#core/errors.ts';
import type { Fleet, Host } from '#core/hosts.ts';
import { inLanguage, t } from '#core/text.ts';
import type { Arg } from '#kit/arg.ts';
import { faultsOfPlugin } from '#kit/check.ts';
import type { Command } from '#kit/command.ts';
import type { AnyPlugin } from '#kit/plugin.ts';
import { reservedNames } from '../builtin.ts';
import { readLine } from '../grammar.ts';
import { understand } from '../understand.ts';
import type { Known } from '../values.ts';
import type { CommandDescription } from './contract.ts';
import { describeCommand } from './inside/describe.ts';
import { clash, isReserved, theBot } from './names.ts';

/**
 * What is wrong with a plugin, each with what to do; empty when nothing is. Beside its description, which the bot looks at
 * too, its names are compared with those of the bot, and each example is read as a line of chat.
 */
export function checkPlugin(plugin: AnyPlugin): readonly Refusal[] {
  const faults = faultsOfPlugin(plugin);
  if (faults.length > 0) return faults;
  const commands = plugin.commands.map((command) => described(plugin.name, command as Command));
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  return [
    ...names.filter((name) => isReserved(name, reservedNames)).map((name) => clash(name, theBot)),
    ...commands
      .filter(({ name }) => !isReserved(name, reservedNames))
      .flatMap((command) => command.examples.flatMap((example) => faultOfExample(example, command, commands))),
  ];
}

/** A command without what its settings would list: there are none here. */
function described(plugin: string, command: Command): CommandDescription {
  const given: Readonly<Record<string, Arg<unknown>>> = command.args;
  const args = Object.entries(given).map(([name, { suggest: _suggest, hostsOf: _hostsOf, ...arg }]) => [name, arg]);
  return describeCommand(plugin, { ...command, args: Object.fromEntries(args) }, undefined);
}

function faultOfExample(
  example: string,
  command: CommandDescription,
  commands: readonly CommandDescription[],
): readonly Refusal[] {
  const meant = understand(example, commands, whateverIsIn(example));
  if (meant.kind === 'refused') return [notUnderstood(example, command.name, meant.refusal)];
  if (meant.kind === 'nothing' || meant.command === command) return [];
  return [ofAnother(example, command.name, meant.command.name)];
}

/** A world in which there is each thing that a line names: hosts, playbooks, secrets, commands. */
function whateverIsIn(line: string): Known {
  const read = readLine(line);
  const words = read.ok ? read.value.tokens.map(({ text }) => text) : [];
  const hosts = words.map((name): Host => ({ name, groups: [], address: name }));
  const fleet: Fleet = {
    hosts: () => hosts,
    groups: () => [],
    match: (pattern) => ok(hosts.filter(({ name }) => name === pattern)),
  };
  return { fleet, playbooks: words, secrets: words, commands: words, now: 0 };
}

const notUnderstood = (example: string, command: string, { say }: Refusal): Refusal => ({
  code: 'plugin.invalid',
  say: t(
    `The example “${example}” is not understood: ${inLanguage(say, 'en')}`,
    `L’exemple « ${example} » n’est pas compris : ${inLanguage(say, 'fr')}`,
  ),
  details: { command, example },
});

const ofAnother = (example: string, command: string, other: string): Refusal => ({
  code: 'plugin.invalid',
  say: t(
    `The example “${example}” is one of the command “${other}”, not of “${command}”.`,
    `L’exemple « ${example} » est un exemple de la commande « ${other} », pas de « ${command} ».`,
  ),
  details: { command, example },
});
