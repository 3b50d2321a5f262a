/** What of the values is there: columns that are null become properties that are absent. */
export const present = <T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  // The cast says what the filter does, which the type of fromEntries cannot.
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

/** Reads a JSON column that this store wrote: its type is the one it was written with. */
export const fromJson = <T>(column: string): T => JSON.parse(column);

/** The same for a column that may be null. */
export const fromOptionalJson = <T>(column: string | null): T | undefined =>
  column === null ? undefined : fromJson<T>(column);

/** Writes a JSON column. */
export const toJson = (value: unknown): string => JSON.stringify(value);

/** The same for a value that may be absent. */
export const toOptionalJson = (value: unknown): string | null => (value === undefined ? null : toJson(value));
