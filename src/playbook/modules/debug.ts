import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Controller, Module } from './module.ts';

const prepare = async (args: JsonObject, controller: Controller): Promise<JsonObject> => {
  const name = args.var;
  if (name === undefined) return { msg: args.msg ?? 'Hello world!' };
  if (args.msg !== undefined) {
    throw new Fault({
      code: 'module.arguments',
      say: t('debug: msg and var cannot both be given.', 'debug : msg ou var, pas les deux.'),
    });
  }
  if (typeof name !== 'string') return { [JSON.stringify(name)]: name };
  return { [name]: await evaluated(name, controller) };
};

/** Ansible shows a variable that does not exist rather than failing. */
const evaluated = async (expression: string, controller: Controller): Promise<Json> => {
  try {
    return await controller.evaluate(expression);
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'template.undefined') return 'VARIABLE IS NOT DEFINED!';
    throw thrown;
  }
};

/** Shows a message or a variable. Nothing changes. */
export const debug: Module<JsonObject, null> = {
  name: 'debug',
  args: {
    msg: { type: 'raw' },
    var: { type: 'raw' },
    verbosity: { type: 'int', default: 0 },
  },
  freeForm: 'kv',
  expressions: ['var'],
  local: true,
  prepare,
  probe: () => undefined,
  read: () => null,
  plan: (shown) => ({ differences: [], result: shown }),
  apply: () => undefined,
  finish: (_shown, _state, plan) => ({ result: plan.result, changed: false }),
};
