import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Lookup, LookupCall } from '#playbook/templates/index.ts';
import type { NearFiles } from './near.ts';

/** The names to look for, and whether it is well that none is there. */
interface Search {
  readonly names: readonly string[];
  readonly skip: boolean;
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const split = (value: Json | undefined, separators: RegExp): readonly string[] => {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => split(one, separators));
  return String(value)
    .split(separators)
    .map((one) => one.trim())
    .filter((one) => one !== '');
};

const isTrue = (value: Json | undefined): boolean => value === true || /^(?:true|yes|on|1)$/i.test(String(value));

/** What one mapping of `files`, `paths` and `skip` names. */
function named(given: JsonObject): Search {
  const files = split(given.files, /[,;]/);
  const paths = split(given.paths, /[,:;]/);
  const names = paths.length === 0 ? files : paths.flatMap((path) => files.map((file) => `${path}/${file}`));
  return { names, skip: isTrue(given.skip) };
}

/** Names, lists of them, and mappings, in their order. */
function searchOf(terms: readonly Json[], options: JsonObject): Search {
  const all = terms.map((term): Search => {
    if (Array.isArray(term)) return searchOf(term, options);
    if (isObject(term)) return named({ ...options, ...term });
    const name = String(term);
    const paths = split(options.paths, /[,:;]/);
    return { names: paths.length === 0 ? [name] : paths.map((path) => `${path}/${name}`), skip: isTrue(options.skip) };
  });
  if (all.length === 0) return named(options);
  return { names: all.flatMap(({ names }) => names), skip: all.some(({ skip }) => skip) };
}

const noneFound = (call: LookupCall, names: readonly string[]): Fault => {
  const { file, line, column } = call.at;
  return new Fault({
    code: 'step.no_file',
    say: t(
      `${file}:${line}:${column}: none of these files is in the playbooks folder: ${names.join(', ')}.`,
      `${file}:${line}:${column} : aucun de ces fichiers n’est dans le dossier des playbooks : ${names.join(', ')}.`,
    ),
    next: t('Add one of them, or write `skip: true`.', 'Ajoutez l’un d’eux, ou écrivez `skip: true`.'),
  });
};

/** The first of several files that is there; nothing, with `skip`, when none is. `subfolder` is where a loop's task has its files. */
export const firstFound =
  (files: NearFiles): Lookup =>
  (call) => {
    const { subfolder, ...options } = call.options;
    const { names, skip } = searchOf(call.terms, options);
    const kind = typeof subfolder === 'string' ? subfolder : 'files';
    const found = names.map((name) => files.find(name, kind, call)).find((path) => path !== undefined);
    if (found !== undefined) return [found];
    if (skip || isTrue(options.skip)) return [];
    throw noneFound(call, names);
  };
