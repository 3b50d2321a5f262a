import type { JsonObject } from '#core/json.ts';
import { splitWords } from '../words/split.ts';
import type { Applied, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { assignPath } from './state/script.ts';
import { missingTool, sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface NpmArgs {
  readonly name?: string;
  readonly version?: string;
  readonly path?: string;
  readonly state: string;
  readonly ci: boolean;
  readonly executable: readonly string[];
  readonly options: readonly string[];
}

interface NpmState {
  readonly failed?: string;
  /** Versions of what is installed right there, by name. */
  readonly installed: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
  /** What could be newer: from, to. */
  readonly outdated: ReadonlyMap<string, readonly [string, string]>;
}

const flags: readonly (readonly [string, string])[] = [
  ['global', '--global'],
  ['production', '--production'],
  ['ignore_scripts', '--ignore-scripts'],
  ['unsafe_perm', '--unsafe-perm'],
  ['no_optional', '--no-optional'],
  ['no_bin_links', '--no-bin-links'],
];

const checkTogether = (args: JsonObject): void => {
  if (args.path === undefined && args.global !== true)
    throw wrong('npm: path must be specified when not using global.', 'npm : il faut path, ou global.');
  if (args.state === 'absent' && args.name === undefined)
    throw wrong(
      'npm: uninstalling a package is only available for named packages.',
      'npm : désinstaller demande name.',
    );
};

const prepare = (args: JsonObject): NpmArgs => {
  checkTogether(args);
  const { name, version, path, executable } = args;
  for (const value of [name, version])
    if (typeof value === 'string' && !/^[^\s-][^\n\0]*$/.test(value))
      throw wrong(
        `npm: “${value}” is neither a package nor a version.`,
        `npm : « ${value} » n’est ni un paquet ni une version.`,
      );
  const options = flags.filter(([argument]) => args[argument] === true).map(([, flag]) => flag);
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof version === 'string' && { version }),
    ...(typeof path === 'string' && { path }),
    state: String(args.state),
    ci: args.ci === true,
    executable: typeof executable === 'string' ? (splitWords(executable) ?? [executable]) : ['npm'],
    options: [...options, ...(typeof args.registry === 'string' ? [`--registry=${args.registry}`] : [])],
  };
};

const begin = (args: NpmArgs, quote: Quote): string =>
  [
    toolPath,
    'npm_config_update_notifier=false; export npm_config_update_notifier',
    `npm_run() { ${args.executable.map(quote).join(' ')} "$@" ${args.options.map(quote).join(' ')} </dev/null; }`,
    ...(args.path === undefined ? [] : [assignPath('p', args.path, quote)]),
  ].join('\n');

const probe = (args: NpmArgs, quote: Quote): string =>
  [
    begin(args, quote),
    sayFunction,
    `command -v ${quote(args.executable[0] ?? 'npm')} >/dev/null 2>&1 || { echo missing=npm; echo end; exit 0; }`,
    args.path === undefined ? '' : 'if [ -e "$p" ] && [ ! -d "$p" ]; then echo folder=no; echo end; exit 0; fi',
    args.path === undefined ? '' : '[ -d "$p" ] || { echo end; exit 0; }; cd "$p" || exit 1',
    'npm_run list --json --depth=0 2>/dev/null | say list',
    args.state === 'latest' ? 'npm_run outdated --json 2>/dev/null | say outdated' : '',
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const parse = (text: string | undefined): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text?.trim() || '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};

const entriesOf = (value: unknown): readonly (readonly [string, Record<string, unknown>])[] =>
  isObject(value) ? Object.entries(value).flatMap(([name, one]) => (isObject(one) ? [[name, one] as const] : [])) : [];

const read = (output: Applied, args: NpmArgs): NpmState => {
  const fields = readFields(output);
  const folder = fields.get('folder') === 'no' ? `path ${args.path} is not a directory` : undefined;
  const failed = missingTool(fields, 'npm', 'Install nodejs and npm there first.') ?? folder;
  const entries = entriesOf(parse(fields.raw('list')).dependencies);
  const wanting = entries.filter(
    ([, one]) => one.missing === true || (one.invalid !== undefined && one.invalid !== false),
  );
  const there = entries.filter((entry) => !wanting.includes(entry) && typeof entry[1].version === 'string');
  return {
    ...(failed !== undefined && { failed }),
    installed: new Map(there.map(([name, one]) => [name, String(one.version)])),
    missing: wanting.map(([name]) => name),
    outdated: new Map(
      entriesOf(parse(fields.raw('outdated')))
        .filter(([, one]) => one.current !== one.wanted && one.current !== undefined)
        .map(([name, one]): [string, readonly [string, string]] => [name, [String(one.current), String(one.wanted)]]),
    ),
  };
};

const change = (name: string, before: string | undefined, after: string): FoundDifference => ({
  subject: `npm package ${name}`,
  aspect: 'version',
  before: before ?? 'absent',
  after,
});

const installs = (args: NpmArgs, state: NpmState): readonly FoundDifference[] => {
  const missing = state.missing.map((name) => change(name, undefined, 'as in package.json'));
  const { name, version } = args;
  if (name === undefined)
    return state.installed.size === 0 && missing.length === 0
      ? [change('all of package.json', undefined, 'installed')]
      : missing;
  const now = state.installed.get(name);
  const there = now !== undefined && (version === undefined || now === version);
  return there ? [] : [change(name, now, version ?? 'newest')];
};

const upgrades = (args: NpmArgs, state: NpmState): readonly FoundDifference[] =>
  [...state.outdated]
    .filter(([name]) => args.name === undefined || name === args.name)
    .map(([name, [before, after]]) => change(name, before, after));

const plan = (args: NpmArgs, state: NpmState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  if (args.ci)
    return {
      differences: [{ subject: `npm ci in ${args.path}`, aspect: 'runs', before: false, after: true }],
      result: {},
    };
  if (args.state === 'absent') {
    const now = args.name === undefined ? undefined : state.installed.get(args.name);
    return { differences: now === undefined ? [] : [change(args.name ?? '', now, 'absent')], result: {} };
  }
  const differences = [...installs(args, state), ...(args.state === 'latest' ? upgrades(args, state) : [])];
  return { differences, result: {} };
};

const verbsOf = (args: NpmArgs, state: NpmState): readonly string[] => {
  if (args.ci) return ['ci'];
  if (args.state === 'absent') return ['uninstall'];
  return [
    ...(installs(args, state).length > 0 ? ['install'] : []),
    ...(args.state === 'latest' && upgrades(args, state).length > 0 ? ['update'] : []),
  ];
};

/** Packages of Node.js, of a project or for everybody on the host. */
export const npm: Module<NpmArgs, NpmState> = {
  name: 'npm',
  interpreted: { executable: 'words' },
  args: {
    name: { type: 'str' },
    path: { type: 'path' },
    version: { type: 'str' },
    global: { type: 'bool', default: false },
    production: { type: 'bool', default: false },
    executable: { type: 'path' },
    registry: { type: 'str' },
    state: { type: 'str', default: 'present', choices: ['present', 'absent', 'latest'] },
    ignore_scripts: { type: 'bool', default: false },
    unsafe_perm: { type: 'bool', default: false },
    ci: { type: 'bool', default: false },
    no_optional: { type: 'bool', default: false },
    no_bin_links: { type: 'bool', default: false },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  subjects: ({ name }) => [name === undefined ? 'npm package *' : `npm package ${name}`],
  apply: (args, state, { differences }, quote) => {
    if (differences.length === 0) return undefined;
    const about =
      args.name === undefined || args.ci
        ? ''
        : quote(args.version === undefined || args.state === 'absent' ? args.name : `${args.name}@${args.version}`);
    const folder = args.path === undefined ? [] : ['mkdir -p "$p" && cd "$p" || exit 1'];
    const lines = verbsOf(args, state).map((verb) => `npm_run ${verb} ${about} || exit $?`);
    return { script: [begin(args, quote), ...folder, ...lines].join('\n') };
  },
  finish: (_args, _state, { result }, applied) => {
    if (applied.code === 0) return { result, changed: true };
    const msg = failureOf(applied);
    return { result: { msg, stdout: applied.stdout, stderr: applied.stderr }, changed: false, failed: msg };
  },
};
