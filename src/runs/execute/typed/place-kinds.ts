import type { Json } from '#core/json.ts';
import { argumentOf } from '#playbook/modules/arguments.ts';
import type { Module, ModuleArgType } from '#playbook/modules/module.ts';

/**
 * What a text is for the module that takes it. `line`: a part of one line of a file, and all that is not known better.
 * `letters`: what is looked for as it is. `text`: lines of a file. `body`: what a service reads. `free`: nobody reads more in it than it is, or the guard for shells looks at it.
 * `own`: a path of the bot. `package` and `release`: a name and a version for npm, which would take an address or a file, too.
 */
export type PlaceKind =
  | 'path'
  | 'own'
  | 'address'
  | 'package'
  | 'release'
  | 'pattern'
  | 'glob'
  | 'letters'
  | 'replacement'
  | 'line'
  | 'text'
  | 'body'
  | 'free';

/** An argument of a module, as a place for something typed. */
export interface Place {
  readonly kind: PlaceKind;
  /** What separates entries, where a text is read as several. */
  readonly between?: RegExp;
  /** What separates the fields of a text of the author's. */
  readonly within?: RegExp;
  /** True where a path of the bot may lead to variables of the inventory. */
  readonly inventory?: true;
}

const commas = /,/;
const path: Place = { kind: 'path' };
const own: Place = { kind: 'own' };
const ofVariables: Place = { kind: 'own', inventory: true };
const pattern: Place = { kind: 'pattern' };
const glob: Place = { kind: 'glob' };
const text: Place = { kind: 'text' };
const free: Place = { kind: 'free' };
const entries: Place = { kind: 'line', between: commas };
const paths: Place = { kind: 'path', between: commas };
const names: Place = { kind: 'glob', between: commas };
const ports: Place = { kind: 'line', between: /[,:]/ };
const address: Place = { kind: 'address' };
/** In the name of a database `_` is any letter. */
const rights: Place = { kind: 'line', within: /[\s,:/.*%]|__|^_|_$/ };
/** A word of its own that is for all of them. */
const every = { kind: 'line', between: /^(?:ALL_IN_SCHEMA|ALL_DEFAULT|PUBLIC|all)$/i } as const;
const named: Place = { ...every, between: new RegExp(`,|${every.between.source}`, 'i') };
/** A path of the host, and one inside. */
const bound: Place = { kind: 'path', between: commas, within: /:/ };

const freely = (...all: readonly string[]): Readonly<Record<string, Place>> =>
  Object.fromEntries(all.map((name) => [name, free]));

const postgres = {
  objs: named,
  roles: named,
  target_roles: named,
  privs: entries,
  priv: rights,
  role_attr_flags: entries,
};

/** What the declarations of the modules do not say. `*` is for all arguments of a module. */
const known: Readonly<Record<string, Readonly<Record<string, Place>>>> = {
  acl: { entry: { kind: 'line', within: /[:,]/ } },
  add_host: { '*': free },
  apt: { name: names, deb: paths, dpkg_options: entries },
  apt_key: { data: text, url: address },
  apt_repository: { filename: path, repo: { kind: 'line', within: /\s/ } },
  assemble: { regexp: pattern },
  assert: { '*': free },
  authorized_key: { key_options: entries },
  blockinfile: { block: text, insertafter: pattern, insertbefore: pattern },
  command: freely('stdin', 'argv'),
  copy: { content: text },
  cron: { job: { kind: 'line' } },
  deb822_repository: { name: path, inrelease_path: path, uris: address },
  debug: { '*': free },
  dnf: { name: names, conf_file: path },
  docker_compose_v2: { files: paths, env_files: paths },
  docker_container: { volumes: bound, devices: bound, mounts: path },
  docker_image_build: { dockerfile: path },
  docker_swarm_service: { command: { kind: 'line', between: /\s/ }, mounts: path },
  fail: { '*': free },
  fetch: { dest: path },
  find: { paths, patterns: names, excludes: names, contains: pattern },
  firewalld: { port: { kind: 'line', between: /-/ }, rich_rule: { kind: 'line', within: /[\s"']/ } },
  get_url: { url: address },
  git: { reference: path, repo: address },
  group_by: { '*': free },
  htpasswd: { name: { kind: 'line', between: /:/ } },
  include_vars: { file: ofVariables, dir: ofVariables },
  known_hosts: { name: names, key: names },
  lineinfile: { regexp: pattern, search_string: { kind: 'letters' }, insertafter: pattern, insertbefore: pattern },
  mount: { src: path, opts: entries },
  mysql_query: freely('positional_args', 'named_args'),
  mysql_user: { priv: rights },
  npm: { name: { kind: 'package' }, version: { kind: 'release' } },
  package: { name: names, deb: paths, dpkg_options: entries, conf_file: path },
  pause: { '*': free },
  pip: { requirements: path },
  postgresql_privs: postgres,
  postgresql_query: freely('positional_args', 'named_args'),
  postgresql_user: postgres,
  reboot: { search_paths: paths },
  replace: { regexp: pattern, after: pattern, before: pattern, replace: { kind: 'replacement' } },
  rpm_key: { key: address },
  service: { name: glob },
  set_fact: { '*': free },
  set_stats: { '*': free },
  setup: { filter: names },
  shell: freely('stdin'),
  supervisorctl: { name: every },
  synchronize: { src: own, link_dest: paths },
  systemd: { name: glob },
  systemd_service: { name: glob },
  template: { src: own },
  tempfile: { prefix: path, suffix: path },
  ufw: { from_port: ports, to_port: ports },
  unarchive: { src: address, include: names, exclude: names },
  uri: { url: address, body: { kind: 'body' } },
  user: { shell: path },
  wait_for: { search_regex: pattern },
  yum: { name: names, conf_file: path },
  yum_repository: {
    name: path,
    file: path,
    ...{ baseurl: address, gpgkey: address, gpgcakey: address, mirrorlist: address, metalink: address },
    ...{ include: address, proxy: address, sslcacert: path, sslclientcert: path, sslclientkey: path },
  },
};

const byType: Readonly<Record<ModuleArgType, Place>> = {
  path,
  list: entries,
  dict: { kind: 'line', between: /[\s,=]/ },
  str: { kind: 'line' },
  raw: { kind: 'line' },
  bool: free,
  int: free,
  float: free,
  mode: free,
};

/** Of what the other arguments say. */
function asArgued(module: Module, argument: string, args: Readonly<Record<string, Json>>): Place | undefined {
  const on = (flag: string): boolean => args[flag] === true || /^(?:yes|true|on|1)$/i.test(String(args[flag]));
  if (module.name === 'find' && ['patterns', 'excludes'].includes(argument) && on('use_regex'))
    return { kind: 'pattern', between: commas };
  if (argument === 'src' && isOwn(module.name, on, String(args.src))) return own;
  if (module.name === 'uri' && argument === 'body' && args.body_format === 'form-urlencoded')
    return { kind: 'body', between: /[&=]/ };
  // A part of such a form may be a file of the bot.
  if (module.name === 'uri' && argument === 'body' && args.body_format === 'form-multipart') return own;
  if (module.name === 'lineinfile' && argument === 'line' && on('backrefs')) return { kind: 'replacement' };
  return undefined;
}

/** True where `src` is a file of the bot, and not of the host. */
function isOwn(module: string, on: (flag: string) => boolean, src: string): boolean {
  if (module === 'copy') return !on('remote_src');
  if (module === 'unarchive') return !on('remote_src') && !src.includes('://');
  return ['assemble', 'uri'].includes(module) && !on('remote_src');
}

/** What an argument of a module is for something typed. */
export function placeOf(module: Module, argument: string, args: Readonly<Record<string, Json>>): Place {
  const own = Object.hasOwn(known, module.name) ? known[module.name] : undefined;
  const found = asArgued(module, argument, args) ?? own?.[argument] ?? own?.['*'];
  if (found) return found;
  if (module.expressions?.includes(argument) || Object.hasOwn(module.interpreted ?? {}, argument)) return free;
  const arg = argumentOf(module, argument);
  return arg === undefined || arg.choices ? free : byType[arg.type];
}
