import { parseAllDocuments } from 'yaml';
import { valueMistake } from '../mistakes.ts';
import { writeJson } from '../python/json-dumps.ts';
import { readJson } from '../python/json-loads.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { wrap } from '../values/json.ts';
import { countOf, defined, textOf, truth } from '../values/show.ts';
import type { Value } from '../values/value.ts';
import { dumpYaml } from '../yaml/dump.ts';

function yamlText(
  run: Run,
  value: Value,
  options: Value,
  defaults: { readonly indent: number; readonly flow: boolean | undefined },
): string {
  const given = options instanceof Dict ? options : new Dict();
  const flow = given.get('default_flow_style');
  const flag = (name: string, byDefault: boolean): boolean => truth(given.get(name) ?? byDefault);
  const indent = countOf(given.get('indent') ?? defaults.indent, 'indent');
  const width = countOf(given.get('width') ?? 80, 'width');
  const usable = indent > 1 && indent < 10 ? indent : 2;
  return dumpYaml(
    value,
    {
      indent: usable,
      width: width > usable * 2 ? width : 80,
      flow: flow === undefined ? defaults.flow : flow === null ? undefined : truth(flow),
      sortKeys: flag('sort_keys', true),
      explicitStart: flag('explicit_start', false),
      explicitEnd: flag('explicit_end', false),
    },
    run.meter,
  );
}

const option = (options: Value, name: string): Value | undefined =>
  options instanceof Dict ? options.get(name) : undefined;

function separators(options: Value, indented: boolean): readonly [string, string] {
  const given = option(options, 'separators');
  const [item, key] = Array.isArray(given)
    ? given
    : given !== undefined &&
        given !== null &&
        typeof given === 'object' &&
        'items' in given &&
        Array.isArray(given.items)
      ? given.items
      : [];
  return [typeof item === 'string' ? item : indented ? ',' : ', ', typeof key === 'string' ? key : ': '];
}

function jsonText(run: Run, value: Value, options: Value, indent: Value, sortKeys: Value): string {
  const [itemSeparator, keySeparator] = separators(options, indent !== null);
  return writeJson(
    value,
    {
      indent:
        indent === null
          ? undefined
          : typeof indent === 'string'
            ? indent
            : ' '.repeat(Math.min(100, Math.max(0, countOf(indent, 'indent')))),
      sortKeys: truth(sortKeys),
      ascii: truth(option(options, 'ensure_ascii') ?? true),
      itemSeparator,
      keySeparator,
    },
    run.meter,
  );
}

function fromYaml(run: Run, given: Value): Value[] {
  const text = textOf(given, 'from_yaml');
  run.meter.text(text.length);
  const documents = parseAllDocuments(text, { version: '1.1', merge: true, logLevel: 'silent' });
  if (!Array.isArray(documents)) return [null];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw valueMistake(`this is no YAML: ${error.code}`, `ce n’est pas du YAML : ${error.code}`);
    return wrap(document.toJS({ maxAliasCount: 100 }));
  });
}

/** Filters that write and read JSON and YAML. */
export const documents: Builtins = {
  to_json: builtin('value, indent=null, sort_keys=false, **options', (run, value, indent, sortKeys, options) =>
    jsonText(run, defined(value), options, indent, sortKeys),
  ),
  to_nice_json: builtin('value, indent=4, sort_keys=true, **options', (run, value, indent, sortKeys, options) =>
    jsonText(run, defined(value), options, indent, sortKeys),
  ),
  tojson: builtin('value, indent=null', (run, value, indent) =>
    jsonText(run, defined(value), null, indent, true).replace(
      /[<>&']/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  ),
  to_yaml: builtin('value, **options', (run, value, options) =>
    yamlText(run, value, options, { indent: 2, flow: undefined }),
  ),
  to_nice_yaml: builtin('value, indent=4, **options', (run, value, indent, options) =>
    yamlText(run, value, options, { indent: countOf(indent, 'indent'), flow: false }),
  ),
  from_json: builtin('value', (run, value) => readJson(textOf(value, 'from_json'), run.meter)),
  from_yaml: builtin('value', (run, value) =>
    typeof value === 'string' ? (fromYaml(run, value)[0] ?? null) : defined(value),
  ),
  from_yaml_all: builtin('value', (run, value) => (typeof value === 'string' ? fromYaml(run, value) : defined(value))),
};
