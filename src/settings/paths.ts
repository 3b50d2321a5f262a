import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Json } from '#core/json.ts';
import type { Settings } from './schema.ts';
import type { Shaped } from './shape.ts';

/** The program's own folder: where the bundled playbooks and plugins are. */
export const programFolder = resolve(import.meta.dirname, '../..');

/** What relative paths are relative to. */
export interface Bases {
  /** The configuration file's folder. */
  readonly config: string;
  readonly working: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * All paths absolute. What the file says is relative to the file; a default is relative to where it belongs: the data
 * folder to the working directory, the bundled playbooks and plugins to the program.
 */
export function resolvePaths(shaped: Shaped, given: Json, bases: Bases): Settings {
  const from = (base: string) => (path: string) => resolve(base, atHome(path, bases.env));
  const own = from(bases.config);
  const data = dataFolder(given, bases);
  const knownHosts = shaped.ssh.knownHosts.map(own);
  return {
    ...shaped,
    data,
    inventory: shaped.inventory.map(own),
    playbooks: from(says(given, 'playbooks') ? bases.config : programFolder)(shaped.playbooks),
    plugins: {
      ...shaped.plugins,
      folders: shaped.plugins.folders.map(from(says(given, 'plugins', 'folders') ? bases.config : programFolder)),
    },
    ansible: {
      ...shaped.ansible,
      ...(shaped.ansible.program === undefined ? {} : { program: own(shaped.ansible.program) }),
    },
    ssh: {
      ...shaped.ssh,
      identityFiles: shaped.ssh.identityFiles.map(own),
      knownHosts: knownHosts.length > 0 ? knownHosts : [join(data, 'known_hosts'), own('~/.ssh/known_hosts')],
    },
  };
}

/** The data folder that a configuration names, or where it is when it names none. */
export function dataFolder(given: Json, { config, working, env }: Bases): string {
  if (env.QUARTERDECK_DATA) return resolve(working, atHome(env.QUARTERDECK_DATA, env));
  const named = namedData(given);
  return named === undefined ? resolve(working, usualData) : resolve(config, atHome(named, env));
}

const naming = z.looseObject({ data: z.string() });

/** The data folder as the file writes it; undefined when it names none. */
export const namedData = (given: Json): string | undefined => naming.safeParse(given).data?.data;

/** Where the data folder is when nothing names one. */
export const usualData = './data';

const atHome = (path: string, env: NodeJS.ProcessEnv): string =>
  path === '~' || path.startsWith('~/') ? join(env.HOME ?? homedir(), path.slice(1)) : path;

function says(value: Json | undefined, ...path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined;
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, first)) return false;
  return says((value as Readonly<Record<string, Json>>)[first], ...rest);
}
