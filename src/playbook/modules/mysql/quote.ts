/** A text as a literal of MySQL, whatever it holds; for sessions that begin with `begin`, where a backslash escapes. */
export const mysqlText = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\x1a', '\\Z')}'`;

/** A name as an identifier of MySQL. */
export const mysqlName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** What every session begins with, so that quotes mean the same on every server. */
export const mysqlBegin = "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO';";

/** A value in a file of options: between double quotes, escaped. */
export const optionValue = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;
