import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Pinned, PluginPlace, Source } from '../protocol.ts';

const kit = new URL('../../../kit/index.ts', import.meta.url).href;
const ours = new URL('../../../', import.meta.url).href;

/** The files each plugin was loaded from, by plugin, then by URL. */
export type Sources = Record<string, Record<string, Source>>;

/**
 * Watches over what plugins import: `#kit` is found from any folder on the disk, nothing else of ours can be had, every
 * source file is remembered, and a pinned plugin is read from memory instead of the disk.
 */
export function guardImports(places: readonly PluginPlace[], pinned: Readonly<Record<string, Pinned>>): Sources {
  const folders = places.map(({ name, folder }) => ({ name, url: `${pathToFileURL(folder).href}/` }));
  const owner = (url: string | undefined) => folders.find((folder) => url?.startsWith(folder.url))?.name;
  const sources: Sources = {};
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '#kit') return { url: kit, shortCircuit: true };
      const asker = owner(context.parentURL);
      const kept = asker === undefined ? undefined : keptUrl(specifier, context.parentURL, pinned[asker]);
      if (kept !== undefined) return { url: kept, shortCircuit: true };
      const found = next(specifier, context);
      if (asker !== undefined && found.url.startsWith(ours) && owner(found.url) === undefined)
        throw new Error(`${specifier} cannot be imported: a plugin imports #kit and nothing else of the bot`);
      return found;
    },
    load(url, context, next) {
      const plugin = owner(url);
      if (plugin === undefined) return next(url, context);
      const kept = pinned[plugin]?.sources[url];
      if (kept) return { format: kept.format, source: kept.text, shortCircuit: true };
      const loaded = next(url, context);
      if (loaded.source !== null && loaded.source !== undefined && loaded.format)
        sources[plugin] = { ...sources[plugin], [url]: { format: loaded.format, text: asText(loaded.source) } };
      return loaded;
    },
  });
  return sources;
}

/** A file of a pinned plugin resolves even when it is gone from the disk. */
function keptUrl(specifier: string, parent: string | undefined, pin: Pinned | undefined): string | undefined {
  if (!pin || !/^(\.|\/|file:)/.test(specifier)) return undefined;
  const url = new URL(specifier, parent).href;
  return Object.hasOwn(pin.sources, url) ? url : undefined;
}

const asText = (source: string | ArrayBuffer | NodeJS.TypedArray): string =>
  typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString('utf8');
