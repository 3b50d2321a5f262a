/** Which part of a run's log is wanted, by bytes of its file: what begins at `from`, else what ends at `before`, else its end. */
export interface LogWanted {
  readonly from?: number;
  readonly before?: number;
  /** How many bytes, about: a piece ends with a line where it can, and never inside a secret. */
  readonly most: number;
}

/** A part of a run's log without secrets. Its place counts the bytes of the file, whatever was blacked out of the text. */
export interface LogPiece {
  readonly from: number;
  /** Where the next piece begins; nothing more is there yet when it is `from`. */
  readonly to: number;
  /** How long the file is now. */
  readonly size: number;
  readonly text: string;
}

/** Reads the logs of runs; undefined where there is none: not yet, or no longer. */
export type ReadLog = (runId: number, wanted: LogWanted) => Promise<LogPiece | undefined>;

/** The whole log, as long as it was when it was begun to be read. */
export async function wholeLog(read: ReadLog, runId: number): Promise<string | undefined> {
  const most = 1024 * 1024;
  const first = await read(runId, { from: 0, most });
  if (first === undefined) return undefined;
  const texts = [first.text];
  for (let piece: LogPiece | undefined = first; piece && piece.to > piece.from && piece.to < first.size; ) {
    piece = await read(runId, { from: piece.to, most });
    texts.push(piece?.text ?? '');
  }
  return texts.join('');
}
