import type { Json, JsonObject } from '#core/json.ts';
import {
  isUnknown,
  type LookupCall,
  type Lookups,
  parseTemplate,
  renderTemplate,
  renderText,
  type Scope,
  type TemplateEnv,
  UnknownMet,
} from '#playbook/templates/index.ts';
import { firstFound } from './first-found.ts';
import type { NearFiles } from './near.ts';
import { flag, onlyOptions } from './options.ts';

const names = ({ terms }: LookupCall): readonly string[] => terms.flat().map(String);

/** The variables, and above them those a lookup is given. */
const withMore = (scope: Scope, more: Json | undefined): Scope => {
  if (typeof more !== 'object' || more === null || Array.isArray(more)) return scope;
  const above = more as JsonObject;
  return {
    get: (name) => (Object.hasOwn(above, name) ? above[name] : scope.get(name)),
    names: () => new Set([...Object.keys(above), ...scope.names()]),
    textual: (name) => !Object.hasOwn(above, name) && scope.textual?.(name) === true,
  };
};

/** The lookups that read files of the playbooks folder. */
export function fileLookups(files: NearFiles, env: () => TemplateEnv): Lookups {
  const content = (lookup: string) => (call: LookupCall) => {
    onlyOptions(call, lookup, ['lstrip', 'rstrip', 'binary']);
    return names(call).map((name) => {
      const { text } = files.read(name, 'files', call);
      const started = flag(call.options, 'lstrip', false) ? text.trimStart() : text;
      return flag(call.options, 'rstrip', lookup === 'file') ? started.trimEnd() : started;
    });
  };

  const rendered = (call: LookupCall, name: string): Json => {
    const { shown, text } = files.read(name, 'templates', call);
    const template = parseTemplate(text, { file: shown, line: 1, column: 1 }, { kind: 'file' });
    const scope = withMore(call.scope, call.options.template_vars);
    const render = flag(call.options, 'convert_data', true) ? renderTemplate : renderText;
    const value = render(template, scope, env());
    if (isUnknown(value)) throw new UnknownMet(value.unknownBecause);
    return value;
  };

  return {
    file: content('file'),
    unvault: content('unvault'),
    fileglob: (call) => {
      onlyOptions(call, 'fileglob', []);
      return names(call).flatMap((pattern) => files.glob(pattern, call));
    },
    template: (call) => {
      onlyOptions(call, 'template', ['convert_data', 'template_vars']);
      return names(call).map((name) => rendered(call, name));
    },
    first_found: firstFound(files),
  };
}
