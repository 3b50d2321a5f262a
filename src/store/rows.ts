/** Reads a JSON column that this store wrote: its type is the one it was written with. */
export const fromJson = <T>(column: string): T => JSON.parse(column);

/** The same for a column that may be null. */
export const fromOptionalJson = <T>(column: string | null): T | undefined =>
  column === null ? undefined : fromJson<T>(column);

/** A column that others can do without: where it cannot be read there is nothing in it, and the rest of the row counts. */
export function fromJsonOrNothing<T>(column: string | null): T | undefined {
  try {
    return fromOptionalJson<T>(column);
  } catch {
    return undefined;
  }
}

/** Writes a JSON column. */
export const toJson = (value: unknown): string => JSON.stringify(value);

/** The same for a value that may be absent. */
export const toOptionalJson = (value: unknown): string | null => (value === undefined ? null : toJson(value));
