import type { JsonObject } from '#core/json.ts';
import { splitWords } from '../words/split.ts';
import type { Apply, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import {
  type Login,
  loginArguments,
  loginOf,
  mysqlAsk,
  mysqlBeginning,
  mysqlLine,
  mysqlRows,
  readMysql,
} from './mysql/client.ts';
import { mysqlName, mysqlText } from './mysql/quote.ts';
import { failureOf } from './state/fields.ts';
import { assignPath } from './state/script.ts';
import { wrong } from './state/wrong.ts';

interface DbArgs {
  readonly login: Login;
  readonly names: readonly string[];
  readonly everything: boolean;
  readonly state: 'absent' | 'dump' | 'import' | 'present';
  readonly encoding: string;
  readonly collation: string;
  readonly target?: string;
  readonly words: readonly string[];
  readonly force: boolean;
}

interface DbState {
  readonly failed?: string;
  readonly present: readonly string[];
}

const word = (name: string, value: string): string => {
  if (/^\w*$/.test(value)) return value;
  throw wrong(`mysql_db: “${value}” cannot be the ${name}.`, `mysql_db : « ${value} » ne peut pas être ${name}.`);
};

const dumpWords = (args: JsonObject): readonly string[] => {
  const extra = typeof args.dump_extra_args === 'string' ? splitWords(args.dump_extra_args) : [];
  if (extra === undefined)
    throw wrong(
      'mysql_db: the quotes in dump_extra_args do not match.',
      'mysql_db : les guillemets de dump_extra_args ne vont pas ensemble.',
    );
  return [
    ...(args.single_transaction === true ? ['--single-transaction=true'] : []),
    ...(args.quick === false ? ['--skip-quick'] : ['--quick']),
    ...(args.hex_blob === true ? ['--hex-blob'] : []),
    ...(args.skip_lock_tables === true ? ['--skip-lock-tables'] : []),
    ...(args.force === true ? ['--force'] : []),
    ...(Array.isArray(args.ignore_tables) ? args.ignore_tables.map((table) => `--ignore-table=${table}`) : []),
    ...(args.encoding ? [`--default-character-set=${args.encoding}`] : []),
    ...extra,
  ];
};

const prepare = (args: JsonObject): DbArgs => {
  const names = Array.isArray(args.name) ? args.name.map((one) => String(one).trim()) : [];
  const state = args.state as DbArgs['state'];
  const moves = state === 'dump' || state === 'import';
  if (moves && typeof args.target !== 'string')
    throw wrong(`mysql_db: with state=${state} target is required.`, `mysql_db : state=${state} demande target.`);
  if (state === 'import' && names.length > 1)
    throw wrong(
      'mysql_db: multiple databases are not supported with state=import.',
      'mysql_db : une seule base avec state=import.',
    );
  if (!moves && names.includes('all'))
    throw wrong(
      "mysql_db: name is not allowed to equal 'all' unless state equals import or dump.",
      'mysql_db : name ne peut être « all » qu’avec state=import ou dump.',
    );
  return {
    login: loginOf(args),
    names,
    everything: names.length === 1 && names[0] === 'all',
    state,
    encoding: word('encoding', String(args.encoding ?? '')),
    collation: word('collation', String(args.collation ?? '')),
    ...(typeof args.target === 'string' && { target: args.target }),
    words: dumpWords(args),
    force: args.force === true,
  };
};

const probe = (args: DbArgs, quote: Quote): string => {
  const list = args.names.map(mysqlText).join(', ') || "''";
  return [
    mysqlBeginning(args.login, quote),
    mysqlAsk('present', `SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (${list});`, quote),
    ...(args.state === 'import' && args.target !== undefined
      ? [assignPath('t', args.target, quote), '[ -r "$t" ] || echo target=none']
      : []),
    'echo end',
  ].join('\n');
};

const read: Module<DbArgs, DbState>['read'] = (output, args) => {
  const { fields, failed } = readMysql(output, 'mysql_db');
  const present = mysqlRows(fields, 'present').map(([name = '']) => name);
  const absent = args.names.filter((name) => !present.includes(name));
  const why =
    failed ??
    (fields.get('target') === 'none' ? `target ${args.target} does not exist on the host` : undefined) ??
    (args.state === 'dump' && !args.everything && absent.length > 0
      ? `Cannot dump database(s) '${absent.join(', ')}' - not found`
      : undefined);
  return { ...(why !== undefined && { failed: why }), present };
};

const missing = (args: DbArgs, state: DbState): readonly string[] =>
  args.everything ? [] : args.names.filter((name) => !state.present.includes(name));

const differencesOf = (args: DbArgs, state: DbState): readonly FoundDifference[] => {
  const one = (name: string, before: string, after: string): FoundDifference => ({
    subject: `database ${name}`,
    aspect: 'state',
    before,
    after,
  });
  const made = missing(args, state).map((name) => ({
    ...one(name, 'absent', 'present'),
    sealed: [args.encoding, args.collation],
  }));
  if (args.state === 'absent') return state.present.map((name) => one(name, 'present', 'absent'));
  if (args.state === 'present') return made;
  const all = args.names.join(' ');
  if (args.state === 'dump')
    return [{ subject: args.target ?? '', aspect: 'dump of', before: null, after: all, sealed: args.words }];
  return [...made, { subject: `database ${all}`, aspect: 'import of', before: null, after: args.target ?? '' }];
};

const plan = (args: DbArgs, state: DbState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  return {
    differences: args.names.length === 0 ? [] : differencesOf(args, state),
    result: { db: args.names.join(' '), db_list: args.names },
  };
};

const createSql = (args: DbArgs, name: string): string =>
  [
    `CREATE DATABASE ${mysqlName(name)}`,
    ...(args.encoding === '' ? [] : [`CHARACTER SET ${mysqlText(args.encoding)}`]),
    ...(args.collation === '' ? [] : [`COLLATE ${mysqlText(args.collation)}`]),
  ].join(' ');

const pack: readonly (readonly [string, string])[] = [
  ['.gz', 'gzip'],
  ['.bz2', 'bzip2'],
  ['.xz', 'xz'],
  ['.zst', 'zstd'],
];

const moveLines = (args: DbArgs, quote: Quote): readonly string[] => {
  const [, tool] = pack.find(([end]) => args.target?.endsWith(end)) ?? [];
  const names = args.everything ? '--all-databases' : `--databases ${args.names.map(quote).join(' ')}`;
  const single = args.names.length === 1 && !args.everything ? quote(args.names[0] ?? '') : names;
  const begin = assignPath('t', args.target ?? '', quote);
  if (args.state === 'dump')
    return [
      begin,
      'x=$(command -v mariadb-dump || command -v mysqldump) || { echo "the host has no mysqldump: install the client of MySQL there" >&2; exit 1; }',
      `{ "$x" --defaults-file="$F" ${args.words.map(quote).join(' ')} ${single.startsWith('-') ? single : `-- ${single}`} || echo failed >"$D/failed"; }${tool === undefined ? '' : ` | ${tool}`} >"$t" || exit 1`,
      '[ ! -e "$D/failed" ]',
    ];
  const into = args.everything ? '' : ` --database=${quote(args.names[0] ?? '')}`;
  const charset = args.encoding === '' ? '' : ` --default-character-set=${quote(args.encoding)}`;
  return [
    begin,
    `{ ${tool === undefined ? 'cat' : `${tool} -dc`} <"$t" || echo failed >"$D/failed"; } | "$m" --defaults-file="$F"${charset}${args.force ? ' --force' : ''}${into} || exit 1`,
    '[ ! -e "$D/failed" ]',
  ];
};

const apply = (args: DbArgs, state: DbState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const sql =
    args.state === 'absent'
      ? state.present.map((name) => `DROP DATABASE ${mysqlName(name)};`)
      : args.state === 'dump'
        ? []
        : missing(args, state).map((name) => `${createSql(args, name)};`);
  const lines = [
    mysqlBeginning(args.login, quote),
    ...(sql.length === 0 ? [] : [`${mysqlLine(sql.join('\n'), quote)} || exit $?`]),
    ...(args.state === 'dump' || args.state === 'import' ? moveLines(args, quote) : []),
  ];
  return { script: lines.join('\n') };
};

/** Databases of MySQL or MariaDB: there, gone, dumped to a file or read from one. */
export const mysqlDb: Module<DbArgs, DbState> = {
  name: 'mysql_db',
  interpreted: { dump_extra_args: 'words' },
  args: {
    ...loginArguments,
    name: { type: 'list', required: true, aliases: ['db'] },
    encoding: { type: 'str', default: '' },
    collation: { type: 'str', default: '' },
    target: { type: 'path' },
    state: { type: 'str', default: 'present', choices: ['absent', 'dump', 'import', 'present'] },
    single_transaction: { type: 'bool', default: false },
    quick: { type: 'bool', default: true },
    ignore_tables: { type: 'list', default: [] },
    hex_blob: { type: 'bool', default: false },
    force: { type: 'bool', default: false },
    skip_lock_tables: { type: 'bool', default: false },
    dump_extra_args: { type: 'str' },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  apply,
  finish: (_args, _state, made, applied) => {
    if (applied.code === 0) return { result: { ...made.result, msg: applied.stdout }, changed: true };
    const msg = failureOf({ ...applied, stdout: '' });
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  },
};
