import type { Json, JsonObject } from '#core/json.ts';
import { splitWords } from '../words/split.ts';
import type { Apply, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import {
  jsonLines,
  type Login,
  loginArguments,
  loginOf,
  postgresAsk,
  postgresBeginning,
  postgresLine,
  readPostgres,
} from './postgresql/client.ts';
import { postgresName, postgresText } from './postgresql/quote.ts';
import { failureOf } from './state/fields.ts';
import { assignPath } from './state/script.ts';
import { wrong } from './state/wrong.ts';

interface DbArgs {
  readonly login: Login;
  readonly name: string;
  readonly state: 'absent' | 'dump' | 'present' | 'rename' | 'restore';
  /** What is asked of the database, by the names PostgreSQL gives it. */
  readonly wanted: Readonly<Record<string, string>>;
  readonly template: string;
  readonly target?: string;
  readonly options: readonly string[];
  readonly dumpOptions: readonly string[];
  readonly force: boolean;
}

interface DbState {
  readonly failed?: string;
  readonly present?: JsonObject;
  readonly target: boolean;
}

const wordsOf = (name: string, value: Json | undefined): readonly string[] => {
  const words = typeof value === 'string' ? splitWords(value) : [];
  if (words !== undefined) return words;
  throw wrong(
    `postgresql_db: the quotes in ${name} do not match.`,
    `postgresql_db : les guillemets de ${name} ne vont pas ensemble.`,
  );
};

const prepare = (args: JsonObject): DbArgs => {
  const text = (name: string): string => String(args[name] ?? '');
  const state = args.state as DbArgs['state'];
  const target = text('target');
  const limit = text('conn_limit');
  if (limit !== '' && !/^-?\d+$/.test(limit))
    throw wrong('postgresql_db: conn_limit must be a number.', 'postgresql_db : conn_limit doit être un nombre.');
  if (state === 'rename' && (target === '' || target === args.db))
    throw wrong(
      'postgresql_db: state=rename needs another name as target.',
      'postgresql_db : state=rename demande un autre nom (target).',
    );
  if ((state === 'dump' || state === 'restore') && target === '')
    throw wrong(`postgresql_db: state=${state} needs a target.`, `postgresql_db : state=${state} demande target.`);
  const wanted = {
    owner: text('owner'),
    encoding: text('encoding'),
    lc_collate: text('lc_collate'),
    lc_ctype: text('lc_ctype'),
    conn_limit: limit,
    tablespace: text('tablespace'),
  };
  return {
    login: loginOf(args, text('maintenance_db')),
    name: text('db'),
    state,
    wanted: Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== '')),
    template: text('template'),
    ...(target !== '' && { target }),
    options: wordsOf('target_opts', args.target_opts),
    dumpOptions: wordsOf('dump_extra_args', args.dump_extra_args),
    force: args.force === true,
  };
};

const question = (
  args: DbArgs,
): string => `SELECT json_build_object('name', d.datname, 'owner', pg_get_userbyid(d.datdba),
  'encoding', pg_encoding_to_char(d.encoding), 'lc_collate', d.datcollate, 'lc_ctype', d.datctype,
  'conn_limit', d.datconnlimit::text, 'tablespace', t.spcname)
FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace
WHERE d.datname IN (${[args.name, args.state === 'rename' ? (args.target ?? '') : args.name].map(postgresText).join(', ')});`;

const probe = (args: DbArgs, quote: Quote): string =>
  [
    postgresBeginning(args.login, quote),
    postgresAsk(args.login, 'databases', question(args), quote),
    ...(args.state === 'restore' && args.target !== undefined
      ? [assignPath('t', args.target, quote), '[ -r "$t" ] || [ -d "$t" ] || echo target=none']
      : []),
    'echo end',
  ].join('\n');

const read: Module<DbArgs, DbState>['read'] = (output, args) => {
  const { fields, failed } = readPostgres(output, 'postgresql_db');
  const rows = jsonLines(fields.raw('databases') ?? '').flatMap((one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) ? [one as JsonObject] : [],
  );
  const present = rows.find((one) => one.name === args.name);
  const why = failed ?? (fields.get('target') === 'none' ? `the host has no ${args.target}` : undefined);
  return {
    ...(why !== undefined && { failed: why }),
    ...(present !== undefined && { present }),
    target: rows.some((one) => one.name === args.target),
  };
};

/** Encodings have many ways to be written. */
const plain = (name: string, value: string): string =>
  name === 'encoding'
    ? value
        .toUpperCase()
        .replace(/[-_ ]/g, '')
        .replace(/^UNICODE$/, 'UTF8')
    : value;

const others = (args: DbArgs, present: JsonObject): readonly (readonly [string, string])[] =>
  Object.entries(args.wanted).filter(
    ([name, value]) => plain(name, value) !== plain(name, String(present[name] ?? '')),
  );

const failureIn = (args: DbArgs, state: DbState): string | undefined => {
  if (state.failed !== undefined) return state.failed;
  if (args.state === 'present' && state.present !== undefined) {
    const fixed = others(args, state.present).find(([name]) => ['encoding', 'lc_collate', 'lc_ctype'].includes(name));
    if (fixed !== undefined)
      return `Changing ${fixed[0]} is not supported. Current ${fixed[0]}: ${String(state.present[fixed[0]])}`;
  }
  if (args.state === 'dump' && state.present === undefined) return `database "${args.name}" does not exist`;
  if (args.state !== 'rename') return undefined;
  if (state.present !== undefined && state.target) return `Both the source and the target databases exist.`;
  return state.present === undefined && !state.target ? 'The source and the target databases do not exist.' : undefined;
};

const differencesOf = (args: DbArgs, state: DbState): readonly FoundDifference[] => {
  const subject = `database ${args.name}`;
  const there = state.present !== undefined;
  switch (args.state) {
    case 'absent':
      return there ? [{ subject, aspect: 'state', before: 'present', after: 'absent' }] : [];
    case 'rename':
      return there ? [{ subject, aspect: 'name', before: args.name, after: args.target ?? '' }] : [];
    case 'dump':
      return [
        {
          subject: args.target ?? '',
          aspect: 'dump of',
          before: null,
          after: args.name,
          sealed: [...args.options, ...args.dumpOptions],
        },
      ];
    case 'restore':
      return [{ subject, aspect: 'restore of', before: null, after: args.target ?? '', sealed: args.options }];
    case 'present':
      return state.present === undefined
        ? [
            {
              subject,
              aspect: 'state',
              before: 'absent',
              after: 'present',
              sealed: { ...args.wanted, template: args.template },
            },
          ]
        : others(args, state.present).map(([name, after]) => ({
            subject,
            aspect: name,
            before: state.present?.[name] ?? null,
            after,
          }));
  }
};

const plan = (args: DbArgs, state: DbState): ModulePlan => {
  const failed = failureIn(args, state);
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  return { differences: differencesOf(args, state), result: { db: args.name } };
};

const clauses: Readonly<Record<string, (value: string) => string>> = {
  owner: (value) => `OWNER ${postgresName(value)}`,
  encoding: (value) => `ENCODING ${postgresText(value)}`,
  lc_collate: (value) => `LC_COLLATE ${postgresText(value)}`,
  lc_ctype: (value) => `LC_CTYPE ${postgresText(value)}`,
  conn_limit: (value) => `CONNECTION LIMIT ${Number(value)}`,
  tablespace: (value) => `TABLESPACE ${postgresName(value)}`,
};

const alterations: Readonly<Record<string, (value: string) => string>> = {
  owner: (value) => `OWNER TO ${postgresName(value)}`,
  conn_limit: (value) => `CONNECTION LIMIT ${Number(value)}`,
  tablespace: (value) => `SET TABLESPACE ${postgresName(value)}`,
};

const sqlOf = (args: DbArgs, state: DbState): readonly string[] => {
  const name = postgresName(args.name);
  if (args.state === 'absent') return [`DROP DATABASE ${name}${args.force ? ' WITH (FORCE)' : ''};`];
  if (args.state === 'rename') return [`ALTER DATABASE ${name} RENAME TO ${postgresName(args.target ?? '')};`];
  if (state.present !== undefined)
    return others(args, state.present).map(
      ([key, value]) => `ALTER DATABASE ${name} ${alterations[key]?.(value) ?? ''};`,
    );
  const template = args.template === '' ? [] : [`TEMPLATE ${postgresName(args.template)}`];
  const asked = Object.entries(args.wanted).map(([key, value]) => clauses[key]?.(value) ?? '');
  return [['CREATE DATABASE', name, ...template, ...asked].join(' ').concat(';')];
};

const pack: readonly (readonly [string, string])[] = [
  ['.gz', 'gzip'],
  ['.bz2', 'bzip2'],
  ['.xz', 'xz'],
];

const moveLine = (args: DbArgs, quote: Quote): string => {
  const target = args.target ?? '';
  const [, tool] = pack.find(([end]) => target.endsWith(end)) ?? [];
  const options = [...args.options, ...(args.state === 'dump' ? args.dumpOptions : [])].map(quote).join(' ');
  const format = /\.(?:pgc|tar|dir)$/.exec(target)?.[0];
  const mark = 'D=$(mktemp -d) || exit 1; trap \'rm -rf "$D"\' EXIT';
  const base = `PGDATABASE=${quote(args.name)}; export PGDATABASE`;
  const begin = `${assignPath('t', target, quote)}\n${base}\n${mark}`;
  if (args.state === 'dump') {
    const kind = format === undefined ? '' : ` --format=${{ '.pgc': 'c', '.tar': 't', '.dir': 'd' }[format] ?? 'c'}`;
    if (format === '.dir') return `${begin}\npg_dump --no-password${kind} ${options} --file="$t"`;
    return `${begin}\n{ pg_dump --no-password${kind} ${options} || echo failed >"$D/failed"; }${tool === undefined ? '' : ` | ${tool}`} >"$t" && [ ! -e "$D/failed" ]`;
  }
  if (format !== undefined)
    return `${begin}\npg_restore --no-password --dbname="$PGDATABASE" ${format === '.dir' ? '--format=d ' : ''}${options} "$t"`;
  return `${begin}\n{ ${tool === undefined ? 'cat' : `${tool} -dc`} <"$t" || echo failed >"$D/failed"; } | psql --no-psqlrc --no-password --quiet ${options} >/dev/null && [ ! -e "$D/failed" ]`;
};

const apply = (args: DbArgs, state: DbState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const moves = args.state === 'dump' || args.state === 'restore';
  /* No two of them in one transaction: none of these statements may be in one. */
  const lines = moves
    ? [moveLine(args, quote)]
    : sqlOf(args, state).map((sql) => `${postgresLine(args.login, sql, quote)} || exit $?`);
  return { script: [postgresBeginning(args.login, quote), ...lines].join('\n') };
};

/** A database of PostgreSQL: there as it is wanted, gone, renamed, dumped to a file or restored from one. */
export const postgresqlDb: Module<DbArgs, DbState> = {
  name: 'postgresql_db',
  interpreted: { target_opts: 'words', dump_extra_args: 'words' },
  args: {
    ...loginArguments,
    db: { type: 'str', required: true, aliases: ['name'] },
    owner: { type: 'str', default: '' },
    template: { type: 'str', default: '' },
    encoding: { type: 'str', default: '' },
    lc_collate: { type: 'str', default: '' },
    lc_ctype: { type: 'str', default: '' },
    state: { type: 'str', default: 'present', choices: ['absent', 'dump', 'present', 'rename', 'restore'] },
    target: { type: 'path', default: '' },
    target_opts: { type: 'str', default: '' },
    maintenance_db: { type: 'str', default: 'postgres' },
    conn_limit: { type: 'str', default: '' },
    tablespace: { type: 'path', default: '' },
    dump_extra_args: { type: 'str' },
    force: { type: 'bool', default: false },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  apply,
  finish: (args, state, made, applied) => {
    const commands = args.state === 'dump' || args.state === 'restore' ? [] : sqlOf(args, state);
    if (applied.code === 0)
      return { result: { ...made.result, executed_commands: commands, msg: applied.stdout }, changed: true };
    const msg = `Database query failed: ${failureOf({ ...applied, stdout: '' })}`;
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  },
};
