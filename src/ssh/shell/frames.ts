/** What is seen in one output stream of a remote shell, in order. */
export interface FrameListener {
  /** The script has begun; the words after the marker. */
  begun(words: readonly string[]): void;
  output(chunk: Buffer): void;
  /** The script has ended; the words after the marker. */
  ended(words: readonly string[]): void;
}

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
  let kept: Buffer = Buffer.alloc(0);

  const output = (bytes: Buffer): void => {
    if (state === 'inside' && bytes.length > 0) listener.output(bytes);
  };
  /** Takes what can be taken from the front; false when more bytes are needed. */
  const step = (): boolean => {
    const marker = state === 'before' ? begin : end;
    const at = kept.indexOf(marker);
    if (at < 0) {
      const certain = kept.length - overlap(kept, marker);
      output(kept.subarray(0, certain));
      kept = kept.subarray(certain);
      return false;
    }
    output(kept.subarray(0, at));
    kept = kept.subarray(at);
    const newline = kept.indexOf(0x0a, marker.length);
    if (newline < 0) return false;
    const words = kept.toString('latin1', marker.length, newline).trim().split(' ');
    kept = kept.subarray(newline + 1);
    const wasBefore = state === 'before';
    state = wasBefore ? 'inside' : 'after';
    if (wasBefore) listener.begun(words);
    else listener.ended(words);
    return wasBefore;
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

/** How many bytes at the end of `bytes` could be the start of `marker`. */
function overlap(bytes: Buffer, marker: Buffer): number {
  for (let length = Math.min(marker.length - 1, bytes.length); length > 0; length -= 1)
    if (bytes.compare(marker, 0, length, bytes.length - length) === 0) return length;
  return 0;
}
