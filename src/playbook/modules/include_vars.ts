import { posix } from 'node:path';
import { Fault } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import { refuseWays } from '../inventory/connection-variables.ts';
import type { Vars } from '../tree.ts';
import type { Controller, Module } from './module.ts';

interface Arguments {
  readonly variables: Vars;
  readonly files: readonly string[];
}

const neither = (): Fault =>
  new Fault({
    code: 'module.arguments',
    say: t('include_vars needs “file” or “dir”.', 'include_vars a besoin de « file » ou de « dir ».'),
  });

const extensionsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.map(String) : ['yaml', 'yml', 'json'];

const filesOf = (args: Readonly<Record<string, Json>>, controller: Controller): readonly string[] => {
  if (typeof args.file === 'string') return [args.file];
  if (typeof args.dir !== 'string') throw neither();
  const { dir } = args;
  const wanted = extensionsOf(args.extensions);
  const names = controller.variableFiles?.(dir) ?? [];
  return names.filter((name) => wanted.includes(posix.extname(name).slice(1))).map((name) => posix.join(dir, name));
};

/** All variables under one name: a mapping, still as its author wrote it. */
const under = (name: string, variables: Vars): Vars => {
  const [first] = Object.values(variables);
  if (first === undefined) return {};
  const value = Object.fromEntries(Object.entries(variables).map(([key, written]) => [key, written.value]));
  return { [name]: { value, at: first.at } };
};

/** Variables of a file or folder, for the tasks that follow. Nothing changes on the host. */
export const includeVars: Module<Arguments, undefined> = {
  name: 'include_vars',
  freeForm: 'kv',
  rest: 'file',
  local: true,
  args: {
    file: { type: 'path' },
    dir: { type: 'path' },
    name: { type: 'str' },
    extensions: { type: 'list' },
  },
  prepare: (args, controller) => {
    const files = filesOf(args, controller);
    const variables: Vars = Object.assign({}, ...files.map((file) => controller.variables?.(file) ?? {}));
    if (typeof args.name === 'string') return { files, variables: under(args.name, variables) };
    refuseWays(variables);
    return { files, variables };
  },
  probe: () => undefined,
  read: () => undefined,
  plan: ({ variables, files }) => ({ differences: [], result: { ansible_included_var_files: files }, variables }),
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
};
