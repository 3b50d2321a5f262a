import { writeJson } from '../python/json-dumps.ts';
import { readJson } from '../python/json-loads.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { countOf, defined, textOf, truth } from '../values/show.ts';
import { isSequence, itemsOf, type Value } from '../values/value.ts';
import { dumpYaml } from '../yaml/dump.ts';
import { loadYaml } from '../yaml/load.ts';

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
  const [item, key] = given !== undefined && isSequence(given) ? itemsOf(given) : [];
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
    typeof value === 'string' ? (loadYaml(value, run.meter)[0] ?? null) : defined(value),
  ),
  from_yaml_all: builtin('value', (run, value) =>
    typeof value === 'string' ? loadYaml(value, run.meter) : defined(value),
  ),
};
