/** What of the values is there: those that are null or undefined become properties that are absent. */
export const present = <T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  // The cast says what the filter does, which the type of fromEntries cannot.
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
