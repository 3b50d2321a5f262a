/** Keeps the last `max` bytes of a stream and counts the others; memory stays below `max` and one chunk. */
export interface Tail {
  push(chunk: Buffer): void;
  text(): string;
  lost(): number;
}

/** A tail that holds at most `max` bytes. */
export function createTail(max: number): Tail {
  const chunks: Buffer[] = [];
  let first = 0;
  let held = 0;
  let total = 0;
  const drop = (): void => {
    for (let head = chunks[first]; head && held - head.length >= max; head = chunks[first]) {
      held -= head.length;
      chunks[first] = empty;
      first += 1;
    }
    if (first > 1024) first -= chunks.splice(0, first).length;
  };
  return {
    push: (chunk) => {
      chunks.push(chunk);
      held += chunk.length;
      total += chunk.length;
      drop();
    },
    text: () => wholeCharacters(Buffer.concat(chunks.slice(first)), held - max),
    lost: () => Math.max(0, total - max),
  };
}

const empty = Buffer.alloc(0);

/** Cuts at `from`, then on to the next character, so that the text does not begin with half of one. */
function wholeCharacters(bytes: Buffer, from: number): string {
  if (from <= 0) return bytes.toString('utf8');
  let start = from;
  while (start < from + 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}
