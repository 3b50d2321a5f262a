import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `apt`. `force_apt_get` has no effect: apt-get is all we use. */
export const aptArguments = {
  name: { type: 'list', aliases: ['package', 'pkg'] },
  state: { type: 'str', default: 'present', choices: ['absent', 'build-dep', 'fixed', 'latest', 'present'] },
  update_cache: { type: 'bool', default: false, aliases: ['update-cache'] },
  update_cache_retries: { type: 'int', default: 5 },
  update_cache_retry_max_delay: { type: 'int', default: 12 },
  cache_valid_time: { type: 'int', default: 0 },
  purge: { type: 'bool', default: false },
  deb: { type: 'path' },
  default_release: { type: 'str', aliases: ['default-release'] },
  install_recommends: { type: 'bool', aliases: ['install-recommends'] },
  force: { type: 'bool', default: false },
  upgrade: { type: 'str', default: 'no', choices: ['dist', 'full', 'no', 'safe', 'yes', 'True', 'False'] },
  dpkg_options: { type: 'str', default: 'force-confdef,force-confold' },
  autoremove: { type: 'bool', default: false },
  autoclean: { type: 'bool', default: false },
  clean: { type: 'bool', default: false },
  fail_on_autoremove: { type: 'bool', default: false },
  policy_rc_d: { type: 'int' },
  only_upgrade: { type: 'bool', default: false },
  force_apt_get: { type: 'bool', default: false },
  allow_unauthenticated: { type: 'bool', default: false, aliases: ['allow-unauthenticated'] },
  allow_downgrade: {
    type: 'bool',
    default: false,
    aliases: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'],
  },
  allow_change_held_packages: { type: 'bool', default: false },
  lock_timeout: { type: 'int', default: 60 },
} satisfies Record<string, ModuleArg>;

/** A package as named in a task: `nginx`, `nginx=1.22*`, `nginx>=1.18`. */
export interface PackageSpec {
  readonly written: string;
  readonly name: string;
  readonly operator: '' | '=' | '>=';
  readonly version: string;
}

/** What apt-get is to do: exactly one thing, as Ansible decides it. */
export type AptJob =
  | { readonly kind: 'install'; readonly packages: readonly PackageSpec[]; readonly latest: boolean }
  | { readonly kind: 'build-dep'; readonly packages: readonly PackageSpec[] }
  | { readonly kind: 'remove'; readonly packages: readonly PackageSpec[] }
  | { readonly kind: 'upgrade'; readonly whole: boolean }
  | { readonly kind: 'deb'; readonly files: readonly string[] }
  | { readonly kind: 'autoremove' }
  | { readonly kind: 'autoclean' }
  | { readonly kind: 'nothing' };

/** Prepared arguments of `apt`. */
export interface AptArgs {
  readonly job: AptJob;
  /** The lists are fetched anew when they are older than this; absent when they are left alone. */
  readonly update?: { readonly validSeconds: number; readonly retries: number; readonly maxDelaySeconds: number };
  readonly clean: boolean;
  /** Options for apt-get, in front of its verb. */
  readonly options: readonly string[];
  readonly onlyUpgrade: boolean;
  readonly lockSeconds: number;
  readonly policy?: number;
}

const namePattern = /^[A-Za-z0-9*?[][A-Za-z0-9+._*?[\]!-]*(?::[A-Za-z0-9-]+)?$/;
/** A sign at its end is none of its own: apt-get removes `web=1.0-`, and installs `web=1.0+`. */
const versionPattern = /^[A-Za-z0-9*?[][A-Za-z0-9.+:~*?[\]!-]*(?<![+-])$/;

/** True for a name that stands for several. */
export const isGlob = (name: string): boolean => /[*?[\]!]/.test(name);

/** Reads a package as a task names it. Throws a Fault for what no package can be called. */
export const readSpec = (written: string): PackageSpec => {
  const [, name = '', operator = '', version = ''] = /^([^=>]*)(>?=)?(.*)$/s.exec(written.trim()) ?? [];
  const fits =
    namePattern.test(name) && !name.endsWith('-') && (operator === '' ? version === '' : versionPattern.test(version));
  if (fits)
    return { written: written.trim(), name, operator: operator === '=' || operator === '>=' ? operator : '', version };
  throw wrong(`apt: “${written}” is not the name of a package.`, `apt : « ${written} » n’est pas un nom de paquet.`);
};

const dpkgOptions = (value: string): readonly string[] =>
  value
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '')
    .flatMap((option) => {
      if (!/^[a-z][a-z0-9-]*(?:=[\w./*-]+)?$/.test(option))
        throw wrong(`apt: “${option}” is not an option of dpkg.`, `apt : « ${option} » n’est pas une option de dpkg.`);
      return ['-o', `Dpkg::Options::=--${option}`];
    });

const releaseOf = (value: unknown): readonly string[] => {
  if (typeof value !== 'string' || value === '') return [];
  if (/^[\w.*][\w.*~/+=-]*$/.test(value)) return ['-t', value];
  throw wrong(`apt: “${value}” is not a release.`, `apt : « ${value} » n’est pas une version de distribution.`);
};

const optionsOf = (args: JsonObject): readonly string[] => [
  ...dpkgOptions(String(args.dpkg_options)),
  ...releaseOf(args.default_release),
  ...(typeof args.install_recommends === 'boolean'
    ? ['-o', `APT::Install-Recommends=${args.install_recommends ? 'yes' : 'no'}`]
    : []),
  ...(args.force === true
    ? ['--allow-downgrades', '--allow-remove-essential', '--allow-change-held-packages', '--allow-unauthenticated']
    : []),
  ...(args.allow_unauthenticated === true ? ['--allow-unauthenticated'] : []),
  ...(args.allow_downgrade === true ? ['--allow-downgrades'] : []),
  ...(args.allow_change_held_packages === true ? ['--allow-change-held-packages'] : []),
  ...(args.fail_on_autoremove === true ? ['--no-remove'] : []),
  ...(args.only_upgrade === true ? ['--only-upgrade'] : []),
  ...(args.autoremove === true ? ['--auto-remove'] : []),
  ...(args.purge === true ? ['--purge'] : []),
  ...(args.state === 'fixed' ? ['--fix-broken'] : []),
];

const debFiles = (value: string): readonly string[] =>
  value.split(',').map((file) => (file.includes('://') ? file.trim() : tidyPath(file.trim())));

const upgradeOf = (args: JsonObject): string =>
  args.upgrade === 'True' ? 'yes' : args.upgrade === 'False' ? 'no' : String(args.upgrade);

const checkTogether = (args: JsonObject, names: readonly string[], upgrade: string): void => {
  const given = [args.deb !== undefined, names.length > 0, upgrade !== 'no'].filter(Boolean).length;
  if (given > 1)
    throw wrong('apt: deb, name and upgrade exclude each other.', 'apt : deb, name ou upgrade, un seul à la fois.');
  const some =
    args.name !== undefined ||
    given > 0 ||
    [args.autoremove, args.autoclean, args.clean, args.update_cache].includes(true);
  if (!some && Number(args.cache_valid_time) === 0)
    throw wrong(
      'apt: one of name, deb, upgrade, autoremove and update_cache is needed.',
      'apt : il faut name, deb, upgrade, autoremove ou update_cache.',
    );
  if (args.deb !== undefined && args.state !== 'present')
    throw wrong('apt: deb only supports state=present.', 'apt : deb ne va qu’avec state=present.');
};

const jobOf = (args: JsonObject, names: readonly string[], upgrade: string, updates: boolean): AptJob => {
  const packages = names.filter((name) => name !== '*').map(readSpec);
  if (upgrade !== 'no') return { kind: 'upgrade', whole: upgrade === 'dist' || upgrade === 'full' };
  if (typeof args.deb === 'string') return { kind: 'deb', files: debFiles(args.deb) };
  if (names.includes('*') && args.state === 'latest') {
    if (packages.length === 0) return { kind: 'upgrade', whole: false };
    throw wrong(
      'apt: unable to install additional packages when upgrading all installed packages.',
      'apt : pas d’autres paquets quand tout est mis à niveau.',
    );
  }
  if (packages.length === 0) {
    if (updates || args.clean === true) return { kind: 'nothing' };
    return { kind: args.autoclean === true ? 'autoclean' : args.autoremove === true ? 'autoremove' : 'nothing' };
  }
  if (args.state === 'absent') return { kind: 'remove', packages };
  if (args.state === 'build-dep') return { kind: 'build-dep', packages };
  return { kind: 'install', packages, latest: args.state === 'latest' };
};

/** Checks the arguments of `apt`. Throws a Fault for names that cannot be, and for what does not go together. */
export const prepareApt = (args: JsonObject): AptArgs => {
  const names = Array.isArray(args.name) ? args.name.map((name) => String(name).trim()) : [];
  const upgrade = upgradeOf(args);
  checkTogether(args, names, upgrade);
  const updates = args.update_cache === true || Number(args.cache_valid_time) > 0;
  const update = {
    validSeconds: Number(args.cache_valid_time),
    retries: Math.max(1, Number(args.update_cache_retries)),
    maxDelaySeconds: Math.max(1, Number(args.update_cache_retry_max_delay)),
  };
  return {
    job: jobOf(args, names, upgrade, updates),
    ...(updates && { update }),
    clean: args.clean === true,
    options: optionsOf(args),
    onlyUpgrade: args.only_upgrade === true,
    lockSeconds: Math.max(0, Number(args.lock_timeout)),
    ...(typeof args.policy_rc_d === 'number' && { policy: args.policy_rc_d }),
  };
};
