/** Told what is looked for among the files of the controller, by whole paths. Throws a Fault for what may not be used. */
export interface FileWatch {
  /** This was read; `mark` tells it from another one. */
  read(path: string, mark: string): void;
  /** This is there. */
  found(path: string): void;
  /** This is not there, or not in reach. */
  missing(path: string): void;
  /** These were found in a folder, by their paths in it; `fits` says what was looked for. */
  listed(folder: string, names: readonly string[], fits?: (name: string) => boolean): void;
}

const nothing = (): void => undefined;

/** Where everything may be used. */
export const unwatched: FileWatch = { read: nothing, found: nothing, missing: nothing, listed: nothing };
