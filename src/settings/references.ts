import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import { type Path, type SettingsFault, showPath } from './faults.ts';
import { pathKey, type Tree } from './tree.ts';

/** The values of a tree with `${env:NAME}` and `${file:path}` put in. */
export interface Resolved {
  readonly value: Json;
  readonly faults: readonly SettingsFault[];
  /** The files read, or looked for, by absolute path. */
  readonly files: readonly string[];
  /** Values nobody may see, for redaction. */
  readonly secrets: readonly string[];
  /** The values that came from outside, by `pathKey`: never shown in a fault. */
  readonly outside: ReadonlySet<string>;
}

type Found = { readonly text: string } | { readonly missing: Text; readonly next?: Text };

interface Walk {
  readonly tree: Tree;
  readonly look: (kind: string, name: string) => Found;
  readonly faults: SettingsFault[];
  readonly secrets: Set<string>;
  readonly outside: Set<string>;
}

const reference = /\$(\$\{)|\$\{(?:(env|file):)?([^}]*)\}/g;
const mostBytes = 256 * 1024;

/** Puts environment variables and files in place of their references; `$${` stands for a plain `${`. */
export async function resolveReferences(tree: Tree, env: NodeJS.ProcessEnv, folder: string): Promise<Resolved> {
  const files = await readAll(fileNames(tree.value), folder);
  const look = (kind: string, name: string): Found =>
    kind === 'env' ? variable(env, name) : (files.get(name)?.found ?? unusable(name, notThere));
  const walk: Walk = { tree, look, faults: [], secrets: new Set(), outside: new Set() };
  const value = replaceIn(walk, tree.value, []);
  const paths = [...files.values()].map((file) => file.path);
  return { value, faults: walk.faults, files: paths, secrets: [...walk.secrets], outside: walk.outside };
}

function fileNames(value: Json): string[] {
  if (typeof value === 'string')
    return [...value.matchAll(reference)].flatMap(([, , kind, name]) => (kind === 'file' && name ? [name] : []));
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(fileNames);
}

async function readAll(names: readonly string[], folder: string) {
  const unique = [...new Set(names)];
  const read = unique.map(async (name) => {
    const path = resolve(folder, name);
    return [name, { path, found: await fileText(path, name) }] as const;
  });
  return new Map(await Promise.all(read));
}

const notThere = t('is not there', 'n’existe pas');

const reasons: Readonly<Record<string, Text>> = {
  ENOENT: notThere,
  ENOTDIR: notThere,
  EACCES: t('may not be read by this account', 'ne peut pas être lu par ce compte'),
};

async function fileText(path: string, name: string): Promise<Found> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return unusable(name, t('is not a plain file', 'n’est pas un fichier ordinaire'));
    if (found.size > mostBytes) return unusable(name, t('is too large for a secret', 'est trop grand pour un secret'));
    const text = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    return text === '' ? unusable(name, t('is empty', 'est vide')) : { text };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException; // what node:fs throws
    return unusable(name, reasons[code] ?? t(`cannot be read (${code})`, `ne peut pas être lu (${code})`));
  }
}

const unusable = (name: string, why: Text): Found => ({
  missing: both(`The file "${name}"`, `Le fichier « ${name} »`, why),
});

const both = (en: string, fr: string, why: Text): Text =>
  typeof why === 'string' ? why : t(`${en} ${why.en}.`, `${fr} ${why.fr}.`);

function variable(env: NodeJS.ProcessEnv, name: string): Found {
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  if (text) return { text };
  const next = t(
    'Set it before starting, or use ${file:path}.',
    'Définissez-la avant le démarrage, ou utilisez ${file:chemin}.',
  );
  return text === undefined
    ? {
        missing: t(
          `The environment variable ${name} is not set.`,
          `La variable d’environnement ${name} n’est pas définie.`,
        ),
        next,
      }
    : {
        missing: t(`The environment variable ${name} is empty.`, `La variable d’environnement ${name} est vide.`),
        next,
      };
}

function replaceIn(walk: Walk, value: Json, path: Path): Json {
  if (typeof value === 'string') return replaceText(walk, value, path);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json, index) => replaceIn(walk, item, [...path, index]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(walk, item, [...path, key])]));
}

// A login name or a folder taken from the environment is no secret: blacking it out everywhere would make the audit unreadable.
const isSecret = ([section]: Path): boolean => isAlwaysSecret(section) || section === 'plugins';
/** Also when it is written in the configuration itself. */
const isAlwaysSecret = (section: Path[number] | undefined): boolean => section === 'secrets' || section === 'vault';

function replaceText(walk: Walk, text: string, path: Path): string {
  const result = text.replace(reference, (whole, escaped?: string, kind?: string, name = '') => {
    if (escaped) return escaped;
    walk.outside.add(pathKey(path));
    return replacement(walk, { whole, kind, name }, path);
  });
  if (isAlwaysSecret(path[0]) && result !== '') walk.secrets.add(result);
  return result;
}

function replacement(walk: Walk, found: { whole: string; kind: string | undefined; name: string }, path: Path): string {
  if (found.kind === undefined || found.name === '') return fault(walk, path, wrongReference(found.whole), howToRefer);
  const result = walk.look(found.kind, found.name);
  if ('missing' in result) return fault(walk, path, result.missing, result.next);
  if (isSecret(path)) walk.secrets.add(result.text);
  return result.text;
}

const wrongReference = (whole: string): Text =>
  t(`"${whole}" refers to nothing known.`, `« ${whole} » ne renvoie à rien de connu.`);

const howToRefer = t(
  'Write ${env:NAME} or ${file:path}, or $${ for the characters themselves.',
  'Écrivez ${env:NOM} ou ${file:chemin}, ou $${ pour les caractères eux-mêmes.',
);

function fault(walk: Walk, path: Path, message: Text, hint: Text | undefined): string {
  const place = walk.tree.spots.get(pathKey(path))?.value ?? { file: '', line: 0, column: 0 };
  const fault = { ...place, code: 'settings.reference' as const, path: showPath(path), message };
  walk.faults.push(hint === undefined ? fault : { ...fault, hint });
  return '';
}
