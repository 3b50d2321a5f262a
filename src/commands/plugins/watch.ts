import { type Dirent, type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';

const deepest = 5;
const settleMs = 150;
/** How often it is looked where the system has no watch left to give. */
const pollMs = 3_000;
const code = new Set(['.ts', '.js', '.mjs', '.json']);

/** Calls back when a plugin's source file has changed and the folder has come to rest. Tests and editor leavings do not count. */
export async function watchFolders(folders: readonly string[], changed: () => void): Promise<() => void> {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let known = '';
  let isBlind = false;

  const soon = () => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void look().catch(() => soon()), settleMs);
  };

  const watchAll = (found: ReadonlySet<string>) => {
    for (const [folder, watcher] of watchers)
      if (!found.has(folder)) {
        watcher.close();
        watchers.delete(folder);
      }
    for (const folder of found) if (!watchers.has(folder)) add(folder);
  };

  const add = (folder: string) => {
    try {
      const watcher = watch(folder, { persistent: false }, soon);
      // A folder that goes away takes its watcher with it; the parent's watcher tells.
      watcher.on('error', () => watchers.delete(folder));
      watchers.set(folder, watcher);
    } catch {
      isBlind = true; // gone between the listing and now, or one too many
    }
  };

  const look = async () => {
    const seen = await survey(folders.map((folder) => resolve(folder)));
    if (stopped) return;
    watchAll(seen.folders);
    const before = known;
    known = seen.signature;
    if (before !== '' && before !== known) changed();
  };

  await look();
  const poll = setInterval(() => isBlind && soon(), pollMs).unref();
  return () => {
    stopped = true;
    clearInterval(poll);
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
}

interface Survey {
  readonly folders: Set<string>;
  readonly signature: string;
}

async function survey(roots: readonly string[]): Promise<Survey> {
  const folders = new Set<string>();
  const files: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    if (!entries) return;
    folders.add(folder);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const isFolder = entry.isDirectory() || (depth === 0 && (await leadsToFolder(entry, path)));
      if (isFolder && depth < deepest) await walk(path, depth + 1);
      else if (isSource(entry.name)) files.push(await stamp(path));
    }
  };
  for (const root of roots) await walk(root, 0);
  return { folders, signature: `:${files.sort().join('\n')}` };
}

/** A plugin may be a link to its folder. */
const leadsToFolder = async (entry: Dirent, path: string): Promise<boolean> =>
  entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isDirectory() === true;

const isSource = (name: string) => code.has(extname(name)) && !/\.test\.[a-z]+$/.test(name);

async function stamp(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${path} ${found.ino} ${found.size} ${found.mtimeMs}` : path;
}
