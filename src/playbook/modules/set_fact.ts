import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Module } from './module.ts';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Ansible makes booleans of these words here, whatever wrote them. */
const toFact = (value: Json): Json =>
  typeof value === 'string' && /^(?:true|false|yes|no)$/i.test(value) ? /^(?:true|yes)$/i.test(value) : value;

const prepare = (args: JsonObject): JsonObject => {
  const { cacheable, ...facts } = args;
  if (Object.keys(facts).length === 0) {
    throw new Fault({
      code: 'module.arguments',
      say: t(
        'set_fact: no key/value pairs provided, at least one is required.',
        'set_fact : il faut au moins une paire clé: valeur.',
      ),
    });
  }
  const wrong = Object.keys(facts).find((name) => !variableName.test(name));
  if (wrong === undefined)
    return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, toFact(value)]));
  throw new Fault({
    code: 'module.arguments',
    say: t(
      `set_fact: “${wrong}” is not a valid variable name (letters, numbers and _).`,
      `set_fact : « ${wrong} » n’est pas un nom de variable (lettres, chiffres et _).`,
    ),
  });
};

/** Sets variables of the host for the rest of the run. Values keep the type their template gave. */
export const setFact: Module<JsonObject, null> = {
  name: 'set_fact',
  args: { cacheable: { type: 'bool', default: false } },
  anyArguments: true,
  freeForm: 'kv',
  local: true,
  prepare,
  probe: () => undefined,
  read: () => null,
  plan: (facts) => ({ differences: [], result: { ansible_facts: facts }, facts }),
  apply: () => undefined,
  finish: (_facts, _state, plan) => ({ result: plan.result, changed: false }),
};
