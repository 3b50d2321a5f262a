import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, resolve } from 'node:path';
import { Fault, refusalOf } from '#core/errors.ts';
import { type Text, t } from '#core/text.ts';
import type { ClaimedSums, FetchedPlace, FetchedSums } from '#playbook/modules/module.ts';
import { openAtOnce } from '#playbook/regular-file.ts';
import { Undecided } from './undecided.ts';

/** The folder in which files of hosts are kept: in the playbooks folder, or beside the playbook. */
const folderName = 'fetched';

/** The hosts whose file is to be at one place, each with its sum. */
interface Claim {
  readonly before: FetchedPlace;
  /** False when that very file is there already. */
  readonly fresh: boolean;
  readonly hosts: Map<string, ClaimedSums>;
}

/** The files of hosts that come to the controller in one going-over. They go below their own folder and nowhere else. */
export interface FetchedFiles {
  /** The place a `dest` means, with what is there for this host. Throws a Fault outside the folder. */
  place(dest: string, host: string): Promise<FetchedPlace>;
  /** This content is to be there. Gives the name of another host whose file is to be there too, when it is another one. */
  claim(path: string, host: string, sums: ClaimedSums): Promise<string | undefined>;
  /** Puts a file into its place in one step; `write` makes it under the name it is given. */
  put(path: string, write: (temporary: string) => Promise<void>): Promise<FetchedSums>;
  /** An earlier attempt of the run has put a file there. */
  brought(path: string): void;
  /** True when a host's file is put there in this going-over and another one was: what was there before counts no more. */
  has(path: string): boolean;
  /** Throws Undecided when only the run will tell what is there, or below there. */
  await(path: string): void;
}

const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
};

const outside = (dest: string): Fault =>
  new Fault({
    code: 'step.fetch_outside',
    say: t(
      `Files of hosts are kept in the folder “${folderName}” beside the playbook only, not at “${dest}”.`,
      `Les fichiers des hôtes sont gardés dans le dossier « ${folderName} » à côté du playbook seulement, pas dans « ${dest} ».`,
    ),
    next: t(`Write dest: ${folderName}/…`, `Écrivez dest: ${folderName}/…`),
  });

const notWritten = (cause: unknown, path: string): Fault =>
  new Fault(
    {
      code: 'step.fetch_not_written',
      say: t(
        `The fetched file could not be written to ${path}.`,
        `Impossible d’écrire le fichier récupéré dans ${path}.`,
      ),
      next: t(
        'Look at the disk of the bot, and whether it may write there.',
        'Regardez le disque du bot, et s’il peut écrire là.',
      ),
    },
    { cause },
  );

const fetchedFirst = (path: string): Text =>
  t(`depends on the file that is fetched to ${path}`, `dépend du fichier rapatrié vers ${path}`);

/** The checksums of a file; undefined when there is none. */
async function sumsOf(path: string): Promise<FetchedSums> {
  const algorithms = ['sha1', 'sha256', 'md5'] as const;
  const hashes = algorithms.map((name) => createHash(name));
  const file = await openAtOnce(path);
  for await (const chunk of file.createReadStream()) for (const hash of hashes) hash.update(chunk as Buffer);
  const [sha1 = '', sha256 = '', md5 = ''] = hashes.map((hash) => hash.digest('hex'));
  return { sha1, sha256, md5 };
}

const partsOf = (sum: string): { readonly algorithm: string; readonly hex: string } => {
  const [algorithm = '', hex = ''] = sum.split(':');
  return { algorithm, hex };
};

const isThere = ({ sums }: FetchedPlace, sum: string): boolean => {
  const { algorithm, hex } = partsOf(sum);
  return (
    sums !== undefined && hex !== '' && Object.entries(sums).some(([name, its]) => name === algorithm && its === hex)
  );
};

/** The nearest folder above that is there, its links followed. */
async function realAbove(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  return real ?? realAbove(dirname(path));
}

/** Over the playbooks folder `root`; a relative `dest` starts in the folder of the playbook, as Ansible's. */
export function fetchedFiles(options: {
  readonly root: string;
  readonly playbook: string;
  readonly planning: () => boolean;
  /** Told where this run puts, or an earlier attempt has put, a file of a host. */
  readonly own?: (path: string) => void;
}): FetchedFiles {
  const { root, planning } = options;
  const own = resolve(root, dirname(options.playbook));
  const folders = [join(own, folderName), join(resolve(root), folderName)];
  const claims = new Map<string, Claim>();
  const looked = new Map<string, Promise<FetchedPlace>>();

  const check = async (dest: string, path: string): Promise<void> => {
    const folder = folders.find((one) => isInside(one, path));
    if (folder === undefined) throw outside(dest);
    const above = await realAbove(path);
    const top = join(await realpath(dirname(folder)), folderName);
    if (above !== top && !isInside(top, above) && !isInside(above, top)) throw outside(dest);
    if ((await lstat(path).catch(() => undefined))?.isSymbolicLink()) throw outside(dest);
  };

  const look = async (path: string): Promise<FetchedPlace> => {
    const shown = relative(resolve(root), path);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return { path, shown, kind: 'absent' };
    if (!found.isFile()) return { path, shown, kind: 'folder' };
    return { path, shown, kind: 'file', sums: await sumsOf(path) };
  };

  return {
    async place(dest, host) {
      const path = normalize(resolve(own, dest));
      await check(dest, path);
      const claim = claims.get(path);
      const sums = claim?.hosts.get(host);
      // Every host of a task compares with what was there before it: so plan and run say the same, whoever comes first.
      if (!claim || sums === undefined) {
        const first = looked.get(path) ?? look(path);
        looked.set(path, first);
        return first;
      }
      const { algorithm, hex } = partsOf(sums.sum);
      return { ...claim.before, kind: 'file', sums: { sha1: '', sha256: '', md5: sums.md5, [algorithm]: hex } };
    },
    async claim(path, host, { sum, md5 }) {
      const before = await (looked.get(path) ?? look(path));
      const claim = claims.get(path) ?? { before, fresh: !isThere(before, sum), hosts: new Map<string, ClaimedSums>() };
      const other = [...claim.hosts].find(([name, its]) => name !== host && its.sum !== sum)?.[0];
      if (other !== undefined) return other;
      claims.set(path, claim);
      options.own?.(path);
      claim.hosts.set(host, { sum, md5 });
      return undefined;
    },
    async put(path, write) {
      const temporary = `${path}.${randomBytes(6).toString('hex')}`;
      try {
        await mkdir(dirname(path), { recursive: true });
        await write(temporary);
        await rename(temporary, path);
        return await sumsOf(path);
      } catch (thrown) {
        if (refusalOf(thrown)) throw thrown;
        throw notWritten(thrown, relative(resolve(root), path));
      } finally {
        await rm(temporary, { force: true });
      }
    },
    brought: (path) => options.own?.(path),
    has: (path) => claims.get(path)?.fresh === true,
    await(path) {
      if (!planning()) return;
      const fresh = [...claims].flatMap(([one, claim]) => (claim.fresh ? [one] : []));
      const found = fresh.find((one) => one === path || isInside(path, one));
      if (found !== undefined) throw new Undecided(fetchedFirst(relative(root, found)));
    },
  };
}
