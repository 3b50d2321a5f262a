import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { readAnswers } from '#playbook/modules/mysql_query/answers.ts';
import { bindValues, literalOf } from '#playbook/modules/mysql_query/bind.ts';
import { kindOf, typesQuestion } from '#playbook/modules/mysql_query/kind.ts';
import { counted, queriesSql } from '#playbook/modules/mysql_query/sql.ts';
import { mysqlQuery } from '#playbook/modules/mysql_query.ts';
import { described } from './described.ts';
import { tryModule } from './host.ts';
import { programs } from './programs.ts';

const escaped = (query: string, values: Parameters<typeof bindValues>[1]): string => bindValues(query, values).escaped;

describe('values in a query', () => {
  it.each([
    ['SELECT %s', [1], 'SELECT 1'],
    ['SELECT %s, %s', [true, null], 'SELECT 1, NULL'],
    ['SELECT %s', ["it's"], "SELECT 'it\\'s'"],
    ['SELECT %s', ["' OR 1=1; -- "], "SELECT '\\' OR 1=1; -- '"],
    ['SELECT 1 IN %s', [['a', 2]], "SELECT 1 IN ('a',2)"],
    ["SELECT '100%%' LIKE %s", ['%s'], "SELECT '100%' LIKE '%s'"],
    ['SELECT %(a)s, %(b)s, %(a)s', { a: 'x', b: 1.5, c: 0 }, "SELECT 'x', 1.5, 'x'"],
    ['SELECT 5 % 2', undefined, 'SELECT 5 % 2'],
  ] as const)('%s with %j', (query, values, expected) => expect(escaped(query, values)).toBe(expected));

  it.each([
    ['SELECT %s', []],
    ['SELECT %s, %s', [1]],
    ['SELECT %s', [1, 2]],
    ['SELECT %d', [1]],
    ['SELECT 5 % 2, %s', [1]],
    ['SELECT %(a)s', [1]],
    ['SELECT %(a)s', { b: 1 }],
    ['SELECT %(toString)s', { b: 1 }],
    ['SELECT %s', { b: 1 }],
    ['SELECT %s', [{ a: 1 }]],
    ['SELECT %s', [[]]],
    ['SELECT 1 %', [1]],
  ] as const)('%s with %j is refused', (query, values) =>
    expect(() => bindValues(query, values)).toThrow('module.arguments'),
  );

  it('a text stays one text, by the rules of either kind of server', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const { escaped: one, plain } = literalOf(value);
        expect(/^'(?:[^'\\]|\\.)*'$/s.test(one)).toBe(true);
        const back: Readonly<Record<string, string>> = { n: '\n', r: '\r', '0': '\0', Z: '\x1a' };
        expect(one.slice(1, -1).replace(/\\(.)/gs, (_all, char: string) => back[char] ?? char)).toBe(value);
        expect(/^'(?:[^']|'')*'$/s.test(plain)).toBe(true);
        expect(plain.slice(1, -1).replaceAll("''", "'")).toBe(value);
      }),
    );
  });

  it('nothing of a query reaches the client of the host as words', () => {
    const sql = queriesSql([bindValues('system id\n\\! id; SELECT %s', ["'; system id"])], [['a', 'b']], true);
    expect(sql).not.toMatch(/system|\\!|id;/);
    for (const line of sql.split('\n'))
      expect(line).toMatch(
        /^(?:SET [\w @.=]*(?:CONVERT\([\w(),'@. ]*\))?;|PREPARE [\w @]*;|EXECUTE \w*;|COMMIT;|SELECT [\w() ]*;)$/,
      );
  });
});

describe('what a query does', () => {
  it.each([
    ['SELECT 1', 'reads'],
    ['  /* why */ ( select 1)', 'reads'],
    ['-- why\nSHOW TABLES', 'reads'],
    ["SELECT 'INSERT' INTO @a", 'reads'],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 'does'],
    ["SELECT 'a' 'into outfile'", 'reads'],
    ['SELECT a FROM t FOR UPDATE', 'reads'],
    ['WITH a AS (SELECT 1) SELECT * FROM a FOR UPDATE', 'reads'],
    ['WITH a AS (SELECT REPLACE(b, 1, 2) FROM t) SELECT * FROM a', 'reads'],
    ['WITH a AS (SELECT 1) UPDATE t JOIN a SET b = 1', 'counts'],
    ['SET @a = 1', 'reads'],
    ['SET SESSION sql_mode = ""', 'reads'],
    ['SET GLOBAL max_connections = 10', 'does'],
    ['SET @@global.max_connections = 10', 'does'],
    ["SET PASSWORD FOR 'a' = 'b'", 'does'],
    ['update t set a = 1', 'counts'],
    ['REPLACE INTO t VALUES (1)', 'counts'],
    ['CREATE TABLE t (a INT)', 'does'],
    ['GRANT ALL ON a.* TO b', 'does'],
    ['CALL p()', 'does'],
    ['OPTIMIZE TABLE t', 'does'],
    ['/*!40000 DROP TABLE t */', 'does'],
  ] as const)('%s: %s', (query, kind) => expect(kindOf(query)).toBe(kind));

  it('types are asked only by what reads', () => {
    expect(typesQuestion('SELECT 1')?.('SELECT 1')).toBe('SELECT * FROM (SELECT 1\n) AS quarterdeck LIMIT 0');
    expect(typesQuestion('SHOW TABLES')?.('SHOW TABLES')).toBe('SHOW TABLES');
    for (const query of ['INSERT INTO t VALUES (1)', 'EXPLAIN ANALYZE SELECT 1', 'CALL p()', 'SET @a = 1'])
      expect(typesQuestion(query)).toBeUndefined();
  });

  it('a plan shows what is asked and what runs, and that it is not known what comes of it', async () => {
    const { plan } = await described(
      mysqlQuery,
      { query: ['SELECT 1', 'DELETE FROM t WHERE a = %s;'.replace('%s', "'x'")] },
      [],
    );
    expect(plan).toEqual({
      differences: [
        { subject: 'query', aspect: 'asks', before: null, after: 'SELECT 1', reads: true },
        { subject: 'query', aspect: 'runs', before: null, after: "DELETE FROM t WHERE a = 'x'" },
      ],
      result: {},
      unknown: true,
    });
  });
});

describe('the answer of the client', () => {
  const set = (statement: string, ...rows: readonly string[]): string =>
    `<?xml version="1.0"?>\n\n<resultset statement="${statement}" xmlns:xsi="x">\n${rows.map((row) => `  <row>\n${row}\n  </row>\n`).join('')}</resultset>\n`;
  const field = (name: string, value?: string): string =>
    value === undefined ? `<field name="${name}" xsi:nil="true" />` : `<field name="${name}">${value}</field>`;
  const count = (rows: number): string => set(counted, field('quarterdeck', String(rows)));

  it('becomes values of their types', () => {
    const xml = [
      count(0),
      set(
        'EXECUTE quarterdeck',
        ['1', 'NULL', 'a&lt;b&gt; &amp;amp; &quot;\nx', '2024-01-02 03:04:05.500']
          .map((value, at) => field(`c${at}`, value))
          .join('') +
          field('c4') +
          field('c4', '007'),
      ),
      count(-1),
      count(3),
      set('EXECUTE quarterdeck'),
      count(-1),
    ].join('');
    const types = ['LONGLONG', 'VAR_STRING', 'BLOB', 'DATETIME', 'LONG', 'STRING'];
    expect(readAnswers(xml, (query) => (query === 0 ? types : []))).toEqual([
      {
        rows: [{ c0: 1, c1: 'NULL', c2: 'a<b> &amp; "\nx', c3: '2024-01-02T03:04:05.500000', c4: null, 'c4.6': '007' }],
        count: 1,
      },
      { rows: [], count: 3 },
      { rows: [], count: 0 },
    ]);
    expect(readAnswers('', () => [])).toBeUndefined();
    expect(readAnswers(count(0), () => [])).toEqual([]);
  });

  it.each([
    [{ query: '' }],
    [{ query: [] }],
    [{ query: ['SELECT 1', 2] }],
    [{ query: { a: 1 } }],
    [{ query: 'SELECT %s', positional_args: [1], named_args: { a: 1 } }],
    [{ query: 'SELECT 1', session_vars: { 'a = 1; DROP': 1 } }],
    [{ query: 'SELECT 1', session_vars: { a: [1] } }],
    [{ query: 'SELECT %s', positional_args: [{ a: 1 }] }],
  ] as readonly (readonly [JsonObject])[])('%j is refused before any host is asked', async (args) => {
    await expect(tryModule(mysqlQuery, args)).rejects.toThrow('module.arguments');
  });

  it('says why nothing was run', async () => {
    const place = programs({ mariadb: 'cat >/dev/null; echo "ERROR 2002 (HY000): Can\'t connect" >&2; exit 1' });
    const tried = await tryModule(mysqlQuery, { query: 'SELECT 1' }, { env: place.env });
    expect(tried.result).toMatchObject({ changed: false, failed: expect.stringContaining('unable to connect') });
    expect(tried.result?.failed).toContain("Can't connect");
    place.remove();
  });

  it('says which query failed, and gives what ran before', async () => {
    const printed = `${count(0)}${count(2)}`;
    const place = programs({
      mariadb: `cat >/dev/null; cat <<'END'\n${printed}END\necho "ERROR 1295 (HY000) at line 9: This command is not supported" >&2; exit 1`,
    });
    const tried = await tryModule(
      mysqlQuery,
      { query: ['UPDATE t SET a = 1', 'LOCK TABLES t READ'] },
      { env: place.env },
    );
    expect(tried.result?.result).toMatchObject({ executed_queries: ['UPDATE t SET a = 1'], rowcount: [2] });
    expect(tried.result?.failed).toBe(
      'Cannot execute SQL (query 2): ERROR 1295 (HY000): This command is not supported Put this statement in a file and use mysql_db with state=import.',
    );
    place.remove();
  });
});
