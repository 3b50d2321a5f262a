import { posix } from 'node:path';
import { typeMistake } from '../mistakes.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Builtin } from '../run/run.ts';
import { iterate } from '../values/iterate.ts';
import { show, textOf, typeName } from '../values/show.ts';
import { withoutEnd } from '../values/text.ts';
import { isSequence, Tuple, type Value } from '../values/value.ts';

const onPath = (work: (path: string) => Value): Builtin => builtin('path', (_run, path) => work(textOf(path, 'path')));

const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return withoutEnd(head, '/') || head;
}

function splitext(path: string): Tuple {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  const real = dot > 0 && /[^.]/.test(name.slice(0, dot));
  const at = real ? path.length - name.length + dot : path.length;
  return new Tuple([path.slice(0, at), path.slice(at)]);
}

/** Joins parts; an absolute one starts again, as Python's `os.path.join`. */
const joinPaths = (parts: readonly string[]): string =>
  parts.reduce((path, part) => {
    if (part.startsWith('/')) return part;
    return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`;
  });

function winSplit(path: string): { readonly drive: string; readonly rest: string } {
  const share = /^[\\/]{2}[^\\/]+[\\/][^\\/]+/.exec(path)?.[0];
  const drive = share ?? /^[a-zA-Z]:/.exec(path)?.[0] ?? '';
  return { drive, rest: path.slice(drive.length) };
}

const lastPart = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

function winDirname(path: string): string {
  const { drive, rest } = winSplit(path);
  const head = rest.slice(0, Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\')) + 1);
  let end = head.length;
  while (end > 0 && '\\/'.includes(head[end - 1] ?? '')) end -= 1;
  return drive + (end === 0 ? head : head.slice(0, end));
}

/** Filters over paths; pure text, nothing is looked up on the disk. */
export const paths: Builtins = {
  basename: onPath(basename),
  dirname: onPath(dirname),
  splitext: onPath(splitext),
  normpath: onPath((path) => posix.normalize(path).replace(/(?<=.)\/$/, '')),
  path_join: builtin('paths', (run, given) => {
    if (typeof given === 'string') return given;
    if (!isSequence(given))
      throw typeMistake(
        `path_join needs a list, not ${typeName(given)}`,
        `path_join attend une liste, pas ${typeName(given)}`,
      );
    const parts = iterate(run, given).map((part) => textOf(part, 'path_join'));
    return parts.length === 0 ? '' : joinPaths(parts);
  }),
  relpath: builtin(
    'path, start',
    (_run, path, start) => posix.relative(textOf(start, 'start'), textOf(path, 'path')) || '.',
  ),
  win_basename: onPath((path) => lastPart(winSplit(path).rest)),
  win_dirname: onPath(winDirname),
  win_splitdrive: onPath((path) => new Tuple([winSplit(path).drive, winSplit(path).rest])),
  expanduser: builtin('path', (run, path) => {
    const text = show(path, run.meter);
    const home = run.env.home;
    return home !== undefined && (text === '~' || text.startsWith('~/')) ? home + text.slice(1) : text;
  }),
};
