import { createHash } from 'node:crypto';

const N = 624;
const M = 397;

/** Where whole random numbers come from. */
export interface RandomBits {
  /** That many random bits, at most 53. */
  bits(count: number): number;
}

/** Python's generator for a seed: the Mersenne Twister, with the same numbers. */
export class SeededRandom implements RandomBits {
  private readonly state = new Uint32Array(N);
  private index = N;

  constructor(key: readonly number[]) {
    this.byArray(key);
  }

  private byNumber(seed: number): void {
    this.state[0] = seed >>> 0;
    for (let i = 1; i < N; i += 1) {
      const previous = this.state[i - 1] ?? 0;
      this.state[i] = (Math.imul(1812433253, previous ^ (previous >>> 30)) + i) >>> 0;
    }
  }

  private byArray(key: readonly number[]): void {
    this.byNumber(19650218);
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, key.length); k > 0; k -= 1) {
      this.state[i] = (((this.state[i] ?? 0) ^ Math.imul(this.mixed(i), 1664525)) + (key[j] ?? 0) + j) >>> 0;
      i = this.next(i);
      j = (j + 1) % key.length;
    }
    for (let k = N - 1; k > 0; k -= 1) {
      this.state[i] = (((this.state[i] ?? 0) ^ Math.imul(this.mixed(i), 1566083941)) - i) >>> 0;
      i = this.next(i);
    }
    this.state[0] = 0x80000000;
  }

  private mixed(i: number): number {
    const previous = this.state[i - 1] ?? 0;
    return previous ^ (previous >>> 30);
  }

  private next(i: number): number {
    if (i + 1 < N) return i + 1;
    this.state[0] = this.state[N - 1] ?? 0;
    return 1;
  }

  private twist(): void {
    for (let i = 0; i < N; i += 1) {
      const y = ((this.state[i] ?? 0) & 0x80000000) | ((this.state[(i + 1) % N] ?? 0) & 0x7fffffff);
      this.state[i] = (this.state[(i + M) % N] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.index = 0;
  }

  private word(): number {
    if (this.index >= N) this.twist();
    let y = this.state[this.index] ?? 0;
    this.index += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  bits(count: number): number {
    if (count <= 32) return this.word() >>> (32 - count);
    const low = this.word();
    return (this.word() >>> (64 - count)) * 2 ** 32 + low;
  }
}

function wordsOf(value: bigint): number[] {
  // By its hexadecimal digits: shifting it word by word would take its length squared.
  const digits = value.toString(16);
  const words: number[] = [];
  for (let end = digits.length; end > 0; end -= 8)
    words.push(Number.parseInt(digits.slice(Math.max(0, end - 8), end), 16));
  return words;
}

/** Python's `Random(seed)` for a text: its bytes and their SHA-512. */
export function seededByText(seed: string): SeededRandom {
  const bytes = Buffer.from(seed, 'utf8');
  const all = Buffer.concat([bytes, createHash('sha512').update(bytes).digest()]);
  return new SeededRandom(wordsOf(BigInt(`0x${all.toString('hex')}`)));
}

/** Python's `Random(seed)` for an int. */
export const seededByInt = (seed: bigint): SeededRandom => new SeededRandom(wordsOf(seed < 0n ? -seed : seed));

/** Random bits from the system. */
export const systemRandom = (entropy: (bytes: number) => Uint8Array): RandomBits => ({
  bits: (count) => {
    const bytes = entropy(7);
    const all = bytes.reduce((total, byte) => total * 256n + BigInt(byte), 0n);
    return Number(all >> BigInt(56 - count));
  },
});

/** A whole number from 0 up to, not including, `limit`, as Python draws it. */
export function below(source: RandomBits, limit: number): number {
  const size = limit.toString(2).length;
  let drawn = source.bits(size);
  while (drawn >= limit) drawn = source.bits(size);
  return drawn;
}
