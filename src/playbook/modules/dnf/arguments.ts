import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `dnf` and `yum`. `use_backend` and `install_repoquery` have no effect: what the host has is used. */
export const dnfArguments = {
  name: { type: 'list', aliases: ['pkg'] },
  state: { type: 'str', default: 'present', choices: ['absent', 'installed', 'latest', 'present', 'removed'] },
  enablerepo: { type: 'list', default: [] },
  disablerepo: { type: 'list', default: [] },
  exclude: { type: 'list', default: [] },
  enable_plugin: { type: 'list', default: [] },
  disable_plugin: { type: 'list', default: [] },
  update_cache: { type: 'bool', default: false, aliases: ['expire-cache'] },
  update_only: { type: 'bool', default: false },
  autoremove: { type: 'bool', default: false },
  disable_gpg_check: { type: 'bool', default: false },
  install_weak_deps: { type: 'bool', default: true },
  allow_downgrade: { type: 'bool', default: false },
  allowerasing: { type: 'bool', default: false },
  nobest: { type: 'bool', default: false },
  skip_broken: { type: 'bool', default: false },
  security: { type: 'bool', default: false },
  bugfix: { type: 'bool', default: false },
  cacheonly: { type: 'bool', default: false },
  conf_file: { type: 'str' },
  releasever: { type: 'str' },
  lock_timeout: { type: 'int', default: 30 },
  validate_certs: { type: 'bool', default: true },
  sslverify: { type: 'bool', default: true },
  install_repoquery: { type: 'bool', default: true },
  use_backend: { type: 'str', choices: ['auto', 'yum', 'yum4', 'dnf', 'dnf4'], aliases: ['use'] },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `dnf` and `yum`. */
export interface DnfArgs {
  readonly module: string;
  /** Empty for everything (`*`), or for `autoremove` alone. */
  readonly names: readonly string[];
  readonly job: 'install' | 'latest' | 'remove' | 'upgrade' | 'autoremove' | 'nothing';
  readonly options: readonly string[];
  /** Lists of packages are fetched anew first. */
  readonly update: boolean;
  readonly updateOnly: boolean;
}

const namePattern = /^(?:@?[A-Za-z0-9_/*?[.~][^\s'"`$;&|<>()\\]*|[A-Za-z0-9_][\w.+-]* *(?:>=|<=|=|>|<) *[\w.:~^+-]+)$/;

const nameOf = (module: string, value: string): string => {
  const name = value.trim();
  if (namePattern.test(name)) return name;
  throw wrong(
    `${module}: “${value}” is not the name of a package.`,
    `${module} : « ${value} » n’est pas un nom de paquet.`,
  );
};

const listed = (flag: string, value: unknown): readonly string[] =>
  Array.isArray(value) && value.length > 0 ? [`--${flag}=${value.map((one) => String(one).trim()).join(',')}`] : [];

const flags: readonly (readonly [argument: string, wanted: boolean, flag: string])[] = [
  ['disable_gpg_check', true, '--nogpgcheck'],
  ['allowerasing', true, '--allowerasing'],
  ['nobest', true, '--nobest'],
  ['skip_broken', true, '--skip-broken'],
  ['security', true, '--security'],
  ['bugfix', true, '--bugfix'],
  ['cacheonly', true, '--cacheonly'],
  ['install_weak_deps', false, '--setopt=install_weak_deps=False'],
  ['validate_certs', false, '--setopt=sslverify=False'],
  ['sslverify', false, '--setopt=sslverify=False'],
];

const optionsOf = (args: JsonObject): readonly string[] => [
  ...listed('enablerepo', args.enablerepo),
  ...listed('disablerepo', args.disablerepo),
  ...listed('exclude', args.exclude),
  ...listed('enableplugin', args.enable_plugin),
  ...listed('disableplugin', args.disable_plugin),
  ...new Set(flags.filter(([argument, wanted]) => args[argument] === wanted).map(([, , flag]) => flag)),
  ...(typeof args.conf_file === 'string' ? [`--config=${args.conf_file}`] : []),
  ...(typeof args.releasever === 'string' ? [`--releasever=${args.releasever}`] : []),
];

const jobOf = (args: JsonObject, names: readonly string[], everything: boolean): DnfArgs['job'] => {
  const absent = args.state === 'absent' || args.state === 'removed';
  if (names.length === 0 && !everything) return args.autoremove === true ? 'autoremove' : 'nothing';
  if (absent) return 'remove';
  if (everything) return 'upgrade';
  return args.state === 'latest' ? 'latest' : 'install';
};

/** Checks the arguments of `dnf` or `yum`. Throws a Fault for names that cannot be. */
export const prepareDnf =
  (module: string) =>
  (args: JsonObject): DnfArgs => {
    const written = Array.isArray(args.name) ? args.name.map(String) : [];
    const everything = written.includes('*');
    const names = written.filter((name) => name !== '*').map((name) => nameOf(module, name));
    if (args.name === undefined && args.autoremove !== true && args.update_cache !== true)
      throw wrong(`${module}: name is needed.`, `${module} : il faut name.`);
    if (everything && names.length > 0)
      throw wrong(`${module}: “*” goes with no other name.`, `${module} : « * » va sans autre nom.`);
    if (everything && args.state !== 'latest')
      throw wrong(`${module}: “*” needs state=latest.`, `${module} : « * » demande state=latest.`);
    return {
      module,
      names,
      job: jobOf(args, names, everything),
      options: optionsOf(args),
      update: args.update_cache === true,
      updateOnly: args.update_only === true,
    };
  };
