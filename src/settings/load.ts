import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Json } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import { withEnvironment } from './environment.ts';
import type { SettingsFault } from './faults.ts';
import { type Bases, dataFolder, namedData, resolvePaths } from './paths.ts';
import { type Resolved, resolveReferences } from './references.ts';
import type { Left } from './rest.ts';
import type { Settings } from './schema.ts';
import { checkShape } from './shape.ts';
import { readTree, type Spot, type Tree } from './tree.ts';

/** Where the configuration is, when nobody says otherwise; relative to the working directory. */
export const defaultPath = 'config/quarterdeck.yaml';

/** What to load. */
export interface LoadOptions {
  /** `--config` or `QUARTERDECK_CONFIG`; a file named is a file that must be there. */
  readonly path?: string;
  readonly env: NodeJS.ProcessEnv;
  /** The working directory, when it is not the process's. */
  readonly working?: string;
}

/** The settings, or everything that is wrong with them. `files` are all that were read or looked for, to be watched. */
export type SettingsOutcome =
  | {
      readonly ok: true;
      readonly settings: Settings;
      readonly files: readonly string[];
      /** Values nobody may see, for redaction. */
      readonly secrets: readonly string[];
      /** False when there is no configuration file and everything is a default. */
      readonly configured: boolean;
      /** True when the file says nothing: it is empty, holds only comments, or is not there. */
      readonly blank: boolean;
      /** Where the values stand in the file, by `pathKey`: a plugin's complaint about its settings can name the line. */
      readonly spots: ReadonlyMap<string, Spot>;
    }
  | {
      readonly ok: false;
      readonly faults: readonly SettingsFault[];
      readonly files: readonly string[];
      /** The data folder, as far as it can be told: whatever else is wrong, a bot may be running on it. */
      readonly data?: string;
      /** What can be checked in spite of the faults; absent when nothing can. */
      readonly rest?: Rest;
    };

/** A faulty configuration as far as it can be judged: nothing of it is ever put in force. */
export interface Rest {
  /** Without what is at fault; a list with a fault in it is left out whole. */
  readonly settings: Settings;
  readonly spots: ReadonlyMap<string, Spot>;
  readonly configured: boolean;
  /** Everything as it is written, what is at fault included. */
  readonly value: Json;
}

const mostBytes = 1024 * 1024;

/** Reads and checks the configuration; every fault at once. It never throws for what a person can mend. */
export async function loadSettings(options: LoadOptions): Promise<SettingsOutcome> {
  const working = options.working ?? process.cwd();
  const named = options.path ?? (options.env.QUARTERDECK_CONFIG || undefined);
  const file = named ?? defaultPath;
  const path = resolve(working, file);
  const source = await sourceOf(path, file);
  if (source.missing && named === undefined) return check(noFile, noReferences, options, { file, path, working });
  const bases = { config: dirname(path), working, env: options.env };
  if ('fault' in source) {
    const known = options.env.QUARTERDECK_DATA ? { data: dataFolder({}, bases) } : {};
    return { ok: false, faults: [source.fault], files: [path], ...known };
  }
  const tree = readTree(source.text, file);
  const resolved = await resolveReferences(tree, options.env, dirname(path));
  const outcome = check(tree, resolved, options, { file, path, working });
  return outcome.ok ? outcome : { ...outcome, data: await dataIn(source.text, bases) };
}

/** The data folder that a faulty file names: of a file that is not even YAML, by the one line that says it. */
async function dataIn(text: string, bases: Bases): Promise<string> {
  const whole = readTree(text, '');
  const line = /^data[ \t]*:.*$/m.exec(text)?.[0] ?? '';
  const tree = whole.value === null ? readTree(line, '') : whole;
  const named = namedData(tree.value);
  if (named === undefined) return dataFolder({}, bases);
  const { value } = await resolveReferences({ ...tree, value: { data: named } }, bases.env, bases.config);
  return dataFolder(value, bases);
}

const noFile: Tree = { value: {}, spots: new Map(), faults: [] };
const noReferences: Resolved = { value: {}, faults: [], files: [], secrets: [], outside: new Set() };

function check(
  tree: Tree,
  resolved: Resolved,
  options: LoadOptions,
  at: { readonly file: string; readonly path: string; readonly working: string },
): SettingsOutcome {
  const files = [at.path, ...resolved.files];
  const shape = checkShape(tree, resolved, at.file);
  const environment = withEnvironment(options.env);
  const bases = { config: dirname(at.path), working: at.working, env: options.env };
  const inPlace = ({ shaped, value }: Left) => resolvePaths(environment.apply(shaped), value, bases);
  const given = { spots: tree.spots, configured: tree !== noFile };
  const faults = [...(shape.ok ? [] : shape.faults), ...environment.faults];
  if (shape.ok && faults.length === 0) {
    const { secrets } = resolved;
    return { ok: true, settings: inPlace(shape), files, secrets, blank: isBlank(tree.value), ...given };
  }
  const left = shape.ok ? shape : shape.left;
  if (left === undefined) return { ok: false, faults, files };
  return { ok: false, faults, files, rest: { settings: inPlace(left), value: shape.value ?? null, ...given } };
}

const isBlank = (value: Json): boolean =>
  value === null || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0);

type Source =
  | { readonly missing: false; readonly text: string }
  | { readonly missing: boolean; readonly fault: SettingsFault };

async function sourceOf(path: string, file: string): Promise<Source> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > mostBytes) return unreadable(file, t('is larger than 1 MB', 'dépasse 1 Mo'));
    return { missing: false, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException; // what node:fs and the decoder throw
    return {
      ...unreadable(file, reasons[code] ?? t(`cannot be read (${code})`, `ne peut pas être lu (${code})`)),
      missing: code === 'ENOENT',
    };
  }
}

const reasons: Readonly<Record<string, Text>> = {
  ENOENT: t('is not there', 'n’existe pas'),
  ENOTDIR: t('is not there', 'n’existe pas'),
  EACCES: t('may not be read by this account', 'ne peut pas être lu par ce compte'),
  EISDIR: t('is a folder', 'est un dossier'),
  ERR_ENCODING_INVALID_ENCODED_DATA: t('is not UTF-8 text', 'n’est pas un texte UTF-8'),
};

const next = t(
  'Copy config/quarterdeck.example.yaml there, or name another file with --config.',
  'Copiez-y config/quarterdeck.example.yaml, ou nommez un autre fichier avec --config.',
);

const unreadable = (file: string, why: Text): { readonly missing: boolean; readonly fault: SettingsFault } => {
  const say = typeof why === 'string' ? { en: why, fr: why } : why;
  const message = t(`The configuration file ${say.en}.`, `Le fichier de configuration ${say.fr}.`);
  return {
    missing: false,
    fault: { file, line: 1, column: 1, code: 'settings.unreadable', path: '', message, hint: next },
  };
};
