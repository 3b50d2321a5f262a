import type { Applied, Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { mysqlBeginning, mysqlLine } from './mysql/client.ts';
import { type Answer, readAnswers } from './mysql_query/answers.ts';
import { prepareQuery, type QueryArgs, queryArguments } from './mysql_query/arguments.ts';
import { kindOf, typesQuestion } from './mysql_query/kind.ts';
import { executed, queriesSql, sessionSql } from './mysql_query/sql.ts';
import { failureOf } from './state/fields.ts';

const plan = ({ queries }: QueryArgs): ModulePlan => ({
  differences: queries.map(({ escaped }) => {
    const reads = kindOf(escaped) === 'reads';
    return { subject: 'query', aspect: reads ? 'asks' : 'runs', before: null, after: escaped, ...(reads && { reads }) };
  }),
  result: {},
  unknown: true,
});

/* The types of columns are in no answer of the client's: they are asked afterwards, by questions without rows. */
const typeLines = (args: QueryArgs, options: string, quote: Quote): readonly string[] =>
  args.queries.flatMap((query, index) => {
    const question = typesQuestion(query.escaped);
    if (question === undefined) return [];
    const asked = executed({ escaped: question(query.escaped), plain: question(query.plain) });
    const line = mysqlLine(
      [...sessionSql(args.variables), asked].join('\n'),
      quote,
      `${options} --table --column-type-info`,
    );
    return [`  echo "types.${index}=$(${line} 2>/dev/null | sed -n -e '/^+/q' -e 's/^Type: *//p' | tr '\\n' ' ')"`];
  });

const apply = (args: QueryArgs, _state: null, _plan: ModulePlan, quote: Quote): Apply => {
  const options = args.database === '' ? '' : ` --database=${quote(args.database)}`;
  const sql = queriesSql(args.queries, args.variables, args.single);
  return {
    script: [
      mysqlBeginning(args.login, quote),
      `${mysqlLine(sql, quote, `${options} --xml`)} >"$D/out" 2>"$D/error"; r=$?`,
      'if [ $r -eq 0 ]; then :',
      ...typeLines(args, options, quote),
      'fi',
      'echo answers; cat "$D/out"; cat "$D/error" >&2; exit $r',
    ].join('\n'),
    exitCodes: 'any',
  };
};

const typesIn = (said: string) => (query: number) =>
  new RegExp(`^types\\.${query}=(.*)$`, 'm').exec(said)?.[1]?.trim().split(' ') ?? [];

/* The client repeats the statement first, and counts lines that nobody wrote. */
const complaint = (said: string): string =>
  (/^ERROR .*/ms.exec(said)?.[0] ?? said).replace(/^(ERROR \d+ \(\w+\)) at line \d+:/, '$1:');

const unprepared = /\b1295\b/;

/** Why it failed; `answers` is what came before, nothing at all when the server was not reached. */
const reasonOf = (args: QueryArgs, applied: Applied, answers: readonly Answer[] | undefined): string => {
  if (applied.stdout.startsWith('missing='))
    return 'mysql_query: the host has neither mariadb nor mysql. Install the client there (mariadb-client or mysql-client).';
  const why = complaint(failureOf({ ...applied, stdout: '' }));
  if (answers === undefined)
    return `unable to connect to database, check login_user and login_password are correct or the config file has the credentials, and login_db and session_vars: ${why}`;
  const advice = unprepared.test(why) ? ' Put this statement in a file and use mysql_db with state=import.' : '';
  const at = args.queries.length > 1 && answers.length < args.queries.length ? ` (query ${answers.length + 1})` : '';
  return `Cannot execute SQL${at}: ${why}${advice}`;
};

const resultOf = (args: QueryArgs, answers: readonly Answer[]) => ({
  executed_queries: args.queries.slice(0, answers.length).map(({ escaped }) => escaped),
  query_result: answers.map(({ rows }) => rows),
  rowcount: answers.map(({ count }) => count),
});

const finish = (args: QueryArgs, applied: Applied): ModuleResult => {
  const at = applied.stdout.indexOf('answers\n');
  const answers = readAnswers(applied.stdout.slice(at), typesIn(applied.stdout.slice(0, at)));
  const result = resultOf(args, answers ?? []);
  if (applied.code !== 0 || answers === undefined) {
    const msg = reasonOf(args, applied, answers);
    return { result: { ...result, msg }, changed: false, failed: msg };
  }
  const changed = args.queries.some(({ escaped }, index) => {
    const kind = kindOf(escaped);
    return kind === 'does' || (kind === 'counts' && (answers[index]?.count ?? 0) > 0);
  });
  return { result, changed };
};

/** Runs SQL on MySQL or MariaDB. */
export const mysqlQuery: Module<QueryArgs, null> = {
  name: 'mysql_query',
  interpreted: { query: 'sql' },
  args: queryArguments,
  freeForm: 'kv',
  once: true,
  silent: true,
  prepare: prepareQuery,
  probe: () => undefined,
  read: () => null,
  plan,
  apply,
  finish: (args, _state, _made, applied) => finish(args, applied),
};
