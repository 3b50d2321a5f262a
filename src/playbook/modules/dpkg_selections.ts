import type { Module } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { missingTool, needFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface SelectionArgs {
  readonly name: string;
  readonly selection: string;
}

interface SelectionState {
  readonly failed?: string;
  readonly before: string;
}

/** Says what dpkg is to do with a package from now on: `hold` keeps its version. Nothing is installed or removed. */
export const dpkgSelections: Module<SelectionArgs, SelectionState> = {
  name: 'dpkg_selections',
  args: {
    name: { type: 'str', required: true },
    selection: { type: 'str', required: true, choices: ['install', 'hold', 'deinstall', 'purge'] },
  },
  freeForm: 'kv',
  prepare: (args) => {
    const name = String(args.name);
    if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*(?::[a-z0-9-]+)?$/.test(name))
      throw wrong(
        `dpkg_selections: “${name}” is not the name of a package.`,
        `dpkg_selections : « ${name} » n’est pas un nom de paquet.`,
      );
    return { name, selection: String(args.selection) };
  },
  probe: (args, quote) => `${toolPath}
${needFunction}
need dpkg
dpkg --get-selections ${quote(args.name)} 2>/dev/null | while read -r n s; do echo "now=$s"; done
echo end`,
  read: (output) => {
    const fields = readFields(output);
    const failed = missingTool(fields, 'dpkg_selections', 'The module is for Debian and its kin.');
    return { ...(failed !== undefined && { failed }), before: fields.all('now')[0] ?? 'not present' };
  },
  plan: (args, { before, failed: lacking }) => {
    const { name, selection: after } = args;
    const unknown =
      before === 'not present' ? `Failed to find package '${name}' to perform selection '${after}'.` : undefined;
    const failed = lacking ?? unknown;
    if (failed !== undefined) return { differences: [], result: { before, after, msg: failed }, failed };
    const differences = before === after ? [] : [{ subject: `package ${name}`, aspect: 'selection', before, after }];
    return { differences, result: { before, after } };
  },
  subjects: ({ name }) => [`package ${name}`],
  apply: (args, _state, plan, quote) =>
    plan.differences.length === 0
      ? undefined
      : {
          script: `${toolPath}\nprintf '%s %s\\n' ${quote(args.name)} ${quote(args.selection)} | dpkg --set-selections`,
        },
  finish: (_args, _state, plan, applied) => {
    if (applied.code === 0) return { result: plan.result, changed: true };
    const msg = failureOf(applied);
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  },
};
