import type { Json, JsonObject } from '#core/json.ts';
import type { Controller, Module } from './module.ts';

interface Verdict {
  readonly failed?: { readonly assertion: Json; readonly msg: Json };
  readonly success: Json;
}

const conditionsOf = (that: Json | undefined): readonly Json[] =>
  Array.isArray(that) ? that : that === undefined ? [] : [that];

const holds = async (condition: Json, controller: Controller): Promise<boolean> =>
  typeof condition === 'boolean' ? condition : controller.test(String(condition));

const prepare = async (args: JsonObject, controller: Controller): Promise<Verdict> => {
  const success = args.success_msg ?? 'All assertions passed';
  for (const condition of conditionsOf(args.that)) {
    if (await holds(condition, controller)) continue;
    return { failed: { assertion: condition, msg: args.fail_msg ?? 'Assertion failed' }, success };
  }
  return { success };
};

const sentence = (msg: Json): string => (typeof msg === 'string' ? msg : JSON.stringify(msg));

/** Fails when one of its conditions does not hold. */
export const assert: Module<Verdict, null> = {
  name: 'assert',
  args: {
    that: { type: 'raw', required: true },
    fail_msg: { type: 'raw', aliases: ['msg'] },
    success_msg: { type: 'raw' },
    quiet: { type: 'bool', default: false },
  },
  freeForm: 'kv',
  expressions: ['that'],
  local: true,
  prepare,
  probe: () => undefined,
  read: () => null,
  plan: ({ failed, success }) => {
    if (failed === undefined) return { differences: [], result: { msg: success } };
    const { assertion, msg } = failed;
    return { differences: [], result: { assertion, evaluated_to: false, msg }, failed: sentence(msg) };
  },
  apply: () => undefined,
  finish: (_verdict, _state, plan) => ({ result: plan.result, changed: false }),
};
