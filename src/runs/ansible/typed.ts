import type { Refusal } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { PlayRequest } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { ForeignPlaybook } from '#playbook/engine.ts';
import { isPlain } from '../execute/typed/free-text.ts';

/** What a request gives Ansible: answers to what its plays ask for, and variables above all others. */
export interface GivenVariables {
  readonly answers: JsonObject;
  readonly extra: JsonObject;
}

const own = (vars: JsonObject, name: string): Json | undefined => (Object.hasOwn(vars, name) ? vars[name] : undefined);

/** What a person named is the answer to a question of a play: no more, and for that play alone. */
export function givenBy({ vars, typed = [] }: PlayRequest): GivenVariables {
  const pick = (wanted: boolean): JsonObject =>
    Object.fromEntries(Object.entries(vars).filter(([name]) => typed.includes(name) === wanted));
  return { answers: pick(true), extra: pick(false) };
}

/**
 * Why what was typed may not go to Ansible. Our guards cannot follow a value into another engine: only a plain word enters,
 * and only where a play asks for it.
 */
export function refusedVariable(request: PlayRequest, { plays }: ForeignPlaybook): Refusal | undefined {
  const { vars, typed = [], chosen = [] } = request;
  const asked = new Set(plays.flatMap(({ asks }) => asks.map(({ name }) => name)));
  const unasked = typed.find((name) => !asked.has(name));
  if (unasked !== undefined) return notAsked(unasked);
  const text = Object.keys(vars).find((name) => !chosen.includes(name) && !isPlain(own(vars, name)));
  if (text !== undefined) return notPlain(text);
  const open = plays.flatMap(({ asks }) => asks).find((one) => !one.hasDefault && own(vars, one.name) === undefined);
  return open && unanswered(open.name);
}

const notAsked = (name: string): Refusal => ({
  code: 'run.variable_set',
  say: t(
    `The variable “${name}” cannot be set from chat: no play of this playbook asks for it.`,
    `La variable « ${name} » ne peut être donnée par chat : aucun play de ce playbook ne la demande.`,
  ),
  next: t(
    'Leave it out, or have the playbook ask for it: “vars_prompt”.',
    'Omettez-la, ou faites-la demander par le playbook : « vars_prompt ».',
  ),
});

const notPlain = (name: string): Refusal => ({
  code: 'run.variable_text',
  say: t(
    `The variable “${name}” takes one plain word where Ansible plays: letters, digits and . _ + - ~ between them.`,
    `La variable « ${name} » prend un seul mot simple là où Ansible joue : lettres, chiffres et . _ + - ~ entre eux.`,
  ),
  next: t(
    'Type one word. Text is for playbooks without “engine: ansible”, where it is followed to its end.',
    'Tapez un seul mot. Un texte est pour les playbooks sans « engine: ansible », où il est suivi jusqu’au bout.',
  ),
});

const unanswered = (name: string): Refusal => ({
  code: 'ansible.unanswered',
  say: t(`The playbook asks for “${name}”.`, `Le playbook demande « ${name} ».`),
  next: t(
    `Give it: ${name}=…; what is secret, in a terminal: bin/quarterdeck run … -e ${name}=…`,
    `Donnez-la : ${name}=… ; ce qui est secret, dans un terminal : bin/quarterdeck run … -e ${name}=…`,
  ),
});

/** Values in which nothing is a template, though Ansible takes any text for one. */
export function plainFor(value: Json): Json {
  if (typeof value === 'string') return /[{}]/.test(value) ? { __ansible_unsafe: value } : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => plainFor(item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainFor(item as Json)]));
}
