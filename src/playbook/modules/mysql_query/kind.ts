/**
 * What a statement does: it only `reads`; it `counts` the rows it changes; or it `does` something else, and is taken
 * for a change.
 */
export type Kind = 'reads' | 'counts' | 'does';

/* What texts, quoted names and comments say is no SQL. */
const withoutTexts = (query: string): string =>
  query.replace(
    /'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|`(?:[^`]|``)*`|--\s[^\n]*|#[^\n]*|\/\*(?!!).*?\*\//gs,
    ' x ',
  );

/* Leading comments and parentheses are no words. */
const firstWords = (query: string): string => withoutTexts(query).replace(/^(?:\s|\(|x )+/, '');

const reading =
  /^(?:SELECT|SHOW|DESCRIBE|DESC|EXPLAIN|TABLE|VALUES|HELP|CHECKSUM|DO|USE|BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT)\b/i;
const counting = /^(?:INSERT|UPDATE|DELETE|REPLACE)\b/i;
const setting = /^SET\b/i;
const writes = /\b(?:INTO\s+(?:OUTFILE|DUMPFILE)|INSERT|UPDATE|DELETE|REPLACE)\b/i;
const lasting = /\b(?:GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|DEFAULT\s+ROLE)\b|@@(?:GLOBAL|PERSIST)/i;

const isWriting = (words: string): boolean =>
  writes.test(words.replace(/\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b|\b(?:REPLACE|INSERT)\s*\(/gi, ' '));

/** Tells what a statement does by its first words, as Ansible does. */
export const kindOf = (query: string): Kind => {
  const words = firstWords(query);
  if (counting.test(words)) return 'counts';
  if (/^WITH\b/i.test(words)) return isWriting(words) ? 'counts' : 'reads';
  if (setting.test(words)) return lasting.test(words) ? 'does' : 'reads';
  return reading.test(words) && !/\bINTO\s+(?:OUTFILE|DUMPFILE)\b/i.test(words) ? 'reads' : 'does';
};

/** SQL that has the same columns and costs nothing: their types are asked by it. */
export const typesQuestion = (query: string): ((sql: string) => string) | undefined => {
  const words = firstWords(query);
  if (kindOf(query) !== 'reads') return undefined;
  if (/^(?:SELECT|WITH|TABLE|VALUES)\b/i.test(words)) return (sql) => `SELECT * FROM (${sql}\n) AS quarterdeck LIMIT 0`;
  return /^(?:SHOW|DESC|DESCRIBE|EXPLAIN)\b/i.test(words) && !/^EXPLAIN\s+ANALYZE\b/i.test(words)
    ? (sql) => sql
    : undefined;
};
