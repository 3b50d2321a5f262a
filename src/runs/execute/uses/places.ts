import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

/** How a link is named beside the files. */
export const linkName = (name: string): string => `${name} ->`;

const inside = (folder: string, path: string): string | undefined => {
  const way = relative(folder, path);
  return way === '..' || way.startsWith('../') || isAbsolute(way) ? undefined : way;
};

const realOr = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch {
    // Not there, or not in reach.
    return undefined;
  }
};

/** What a link says; undefined for what is none. */
const linkAt = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    // Not there, or no link.
    return undefined;
  }
};

/** The folders whose files a playbook may read, and how plans name what is in them. */
export interface Places {
  /** Their real paths: the playbooks folder, then the others. */
  readonly tops: readonly string[];
  /** A path without links, as plans name it: from the playbooks folder, or whole. */
  name(real: string): string;
  /** Which folder right in the playbooks folder something without links is in, or which of the others. */
  part(real: string): string;
  /** Where a path leads, as plans name it, whether anything is there or not. */
  meant(path: string): string;
  /** The links on the way to a path, and it itself, by name, with where each leads; undefined for what is no link. */
  way(path: string): ReadonlyMap<string, string | undefined>;
  /** Where the link at a path leads, in words that stay the same wherever the playbooks folder lies. */
  target(path: string): string | undefined;
}

/** Over the playbooks folder and the others that are there; one around the playbooks folder is not gone through. */
export function placesOf(root: string, others: readonly string[]): Places {
  const top = realOr(root) ?? resolve(root);
  const apart = others.flatMap((folder) => realOr(folder) ?? []).filter((folder) => inside(folder, top) === undefined);
  const tops = [top, ...apart];
  const starts = [top, resolve(root), ...apart, ...others.map((folder) => resolve(folder))];
  const name = (real: string): string => inside(top, real) ?? real;

  const meant = (path: string): string => {
    const real = realOr(path);
    if (real !== undefined) return name(real);
    const above = dirname(path);
    if (above === path) return path;
    return join(meant(above), basename(path));
  };

  const target = (path: string): string | undefined => {
    const said = linkAt(path);
    if (said === undefined) return undefined;
    const real = realOr(path);
    return real === undefined ? said : `${said} ${name(real)}`;
  };

  return {
    tops,
    name,
    part(real) {
      const other = apart.find((folder) => inside(folder, real) !== undefined);
      return other ?? (inside(top, real)?.split('/')[0] || basename(root));
    },
    meant: (path) => meant(resolve(path)),
    way(path) {
      const whole = resolve(path);
      const start = starts.find((folder) => inside(folder, whole) !== undefined);
      const links = new Map<string, string | undefined>();
      if (start === undefined) return links;
      const parts = (inside(start, whole) ?? '').split('/').filter((part) => part !== '');
      for (const index of parts.keys()) {
        const at = join(start, ...parts.slice(0, index + 1));
        const folder = meant(dirname(at));
        links.set(join(folder, parts[index] ?? ''), target(at));
      }
      return links;
    },
    target,
  };
}
