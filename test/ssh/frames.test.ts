import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader } from '#ssh/shell/frames.ts';
import { createTail } from '#ssh/shell/tail.ts';

const markers = { begin: 'qdBEGINaaaab', end: 'qdENDaaaab' };

/** Feeds bytes in pieces cut at the given places, and returns what was seen. */
function read(bytes: Buffer, cuts: readonly number[]) {
  const seen = {
    begun: [] as (readonly string[])[],
    output: Buffer.alloc(0),
    ended: [] as (readonly string[])[],
    strange: 0,
  };
  const reader = createFrameReader(markers, {
    begun: (words) => seen.begun.push(words),
    output: (chunk) => {
      seen.output = Buffer.concat([seen.output, chunk]);
    },
    ended: (words) => seen.ended.push(words),
    strange: () => {
      seen.strange += 1;
    },
  });
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [index, from] of places.slice(0, -1).entries()) reader.push(bytes.subarray(from, places[index + 1]));
  return seen;
}

/** Bytes, often ones that look almost like a marker. */
const output = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom('q', 'qd', 'qdE', 'qdENDaaaa', 'qdBEGINaaaa', '\n').map((text) => Buffer.from(text)),
    ),
  )
  .map((parts) => Buffer.concat(parts))
  .filter((bytes) => !bytes.includes(markers.end) && !bytes.includes(markers.begin));

describe('the frame reader', () => {
  it('gives back exactly the output between the markers, however the stream is cut', () => {
    fc.assert(
      fc.property(output, output, output, fc.array(fc.nat()), (before, inside, after, cuts) => {
        const bytes = Buffer.concat([
          before,
          Buffer.from(`${markers.begin} 4711\n`),
          inside,
          Buffer.from(`${markers.end} 3 0\n`),
          after,
        ]);
        const seen = read(bytes, cuts);
        expect(seen.begun).toEqual([['4711']]);
        expect(seen.ended).toEqual([['3', '0']]);
        expect(seen.output.equals(inside)).toBe(true);
      }),
    );
  });

  it('passes on at once what cannot be part of a marker', () => {
    const seen: string[] = [];
    const reader = createFrameReader(markers, {
      begun: () => {},
      output: (chunk) => seen.push(chunk.toString()),
      ended: () => {},
      strange: () => {},
    });
    reader.push(Buffer.from(`${markers.begin} 1\nhello qdEN`));
    expect(seen.join('')).toBe('hello ');
    reader.push(Buffer.from('X'));
    expect(seen.join('')).toBe('hello qdENX');
  });
});

describe('a host that sends more after a marker than a line of words', () => {
  it.each(['BEGIN', 'END'])('is given up at 4 KB after %s, and nothing more of it is looked at', (which) => {
    const before = which === 'END' ? `${markers.begin} 1\n` : '';
    const flood = Array.from({ length: 2000 }, () => Buffer.alloc(1000, 0x78));
    const bytes = Buffer.concat([Buffer.from(`${before}qd${which}aaaab`), ...flood, Buffer.from('\n')]);
    const seen = read(
      bytes,
      Array.from({ length: 20_000 }, (_, index) => index * 100),
    );
    expect(seen).toMatchObject({ strange: 1, ended: [], begun: which === 'END' ? [['1']] : [] });
    expect(seen.output).toHaveLength(0);
  });

  it('is given up too when the line ends in the same chunk', () => {
    expect(read(Buffer.from(`${markers.begin} ${'x'.repeat(5000)}\n`), []).strange).toBe(1);
    expect(read(Buffer.from(`${markers.begin} ${'x'.repeat(4000)}\n`), []).strange).toBe(0);
  });

  it('costs each byte once: a chunk is looked at, not all that came before it', () => {
    let searched = 0;
    const watched = (bytes: Buffer): Buffer => {
      const indexOf = bytes.indexOf.bind(bytes);
      return Object.assign(bytes, {
        indexOf: (value: Buffer, from = 0) => {
          searched += bytes.length - from;
          return indexOf(value, from);
        },
      });
    };
    const nothing = () => undefined;
    const reader = createFrameReader(markers, { begun: nothing, output: nothing, ended: nothing, strange: nothing });
    reader.push(watched(Buffer.from(`${markers.begin} 1\n`)));
    for (let nth = 0; nth < 1000; nth += 1) reader.push(watched(Buffer.alloc(1000, 0x78)));
    expect(searched).toBeLessThan(1_100_000);
  });
});

describe('the tail of an output', () => {
  it('takes the memory of what it holds, however small the chunks', () => {
    const tail = createTail(1_000_000);
    const before = process.memoryUsage();
    for (let nth = 0; nth < 1_000_000; nth += 1) tail.push(Buffer.of(0x78));
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(tail.text()).toHaveLength(1_000_000);
    expect(grown).toBeLessThan(60_000_000);
  });

  it('keeps exactly the last bytes and counts the others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 20 })),
        fc.integer({ min: 1, max: 60 }),
        (parts, max) => {
          const tail = createTail(max);
          for (const part of parts) tail.push(Buffer.from(part));
          const all = parts.join('');
          expect(tail.text()).toBe(all.slice(-max));
          expect(tail.lost()).toBe(Math.max(0, all.length - max));
        },
      ),
    );
  });

  it('never begins with half a character', () => {
    const tail = createTail(5);
    tail.push(Buffer.from('aé🚢é'));
    expect(tail.text()).toBe('é');
  });
});
