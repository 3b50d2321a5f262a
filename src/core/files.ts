/** A stored file: a chart, a log. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

/** Files that messages show, kept in the data folder. */
export interface Files {
  /** Keeps the bytes; the id is the content's hash, so the same bytes are kept once. */
  put(content: Buffer, name: string, type: string): Promise<StoredFile>;
  get(id: string): Promise<{ readonly file: StoredFile; readonly content: Buffer } | undefined>;
}
