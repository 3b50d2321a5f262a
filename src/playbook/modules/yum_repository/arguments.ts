import type { Json, JsonObject } from '#core/json.ts';
import { toBytes } from '../edit/bytes.ts';
import type { ModuleArg } from '../module.ts';
import { type Attributes, attributeArgs, readAttributes } from '../state/attributes.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';
import type { Section } from './sections.ts';

const str = { type: 'str' } as const;
const bool = { type: 'bool' } as const;
const list = { type: 'list' } as const;

/** What stands in the section, by its name there. */
const options: Readonly<Record<string, ModuleArg>> = {
  async: bool,
  bandwidth: str,
  baseurl: list,
  cost: str,
  deltarpm_metadata_percentage: str,
  deltarpm_percentage: str,
  enabled: bool,
  enablegroups: bool,
  exclude: list,
  failovermethod: { ...str, choices: ['roundrobin', 'priority'] },
  gpgcakey: str,
  gpgcheck: bool,
  gpgkey: list,
  http_caching: { ...str, choices: ['all', 'packages', 'none'] },
  include: str,
  includepkgs: list,
  ip_resolve: { ...str, choices: ['4', '6', 'IPv4', 'IPv6', 'whatever'] },
  keepalive: bool,
  keepcache: { ...str, choices: ['0', '1'] },
  metadata_expire: str,
  metadata_expire_filter: {
    ...str,
    choices: ['never', 'read-only:past', 'read-only:present', 'read-only:future'],
  },
  metalink: str,
  mirrorlist: str,
  mirrorlist_expire: str,
  module_hotfixes: bool,
  password: str,
  priority: str,
  protect: bool,
  proxy: str,
  proxy_password: str,
  proxy_username: str,
  repo_gpgcheck: bool,
  retries: str,
  s3_enabled: bool,
  skip_if_unavailable: bool,
  ssl_check_cert_permissions: bool,
  sslcacert: { ...str, aliases: ['ca_cert'] },
  sslclientcert: { ...str, aliases: ['client_cert'] },
  sslclientkey: { ...str, aliases: ['client_key'] },
  sslverify: { ...bool, aliases: ['validate_certs'] },
  throttle: str,
  timeout: str,
  ui_repoid_vars: str,
  username: str,
};

/** The arguments of `yum_repository`. */
export const repositoryArguments: Readonly<Record<string, ModuleArg>> = {
  ...options,
  ...attributeArgs,
  name: { ...str, required: true },
  description: str,
  file: str,
  reposdir: { type: 'path', default: '/etc/yum.repos.d' },
  state: { ...str, default: 'present', choices: ['present', 'absent'] },
  unsafe_writes: { ...bool, default: false },
};

/** Options that are nobody’s to see. */
export const hiddenOptions: ReadonlySet<string> = new Set(['password', 'proxy_password']);

/** Prepared arguments of `yum_repository`. */
export interface RepositoryArgs {
  readonly name: string;
  readonly present: boolean;
  readonly folder: string;
  readonly file: string;
  readonly section: Section;
  readonly attributes: Attributes;
}

/** Lists with a space between, those of addresses with a line each. */
function written(name: string, value: Json): string {
  const lines = name === 'baseurl' || name === 'gpgkey';
  if (Array.isArray(value)) return value.map(String).join(lines ? '\n' : ' ');
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}

/** The options that are given, in the order of their names as Ansible writes them. */
function sectionOf(args: JsonObject): Section {
  const all: JsonObject = { ...args, name: args.description ?? null };
  return new Map(
    [...Object.keys(options), 'name'].toSorted().flatMap((name): [string, string][] => {
      const value = all[name];
      return value === undefined || value === null ? [] : [[name, toBytes(written(name, value))]];
    }),
  );
}

function fileOf(args: JsonObject): string {
  const file = String(args.file ?? args.name);
  if (/^[^/\0\r\n]+$/.test(file)) return `${file}.repo`;
  throw wrong(
    `yum_repository: “${file}” is not the name of a file.`,
    `yum_repository : « ${file} » n’est pas un nom de fichier.`,
  );
}

/** Checks the arguments. Throws a Fault. */
export function prepareRepository(args: JsonObject): RepositoryArgs {
  const name = String(args.name);
  const present = args.state !== 'absent';
  if (!/^[^\]\r\n\0]+$/.test(name))
    throw wrong(
      `yum_repository: “${name}” is not the name of a repository.`,
      `yum_repository : « ${name} » n’est pas un nom de dépôt.`,
    );
  if (present && [args.baseurl, args.metalink, args.mirrorlist].every((one) => one === undefined || one === null))
    throw wrong(
      "yum_repository: Parameter 'baseurl', 'metalink' or 'mirrorlist' is required.",
      'yum_repository : il faut baseurl, metalink ou mirrorlist.',
    );
  if (present && typeof args.description !== 'string')
    throw wrong("yum_repository: Parameter 'description' is required.", 'yum_repository : il faut description.');
  return {
    name,
    present,
    folder: tidyPath(String(args.reposdir)),
    file: fileOf(args),
    section: sectionOf(args),
    attributes: readAttributes(args),
  };
}
