import type { JsonObject } from '#core/json.ts';
import { wrong } from '../state/wrong.ts';
import { archived, flagsOf } from './flags.ts';

/** Two places of one host that rsync itself makes the same. */
export interface LocalArgs {
  readonly kind: 'local';
  readonly src: string;
  readonly dest: string;
  readonly options: readonly string[];
  /** Folders with files to link to instead of copying them. */
  readonly links: readonly string[];
}

const switches = {
  delete: '--delete-after',
  existing_only: '--existing',
  checksum: '--checksum',
  copy_links: '--copy-links',
  dirs: '--dirs',
  partial: '--partial',
} as const;

const archiveOptions = (args: JsonObject): readonly string[] => {
  const names = Object.keys(archived).filter((name) => typeof args[name] === 'boolean');
  if (args.archive !== false)
    return ['--archive', ...names.filter((name) => !args[name]).map((name) => `--no-${name}`)];
  return names.filter((name) => args[name]).map((name) => `--${name}`);
};

const linksOf = (args: JsonObject): readonly string[] => {
  const links = Array.isArray(args.link_dest) ? args.link_dest.map(String) : [];
  const above = (path: string): boolean => `${String(args.dest).replace(/\/[^/]*$/, '')}/`.startsWith(`${path}/`);
  const bad = links.find((path) => !path.startsWith('/'));
  if (bad !== undefined)
    throw wrong(
      `synchronize: link_dest “${bad}” is not a whole path: begin it with /.`,
      `synchronize : link_dest « ${bad} » n’est pas un chemin entier : commencez par /.`,
    );
  const inside = links.map((path) => path.replace(/\/+$/, '')).find(above);
  if (inside === undefined) return links;
  throw wrong(
    `synchronize: dest is to lie in link_dest “${inside}”, which would never end: put it elsewhere.`,
    `synchronize : dest serait dans link_dest « ${inside} », ce qui ne finirait jamais : mettez-le ailleurs.`,
  );
};

const timeoutOf = (args: JsonObject): readonly string[] => {
  const seconds = Number(args.rsync_timeout ?? 0);
  if (seconds >= 0) return seconds === 0 ? [] : [`--timeout=${seconds}`];
  throw wrong('synchronize: rsync_timeout is less than 0.', 'synchronize : rsync_timeout est inférieur à 0.');
};

/** Puts together what rsync is told. Throws a Fault for what it would refuse. */
export const prepareLocal = (args: JsonObject, options: readonly string[]): LocalArgs => {
  flagsOf(args, options);
  const links = linksOf(args);
  return {
    kind: 'local',
    src: String(args.src),
    dest: String(args.dest),
    options: [
      ...(args.delay_updates === false ? [] : ['--delay-updates', '-F']),
      ...(args.compress === false ? [] : ['--compress']),
      ...timeoutOf(args),
      ...Object.entries(switches).flatMap(([name, option]) => (args[name] === true ? [option] : [])),
      ...archiveOptions(args),
      ...options,
      ...(links.length > 0 ? ['-H', '-vv', ...links.map((path) => `--link-dest=${path}`)] : []),
    ],
    links,
  };
};
