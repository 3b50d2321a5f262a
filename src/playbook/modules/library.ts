import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { Fault, ok, type Result, refused } from '#core/errors.ts';
import { type Text, t } from '#core/text.ts';
import { type PlacedFault, refusalOfFaults } from '../faults.ts';
import { readRegular } from '../regular-file.ts';
import type { Module } from './module.ts';
import type { ModuleRegistry } from './registry.ts';

/** The modules of a playbooks folder, as their files say. */
export interface Library {
  readonly files: readonly SummedFile[];
  /** Files that hold a module for Ansible's own engine, by the module's name. */
  readonly foreign: ReadonlyMap<string, string>;
  /** The SHA-256 of every file of ours, by path from the playbooks folder. */
  readonly sums: Readonly<Record<string, string>>;
}

const next = t(
  'Correct the module, or take its file away; nothing was done.',
  'Corrigez le module, ou retirez son fichier ; rien n’a été fait.',
);

const piece = z.custom<(...given: never[]) => unknown>((value) => typeof value === 'function');

const argument = z.strictObject({
  type: z.enum(['str', 'path', 'bool', 'int', 'float', 'list', 'dict', 'mode', 'raw']),
  required: z.boolean().optional(),
  default: z.json().optional(),
  choices: z.array(z.string()).optional(),
  aliases: z.array(z.string()).optional(),
  refuse: piece.optional(),
});

/** What a module has to have; `Module` says what each of it means. */
const shape = z.looseObject({
  name: z.string(),
  args: z.record(z.string(), argument),
  prepare: piece,
  probe: piece,
  read: piece,
  plan: piece,
  apply: piece,
  finish: piece,
});

const code: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs']);
const moduleName = /^[a-z][a-z0-9_]*$/;

/**
 * Anything but a type that comes from another file: the plan would not know it. What is not found here cannot be had either,
 * since nothing lies beside the text when it is evaluated.
 */
const imports = /^\s*(?:import\s+(?!type\b)|import\s*["'{*]|export\s+[^;]*\sfrom\s)|\b(?:import|require)\s*\(/m;

/** A file of a library, as people see it and as it is. */
interface LibraryFile {
  readonly path: string;
  readonly shown: string;
  readonly name: string;
}

interface SummedFile extends LibraryFile {
  readonly source: string;
  readonly sum: string;
}

const namesIn = (folder: string): Promise<readonly Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') return [];
    throw thrown;
  });

/** The files of `library/` beside the playbooks and in each role. */
async function filesOf(root: string): Promise<readonly LibraryFile[]> {
  const roles = (await namesIn(join(root, 'roles'))).map(({ name }) => join(root, 'roles', name, 'library'));
  const found: LibraryFile[] = [];
  for (const folder of [join(root, 'library'), ...roles]) {
    for (const entry of await namesIn(folder)) {
      if (entry.isDirectory()) continue;
      const path = join(folder, entry.name);
      const shown = relative(root, path).split(sep).join('/');
      found.push({ path, shown, name: basename(entry.name, extname(entry.name)) });
    }
  }
  return found.sort((one, other) => (one.shown < other.shown ? -1 : 1));
}

/** One file: its module, or what is wrong with it. */
async function load({ path, name, source, sum }: SummedFile): Promise<Module | Text> {
  if (!moduleName.test(name))
    return t(
      'a module is named by small letters, digits and underscores',
      'un module porte un nom en minuscules, chiffres et soulignés',
    );
  if (imports.test(source))
    return t(
      'a module of a library is one file: it imports types only',
      'un module de bibliothèque est un seul fichier : il n’importe que des types',
    );
  try {
    const { module } = await evaluated(source, sum, extname(path));
    const checked = shape.safeParse(module);
    if (!checked.success) return incomplete(checked.error.issues[0]?.path.map(String).join('.') ?? '');
    if (checked.data.name !== name)
      return t(`its module is named “${checked.data.name}”`, `son module se nomme « ${checked.data.name} »`);
    return module as Module; // as far as can be seen from outside
  } catch (thrown) {
    const why = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? '';
    return t(`it cannot be loaded: ${why}`, `il ne peut pas être chargé : ${why}`);
  }
}

const known = new Map<string, Promise<Evaluated>>();

interface Evaluated {
  readonly module?: unknown;
}

/**
 * Evaluates the very text that was summed, not what the disk holds by now, in a folder where nothing else lies. The same
 * text is evaluated once.
 */
function evaluated(source: string, sum: string, kind: string): Promise<Evaluated> {
  const key = `${kind} ${sum}`;
  const found = known.get(key);
  if (found) return found;
  const made = evaluateApart(source, kind);
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
}

async function evaluateApart(source: string, kind: string): Promise<Evaluated> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'quarterdeck-library-'));
  try {
    const file = join(folder, `module${kind === '.js' ? '.mjs' : kind}`);
    await writeFile(file, source, { mode: 0o600 });
    return await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const incomplete = (path: string): Text =>
  path === ''
    ? t('it exports no `module`', 'il n’exporte aucun `module`')
    : t(`\`${path}\` of its module is missing or wrong`, `\`${path}\` de son module manque ou est faux`);

const twice = (): Text =>
  t(
    'there is a module of that name already: name it otherwise',
    'il y a déjà un module de ce nom : nommez-le autrement',
  );

const largest = 8 * 1024 * 1024;

const unreadable = ({ shown }: LibraryFile): Fault => {
  const message = t('it is no regular file, or too large', 'ce n’est pas un fichier ordinaire, ou il est trop grand');
  return new Fault(refusalOfFaults('playbook.library', [{ at: { file: shown, line: 1, column: 1 }, message }], next));
};

async function sourceOf(file: LibraryFile): Promise<string> {
  const found = await readRegular(file.path, largest);
  if (typeof found === 'string') throw unreadable(file);
  return found.content.toString('utf8');
}

/** The files of a playbooks folder's libraries, read and not yet evaluated. */
export async function readLibrary(root: string): Promise<Library> {
  const files = await filesOf(root);
  const own = await Promise.all(
    files
      .filter(({ path }) => code.has(extname(path)))
      .map(async (file) => {
        const source = await sourceOf(file);
        return { ...file, source, sum: createHash('sha256').update(source).digest('hex') };
      }),
  );
  const foreign = files.filter(({ path }) => ['.py', ''].includes(extname(path)));
  return {
    files: own,
    foreign: new Map(foreign.map(({ name, shown }) => [name, shown])),
    sums: Object.fromEntries(own.map(({ shown, sum }) => [shown, sum])),
  };
}

/** Our modules and those of a library. Refused with `playbook.library`: every file that is no module, and why. */
export async function withLibrary(
  bundled: ModuleRegistry,
  { files, foreign }: Library,
): Promise<Result<ModuleRegistry>> {
  const own = new Map<string, Module>();
  const faults: PlacedFault[] = [];
  for (const file of files) {
    const made = bundled.get(file.name) !== undefined || own.has(file.name) ? twice() : await load(file);
    if (isModule(made)) own.set(file.name, made);
    else faults.push({ at: { file: file.shown, line: 1, column: 1 }, message: made });
  }
  if (faults.length > 0) return refused(refusalOfFaults('playbook.library', faults, next));
  return ok({
    get: (name) => bundled.get(name) ?? own.get(name.replace(/^ansible\.legacy\./, '')),
    names: () => [...bundled.names(), ...own.keys()],
    foreign,
  });
}

const isModule = (made: Module | Text): made is Module => typeof made === 'object' && 'probe' in made;
