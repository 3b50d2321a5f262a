/** What is seen in one output stream of a remote shell, in order. */
export interface FrameListener {
  /** The script has begun; the words after the marker. */
  begun(words: readonly string[]): void;
  output(chunk: Buffer): void;
  /** The script has ended; the words after the marker. */
  ended(words: readonly string[]): void;
  /** What follows a marker is no line of words: nothing more is read. */
  strange(): void;
}

/** The longest line of words after a marker, in bytes. */
const longestWords = 4096;

/** The markers of one script: random, so that no output can forge them. */
export interface Markers {
  readonly begin: string;
  readonly end: string;
}

/** Reads one stream. What stands before the begin marker or after the end marker belongs to nobody and is dropped. */
export interface FrameReader {
  push(chunk: Buffer): void;
}

/** A reader for one script on one stream: `<begin> words\n`, raw output, `<end> words\n`, in chunks cut anywhere. */
export function createFrameReader(markers: Markers, listener: FrameListener): FrameReader {
  const begin = Buffer.from(markers.begin);
  const end = Buffer.from(markers.end);
  let state: 'before' | 'inside' | 'after' = 'before';
  let kept: Buffer = nothing;
  /** `kept` is what follows a marker, and so much of it holds no end of line. */
  let searched: number | undefined;

  const output = (bytes: Buffer): void => {
    if (state === 'inside' && bytes.length > 0) listener.output(bytes);
  };
  const findMarker = (): boolean => {
    const marker = state === 'before' ? begin : end;
    const at = kept.indexOf(marker);
    const certain = at < 0 ? kept.length - overlap(kept, marker) : at;
    output(kept.subarray(0, certain));
    kept = kept.subarray(at < 0 ? certain : at + marker.length);
    return at >= 0;
  };
  const giveUp = (): false => {
    state = 'after';
    kept = nothing;
    listener.strange();
    return false;
  };
  /** Takes what can be taken from the front; false when more bytes are needed. */
  const step = (): boolean => {
    if (searched === undefined && !findMarker()) return false;
    const newline = kept.indexOf(0x0a, searched ?? 0);
    searched = kept.length;
    if ((newline < 0 ? kept.length : newline) > longestWords) return giveUp();
    if (newline < 0) return false;
    const words = kept.toString('latin1', 0, newline).trim().split(' ');
    kept = kept.subarray(newline + 1);
    searched = undefined;
    const wasBefore = state === 'before';
    state = wasBefore ? 'inside' : 'after';
    if (wasBefore) listener.begun(words);
    else listener.ended(words);
    return wasBefore && state === 'inside';
  };

  return {
    push: (chunk) => {
      if (state === 'after') return;
      kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      let more = true;
      while (more) more = step();
    },
  };
}

const nothing = Buffer.alloc(0);

/** How many bytes at the end of `bytes` could be the start of `marker`. */
function overlap(bytes: Buffer, marker: Buffer): number {
  for (let length = Math.min(marker.length - 1, bytes.length); length > 0; length -= 1)
    if (bytes.compare(marker, 0, length, bytes.length - length) === 0) return length;
  return 0;
}
