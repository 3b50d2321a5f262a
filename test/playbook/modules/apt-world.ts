import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A real apt and a real dpkg at work in a folder of their own, with a repository of tiny packages. */
export interface AptWorld {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Makes a package and puts it into the repository, which apt sees after an update. */
  publish(name: string, version: string, fields?: Readonly<Record<string, string>>): string;
  /** `apt-get` as anybody would use it there. */
  apt(...args: readonly string[]): string;
  /** `name version` of what is installed. */
  installed(): readonly string[];
  manual(): readonly string[];
  close(): void;
}

const configuration = (folder: string): string => `
Dir "${folder}/";
Dir::State "${folder}/state/";
Dir::State::status "${folder}/dpkg/status";
Dir::Cache "${folder}/cache/";
Dir::Etc "${folder}/etc/";
Dir::Log "${folder}/log/";
Dir::Bin::Methods "/usr/lib/apt/methods";
Dir::Bin::dpkg "/usr/bin/dpkg";
Dir::Bin::solvers { "/usr/lib/apt/solvers"; };
Dir::Bin::planners { "/usr/lib/apt/planners"; };
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "root";
DPkg::Options { "--root=${folder}/root"; "--admindir=${folder}/dpkg"; "--force-not-root"; "--force-bad-path"; "--log=${folder}/log/dpkg.log"; };
DPkg::Pre-Install-Pkgs { };
DPkg::Post-Invoke { };
APT::Update::Post-Invoke { };
`;

const write = (path: string, content: string): void => writeFileSync(path, content);

/** An index gets a time of its own each time: apt asks for one again only when it is newer. */
const writePackages = (folder: string, packages: readonly string[]): void => {
  const path = join(folder, 'repository/Packages.gz');
  writeFileSync(path, gzipSync(packages.join('\n')));
  const time = Date.now() / 1000 - 10_000 + packages.length * 10;
  utimesSync(path, time, time);
};

/** Opens such a world. */
export const openAptWorld = (): AptWorld => {
  const folder = mkdtempSync(join(tmpdir(), 'apt-world-'));
  for (const path of [
    'state/lists/partial',
    'cache/archives/partial',
    'etc/sources.list.d',
    'etc/preferences.d',
    'log',
    'root',
    'repository',
    'dpkg/info',
    'dpkg/updates',
    'dpkg/triggers',
  ])
    mkdirSync(join(folder, path), { recursive: true });
  mkdirSync(join(folder, 'etc/apt.conf.d'));
  mkdirSync(join(folder, 'etc/trusted.gpg.d'));
  write(join(folder, 'dpkg/status'), '');
  write(join(folder, 'dpkg/available'), '');
  write(join(folder, 'apt.conf'), configuration(folder));
  write(join(folder, 'etc/sources.list'), `deb [trusted=yes] file:${folder}/repository ./\n`);
  writePackages(folder, []);
  const env = {
    APT_CONFIG: join(folder, 'apt.conf'),
    DPKG_ADMINDIR: join(folder, 'dpkg'),
  };
  const run = (command: string, args: readonly string[]): string =>
    execFileSync(command, args, {
      env: { ...process.env, ...env, LC_ALL: 'C' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const packages: string[] = [];
  return {
    folder,
    env,
    publish(name, version, fields = {}) {
      const file = `${name}_${version}_all.deb`;
      const tree = mkdtempSync(join(folder, 'tree-'));
      mkdirSync(join(tree, 'DEBIAN'));
      const all = {
        Package: name,
        Version: version,
        Architecture: 'all',
        Maintainer: 'Us <us@example.org>',
        ...fields,
        Description: 'a package',
      };
      const control = Object.entries(all)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join('');
      write(join(tree, 'DEBIAN/control'), control);
      const path = join(folder, 'repository', file);
      run('dpkg-deb', ['-b', '--root-owner-group', tree, path]);
      rmSync(tree, { recursive: true });
      const content = readFileSync(path);
      const sum = createHash('sha256').update(content).digest('hex');
      packages.push(`${control}Filename: ./${file}\nSize: ${content.length}\nSHA256: ${sum}\n`);
      writePackages(folder, packages);
      return path;
    },
    apt: (...args) => run('apt-get', ['-y', '-q', ...args]),
    installed: () =>
      run('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}${Package} ${Version}\n'])
        .split('\n')
        .filter((line) => line.startsWith('ii'))
        .map((line) => line.slice(3)),
    manual: () =>
      run('apt-mark', ['showmanual'])
        .split('\n')
        .filter((line) => line !== ''),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** What lies in apt's lists, to see that nothing came. */
export const listsOf = (world: AptWorld): readonly string[] =>
  readdirSync(join(world.folder, 'state/lists')).toSorted();
