import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader } from '#ssh/shell/frames.ts';
import { createTail } from '#ssh/shell/tail.ts';

const markers = { begin: 'qdBEGINaaaab', end: 'qdENDaaaab' };

/** Feeds bytes in pieces cut at the given places, and returns what was seen. */
function read(bytes: Buffer, cuts: readonly number[]) {
  const seen = { begun: [] as (readonly string[])[], output: Buffer.alloc(0), ended: [] as (readonly string[])[] };
  const reader = createFrameReader(markers, {
    begun: (words) => seen.begun.push(words),
    output: (chunk) => {
      seen.output = Buffer.concat([seen.output, chunk]);
    },
    ended: (words) => seen.ended.push(words),
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
    });
    reader.push(Buffer.from(`${markers.begin} 1\nhello qdEN`));
    expect(seen.join('')).toBe('hello ');
    reader.push(Buffer.from('X'));
    expect(seen.join('')).toBe('hello qdENX');
  });
});

describe('the tail of an output', () => {
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
