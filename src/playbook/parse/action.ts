import { t } from '#core/text.ts';
import { argumentOf, canonicalName, misfit, missingArgument, unknownArgument } from '../modules/arguments.ts';
import type { Module } from '../modules/module.ts';
import type { Position, Vars, Written } from '../tree.ts';
import { readPairs } from '../words/pairs.ts';
import { splitWords } from '../words/split.ts';
import { type Entry, type Node, scalarsOf, toJson } from '../yaml/node.ts';
import type { Reading } from './context.ts';
import { checkWay } from './fields.ts';
import { checkCondition, checkTemplates, holdsTemplate } from './templates.ts';

/** A module's arguments as written. */
export interface Action {
  readonly args: Readonly<Record<string, Written>>;
  readonly freeForm?: Written<string>;
}

type Args = Record<string, Written>;

/** `mode: 644` is the number 644, not the mode 0644: surely a slip. */
const looksDecimal = (node: Node): boolean =>
  node.kind === 'scalar' && typeof node.value === 'number' && /^[1-7][0-7]{2,3}$/.test(node.text);

const hasTemplates = (node: Node): boolean =>
  [...scalarsOf(node)].some((scalar) => typeof scalar.value === 'string' && holdsTemplate(scalar.value));

const checkValue = (module: Module, name: string, node: Node, reading: Reading): void => {
  const arg = argumentOf(module, name);
  if (arg === undefined) return;
  if (module.expressions?.includes(name)) {
    for (const scalar of scalarsOf(node)) checkCondition(scalar, reading);
    return;
  }
  checkTemplates(node, reading);
  if (arg.type === 'mode' && looksDecimal(node)) {
    reading.faults.add(
      node.at,
      t(
        `${module.name}: write the mode as '0${toJson(node)}', in quotes`,
        `${module.name} : écrivez le mode '0${toJson(node)}', entre guillemets`,
      ),
    );
    return;
  }
  const value = toJson(node);
  if (value === null || hasTemplates(node)) return;
  const reason = misfit(module, name, arg, value);
  if (reason !== undefined) reading.faults.add(node.at, reason);
};

const addArgument = (module: Module, entry: Entry, args: Args, reading: Reading): void => {
  const name = canonicalName(module, entry.key);
  if (name === undefined) {
    reading.faults.add(entry.at, unknownArgument(module, entry.key));
    return;
  }
  if (args[name] !== undefined) {
    reading.faults.add(
      entry.at,
      t(`${module.name}: “${name}” is given twice`, `${module.name} : « ${name} » est donné deux fois`),
    );
    return;
  }
  checkValue(module, name, entry.value, reading);
  args[name] = { value: toJson(entry.value), at: entry.value.at };
};

/** Arguments of `args:`; those of the module itself come first. */
const addArgs = (module: Module, node: Node | undefined, args: Args, reading: Reading): void => {
  if (node === undefined) return;
  if (node.kind !== 'map') {
    reading.faults.add(
      node.at,
      t('args must be a mapping of keys and values', 'args doit être une suite de clés et de valeurs'),
    );
    return;
  }
  for (const entry of node.entries) addArgument(module, entry, args, reading);
};

const rawKeys = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
]);

const unclosed = t('a quote or a template is not closed here', 'un guillemet ou un gabarit n’est pas fermé ici');

const addLine = (module: Module, line: string, at: Position, args: Args, reading: Reading): string => {
  const read = readPairs(line, module.freeForm === 'cmd' ? rawKeys : undefined);
  if (read === undefined) {
    reading.faults.add(at, unclosed);
    return '';
  }
  for (const [key, value] of read.pairs) {
    addArgument(module, { key, at, value: { kind: 'scalar', value, text: value, at } }, args, reading);
  }
  return read.rest;
};

const refuseRest = (module: Module, rest: string, at: Position, reading: Reading): void =>
  reading.faults.add(
    at,
    t(
      `${module.name} takes key=value pairs, not “${rest}”`,
      `${module.name} prend des paires clé=valeur, pas « ${rest} »`,
    ),
  );

const variable = /\$\{?[A-Za-z_]\w*\}?/;
const templates = /\{\{(?:(?!\}\})[\s\S])*\}\}|\{%(?:(?!%\})[\s\S])*%\}/g;

/** Ansible expands `$NAME` in a command's words; here that must be asked for, because typed values reach the words too. */
const checkVariables = (module: Module, { cmd, argv, ...args }: Args, reading: Reading): void => {
  if (module.name !== 'command' || args.expand_argument_vars !== undefined) return;
  for (const written of [cmd, argv]) {
    const words = [written?.value ?? []].flat().filter((word) => typeof word === 'string');
    const [name] = variable.exec(words.join(' ').replace(templates, '')) ?? [];
    if (written === undefined || name === undefined) continue;
    reading.faults.add(
      written.at,
      t(
        `command does not expand ${name}: use shell, or set expand_argument_vars: true (or false for the text itself)`,
        `command ne remplace pas ${name} : utilisez shell, ou expand_argument_vars: true (false pour le texte même)`,
      ),
    );
  }
};

const checkQuotes = (module: Module, args: Args, reading: Reading): void => {
  const { cmd } = args;
  if (module.name !== 'command' || typeof cmd?.value !== 'string') return;
  if (!holdsTemplate(cmd.value) && splitWords(cmd.value) === undefined) reading.faults.add(cmd.at, unclosed);
};

const checkMissing = (module: Module, action: Entry, args: Args, reading: Reading): void => {
  for (const [name, arg] of Object.entries(module.args)) {
    if (arg.required === true && args[name] === undefined) reading.faults.add(action.at, missingArgument(module, name));
  }
};

const readLine = (module: Module, action: Entry, args: Args, reading: Reading): Written<string> | undefined => {
  const { value: node } = action;
  if (node.kind !== 'scalar') return undefined;
  const rest = node.value === null ? '' : addLine(module, node.text, node.at, args, reading);
  if (rest === '') return undefined;
  if (module.rest !== undefined) {
    const value: Node = { kind: 'scalar', value: rest, text: rest, at: node.at };
    addArgument(module, { key: module.rest, at: node.at, value }, args, reading);
    return undefined;
  }
  if (module.freeForm !== 'cmd') {
    refuseRest(module, rest, node.at, reading);
    return undefined;
  }
  checkTemplates(node, reading);
  const freeForm = { value: rest, at: node.at };
  args.cmd = freeForm;
  return freeForm;
};

/** Reads the module's own value (a mapping, or a line) and `args:` into arguments by their own names. */
export const readAction = (
  module: Module,
  action: Entry,
  argsNode: Node | undefined,
  reading: Reading,
  defaults: Vars = {},
): Action => {
  const args: Args = {};
  if (action.value.kind === 'list') {
    reading.faults.add(
      action.value.at,
      t(
        `${module.name} takes a mapping of arguments, not a list`,
        `${module.name} prend des arguments nommés, pas une liste`,
      ),
    );
    return { args };
  }
  const freeForm = readLine(module, action, args, reading);
  if (action.value.kind === 'map') addArgs(module, action.value, args, reading);
  addArgs(module, argsNode, args, reading);
  for (const [name, value] of Object.entries(defaults)) args[canonicalName(module, name) ?? name] ??= value;
  if (module.name === 'set_fact')
    for (const [key, { at, value }] of Object.entries(args)) checkWay(reading, { key, at, value });
  checkMissing(module, action, args, reading);
  checkQuotes(module, args, reading);
  checkVariables(module, args, reading);
  return { args, ...(freeForm && { freeForm }) };
};
