import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Json, JsonObject } from '#core/json.ts';
import { each, t } from '#core/text.ts';
import { objectionTo } from '#playbook/inventory/connection-variables.ts';
import { isVault, type Vault } from '#playbook/vault.ts';
import { Usage } from './terminal.ts';

const varsShape = z.record(z.string(), z.json());

/** `-e`: `key=value` pairs, JSON or YAML, or `@file`. */
export async function readVars(all: readonly string[], vault: Vault): Promise<JsonObject> {
  const vars: Record<string, Json> = {};
  for (const given of all) {
    const text = given.startsWith('@') ? await readVarsFile(given, vault) : given;
    const read = given.startsWith('@') || /^\s*[{[]/.test(text) ? readMapping(given, text) : readPairs(text);
    refuseWays(read);
    Object.assign(vars, read);
  }
  return vars;
}

/** As whom a task is done may be said here; where it is done, and as whom to log in there, not. */
function refuseWays(vars: JsonObject): void {
  for (const [name, value] of Object.entries(vars)) {
    const objection = objectionTo(name, value);
    if (objection !== undefined) throw new Usage(each(objection, (words) => `-e ${words}.`));
  }
}

/** Every text in a value. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** A file's text; one that is sealed is opened, and nothing that was in it is shown. */
async function readVarsFile(given: string, vault: Vault): Promise<string> {
  const text = await readFile(given.slice(1), 'utf8').catch(() => {
    throw new Usage(t(`-e ${given}: the file cannot be read.`, `-e ${given} : le fichier ne peut pas être lu.`));
  });
  if (!isVault(text)) return text;
  const opened = vault.open(text).toString('utf8');
  for (const value of textsIn(yamlOf(opened))) vault.hide(value);
  return opened;
}

/** Text as YAML, of which JSON is a part; undefined when it is neither. */
export function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function readMapping(given: string, text: string): JsonObject {
  const parsed = varsShape.safeParse(yamlOf(text));
  if (!parsed.success) {
    throw new Usage(
      t(`-e ${given}: wants a mapping of names to values.`, `-e ${given} : attend des noms et leurs valeurs.`),
    );
  }
  return parsed.data as JsonObject;
}

function readPairs(text: string): JsonObject {
  const pairs = [...text.matchAll(/([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|(\S*))\s*/g)];
  if (
    pairs.map(([whole]) => whole).join('') !== `${text} `.trimStart() &&
    pairs.map(([whole]) => whole).join('') !== text
  ) {
    throw new Usage(
      t(`-e ${text}: wants name=value, JSON or @file.`, `-e ${text} : attend nom=valeur, du JSON ou @fichier.`),
    );
  }
  return Object.fromEntries(
    pairs.map(([, name = '', ...values]) => [name, values.find((value) => value !== undefined) ?? '']),
  );
}
