import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { linesOf } from './command/run.ts';
import type { Module, ModulePlan } from './module.ts';
import { readFields } from './state/fields.ts';

interface GetentArgs {
  readonly database: string;
  readonly key?: string;
  readonly service?: string;
  readonly split?: string;
  readonly failKey: boolean;
}

interface GetentState {
  readonly code: number;
  readonly lines: readonly string[];
}

const databases = [
  ...['passwd', 'shadow', 'group', 'gshadow', 'hosts', 'ahosts', 'ahostsv4', 'ahostsv6', 'services', 'protocols'],
  ...['networks', 'aliases', 'ethers', 'rpc', 'netgroup', 'initgroups'],
];

/** What changes what is in a database, as other modules call it. */
const kindOf: Readonly<Record<string, string>> = {
  ...{ passwd: 'user', shadow: 'user', initgroups: 'user' },
  ...{ group: 'group', gshadow: 'group', hosts: '/etc/hosts', services: '/etc/services' },
};

const withColons = new Set(['passwd', 'shadow', 'group', 'gshadow']);

const given = <Name extends string>(name: Name, value: Json | undefined) =>
  (typeof value === 'string' ? { [name]: value } : {}) as { readonly [name in Name]?: string };

const prepare = (args: JsonObject): GetentArgs => {
  const database = String(args.database);
  if (!/^[a-z][a-z0-9_]*$/.test(database)) {
    throw new Fault({
      code: 'module.arguments',
      say: t(
        `getent: “${database}” is not the name of a database.`,
        `getent : « ${database} » n’est pas le nom d’une base.`,
      ),
    });
  }
  const split = args.split ?? (withColons.has(database) ? ':' : undefined);
  return {
    database,
    ...given('key', args.key),
    ...given('service', args.service),
    ...given('split', split),
    failKey: args.fail_key !== false,
  };
};

/** Without a separator, words between white space, as Python splits. */
const wordsOf = (line: string, split: string | undefined): readonly string[] =>
  split === undefined ? line.trim().split(/\s+/) : line.split(split);

/** By the first word; what comes several times is a list of its rows. */
const tableOf = ({ split }: GetentArgs, lines: readonly string[]): JsonObject => {
  const rows = new Map<string, (readonly string[])[]>();
  for (const line of lines) {
    const [name = '', ...rest] = wordsOf(line, split);
    rows.set(name, [...(rows.get(name) ?? []), rest]);
  }
  return Object.fromEntries([...rows].map(([name, found]) => [name, found.length > 1 ? found : (found[0] ?? [])]));
};

const reasons: Readonly<Record<number, string>> = {
  1: 'Missing arguments, or database unknown.',
  2: 'One or more supplied key could not be found in the database.',
  3: 'Enumeration not supported on this database.',
  127: 'Failed to find required executable "getent": it is part of the C library’s tools (libc-bin, glibc-common, musl-utils).',
};

const plan = (args: GetentArgs, { code, lines }: GetentState): ModulePlan => {
  const tree = (table: JsonObject): JsonObject => ({ ansible_facts: { [`getent_${args.database}`]: table } });
  if (code === 0) return { differences: [], result: tree(tableOf(args, lines)) };
  const msg = reasons[code] ?? 'Unexpected failure!';
  if (code === 2 && !args.failKey && args.key !== undefined)
    return { differences: [], result: { ...tree({ [args.key]: null }), msg } };
  return { differences: [], result: { msg }, failed: msg };
};

/** Looks into the host's databases of users, groups, hosts, services: facts `getent_NAME`. Nothing changes. */
export const getent: Module<GetentArgs, GetentState> = {
  name: 'getent',
  args: {
    database: { type: 'str', required: true },
    key: { type: 'str' },
    service: { type: 'str' },
    split: { type: 'str' },
    fail_key: { type: 'bool', default: true },
  },
  freeForm: 'kv',
  prepare,
  subjects: ({ database, key }) => {
    const kind = kindOf[database];
    if (kind === undefined || kind.startsWith('/')) return kind === undefined ? [] : [kind];
    return [`${kind} ${key ?? '*'}`];
  },
  tells: databases.map((database) => `getent_${database}`),
  probe: ({ database, key, service }, quote) => {
    const from = service === undefined ? '' : ` -s ${quote(service)}`;
    const wanted = key === undefined ? '' : ` ${quote(key)}`;
    const dashed = key?.startsWith('-') ? ' --' : '';
    return [
      'command -v getent >/dev/null 2>&1 || { echo code=127; echo end; exit 0; }',
      `o=$(getent${from}${dashed} ${database}${wanted} 2>/dev/null; echo "code=$?")`,
      'echo raw=lines',
      `printf '%s\\n' "$o" | sed -e '$!s/^/|/'`,
      "echo '|x'",
      'echo end',
    ].join('\n');
  },
  read: (output) => {
    const fields = readFields(output);
    const text = fields.raw('lines') ?? '';
    return { code: fields.number('code') ?? 1, lines: linesOf(text) };
  },
  plan,
  apply: () => undefined,
  finish: (_args, _state, made) => ({ result: made.result, changed: false }),
};
