/** Keeps the last `max` bytes of a stream and counts the others; memory stays below `max`, one chunk and two blocks. */
export interface Tail {
  push(chunk: Buffer): void;
  text(): string;
  lost(): number;
}

/** Bytes are copied together: chunks of one byte, each with its own buffer, would take a hundred times their size. */
interface Block {
  readonly bytes: Buffer;
  used: number;
}

const smallestBlock = 1024;
const largestBlock = 64 * 1024;

/** A tail that holds at most `max` bytes. */
export function createTail(max: number): Tail {
  let blocks: Block[] = [];
  let held = 0;
  let total = 0;
  const room = (): Block => {
    const last = blocks.at(-1);
    if (last && last.used < last.bytes.length) return last;
    const size = Math.min(largestBlock, Math.max(smallestBlock, held));
    const block = { bytes: Buffer.allocUnsafeSlow(size), used: 0 };
    blocks.push(block);
    return block;
  };
  const add = (chunk: Buffer): void => {
    for (let at = 0; at < chunk.length; ) {
      const block = room();
      const copied = chunk.copy(block.bytes, block.used, at);
      block.used += copied;
      held += copied;
      at += copied;
    }
  };
  const drop = (): void => {
    let spare = 0;
    for (const { used } of blocks) {
      if (held - used < max) break;
      held -= used;
      spare += 1;
    }
    if (spare > 0) blocks = blocks.slice(spare);
  };
  return {
    push: (chunk) => {
      total += chunk.length;
      add(chunk);
      drop();
    },
    text: () => wholeCharacters(Buffer.concat(blocks.map(({ bytes, used }) => bytes.subarray(0, used))), held - max),
    lost: () => Math.max(0, total - max),
  };
}

/** Cuts at `from`, then on to the next character, so that the text does not begin with half of one. */
function wholeCharacters(bytes: Buffer, from: number): string {
  if (from <= 0) return bytes.toString('utf8');
  let start = from;
  while (start < from + 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}
