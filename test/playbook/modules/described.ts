import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import type { Module, ModulePlan } from '#playbook/modules/module.ts';
import { quote } from '#ssh/quote.ts';

/** What a module makes of arguments and of a host that answered its probe with these lines. Nothing runs. */
export const described = async (
  module: Module,
  args: JsonObject,
  lines: readonly string[],
): Promise<{ readonly plan: ModulePlan; readonly script: string }> => {
  const checked = checkArguments(module, args);
  if (!checked.ok) throw new Fault(checked.refusal);
  const prepared = await module.prepare(checked.value, undefined as never);
  const state = module.read({ code: 0, stdout: [...lines, 'end', ''].join('\n'), stderr: '' }, prepared);
  const plan = module.plan(prepared, state);
  return { plan, script: module.apply(prepared, state, plan, quote)?.script ?? '' };
};
