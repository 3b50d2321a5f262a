import type { Json } from '#core/json.ts';
import { mysqlName } from '../mysql/quote.ts';
import { literalOf, type Statement } from './bind.ts';

/** How many rows the statement before changed: it also ends the answer to a query. */
export const counted = 'SELECT ROW_COUNT() AS quarterdeck';

const hex = (text: string): string => `0x${Buffer.from(text, 'utf8').toString('hex')}`;

/**
 * A statement the client hands on unread: the client has words of its own (`system`, `source`, `\!`), which a query may
 * hold, and would run a second statement behind a semicolon. The server refuses that.
 */
export const executed = ({ escaped, plain }: Statement): string => {
  const text =
    escaped === plain
      ? hex(escaped)
      : `IF(FIND_IN_SET('NO_BACKSLASH_ESCAPES', @@SESSION.sql_mode), ${hex(plain)}, ${hex(escaped)})`;
  return [
    `SET @quarterdeck = CONVERT(${text} USING utf8mb4);`,
    'PREPARE quarterdeck FROM @quarterdeck;',
    'EXECUTE quarterdeck;',
  ].join('\n');
};

const variable = ([name, value]: readonly [string, Json]): string => {
  const { escaped, plain } = literalOf(value);
  const set = `SET SESSION ${mysqlName(name)} = `;
  return executed({ escaped: `${set}${escaped}`, plain: `${set}${plain}` });
};

/** What a session of queries begins with: the server's own way of reading SQL, then the variables of the task. */
export const sessionSql = (variables: readonly (readonly [string, Json])[]): readonly string[] => [
  'SET SESSION sql_mode = @@GLOBAL.sql_mode;',
  ...variables.map(variable),
];

/** The queries, each followed by its count. */
export const queriesSql = (
  statements: readonly Statement[],
  variables: readonly (readonly [string, Json])[],
  single: boolean,
): string =>
  [
    ...sessionSql(variables),
    `${counted};`,
    ...(single ? ['SET autocommit = 0;'] : []),
    ...statements.flatMap((one) => [executed(one), `${counted};`]),
    ...(single ? ['COMMIT;'] : []),
  ].join('\n');
