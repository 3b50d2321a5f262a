import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import {
  evaluateCondition,
  evaluateExpression,
  faultAt,
  isUnknown,
  type Lookup,
  type LookupCall,
  Mistake,
  parseTemplate,
  renderText,
  renderValue,
  spansOf,
  type TemplateEnv,
  traceTemplate,
  type Unknown,
  UnknownMet,
  unknown,
} from '#playbook/templates/index.ts';
import type { Language } from './walk.ts';

/** What `omit` stands for in rendered values: random, so that no value of a host can pass for it. */
export interface Omission {
  readonly mark: string;
}

/** Written values and conditions, by the template language. */
export function createLanguage(env: TemplateEnv, omission: Omission): Language {
  return {
    value: (written, scope) => {
      const value = renderValue(written.value, written.at, scope, env);
      return isUnknown(value) ? value : withoutOmitted(value, omission.mark);
    },
    trace: (written, scope) => traceTemplate(parseTemplate(written.value, written.at), scope, env),
    expression: (written, scope) => evaluateExpression(written.value, written.at, scope, env),
    condition: (written, scope) => evaluateCondition(written.value, written.at, scope, env),
    text: (source, file, scope) =>
      renderText(parseTemplate(source, { file, line: 1, column: 1 }, { kind: 'file' }), scope, env),
    spans: ({ value, at }, scope, kind) => spansOf(parseTemplate(value, at, { kind }), scope, env),
    lookup: (name, terms, scope, { at, subfolder }) => {
      const lookup = env.lookups[name];
      const options: JsonObject = name === 'first_found' ? { subfolder } : {};
      if (lookup) return looked(lookup, { terms, options, scope, at });
      const { file, line, column } = at;
      throw new Fault({
        code: 'template.lookup',
        say: t(
          `${file}:${line}:${column}: the lookup ${name} is not open to playbooks here.`,
          `${file}:${line}:${column} : le lookup ${name} n’est pas ouvert aux playbooks ici.`,
        ),
      });
    },
    omitted: (value) => value === omission.mark,
  };
}

/** What a lookup gives outside of a template, with its mistakes in their place. */
function looked(lookup: Lookup, call: LookupCall): Json | Unknown {
  try {
    return lookup(call);
  } catch (thrown) {
    if (thrown instanceof UnknownMet) return unknown(thrown.because);
    if (thrown instanceof Mistake) throw faultAt(thrown.kind, thrown.say, call.at, thrown);
    throw thrown;
  }
}

/** Entries of mappings whose value is `omit` are as if not written. */
function withoutOmitted(value: Json, mark: string): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.filter((item) => item !== mark).map((item) => withoutOmitted(item, mark));
  const kept = Object.entries(value).filter(([, item]) => item !== mark);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutOmitted(item, mark)]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
