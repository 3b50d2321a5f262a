/** A text as a literal of PostgreSQL that means the same whatever the server's settings. */
export const postgresText = (value: string): string => `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A name as an identifier of PostgreSQL. */
export const postgresName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
