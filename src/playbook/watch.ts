/** Told what is looked for among the files of the controller, by whole paths. Throws a Fault for what may not be used. */
export interface FileWatch {
  /** This was read; `mark` tells it from another one. */
  read(path: string, mark: string): void;
  /** This is there. */
  found(path: string): void;
  /** This is not there, or not in reach. */
  missing(path: string): void;
  /** These were found in a folder, by their paths in it. */
  listed(folder: string, names: readonly string[], listing?: Listing): void;
}

/** How a folder was gone through. */
export interface Listing {
  /** What was looked for; everything, where it is not said. */
  fits?(name: string): boolean;
  /** What its own folders hold was not looked at. */
  readonly isFlat?: true;
}

const nothing = (): void => undefined;

/** Where everything may be used. */
export const unwatched: FileWatch = { read: nothing, found: nothing, missing: nothing, listed: nothing };
