const { imul, floor } = Math;

/** Folds whole numbers into one 32-bit seed, so that neighbouring ids give unrelated streams. */
function mix(seeds: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const seed of seeds) {
    hash = imul(hash ^ seed, 0x85ebca6b);
    hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash;
}

/**
 * A seeded stream of numbers (mulberry32). Whatever needs chance makes a stream of its own from what
 * it is about, `new Random(REPORT_DATA, id)`: so a row comes out the same whenever it is written, and
 * nothing has to be kept in memory between two events of one key.
 */
export class Random {
  #state: number;

  constructor(...seeds: readonly number[]) {
    this.#state = mix(seeds);
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = this.#state;
    bits = imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    return floor(this.next() * limit);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** Normally distributed with mean 0 and deviation 1 (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }
}

/** What a stream is about: the first seed of each, so that streams of one id do not repeat each other. */
export const ABOUT = {
  company: 1,
  economy: 2,
  quarter: 3,
  participation: 4,
  request: 5,
  requestHistory: 6,
  requestText: 7,
  plan: 8,
  reportData: 9,
  signedXml: 10,
  reportHistory: 11,
  companyHistory: 12,
  envelope: 13,
  filler: 14,
} as const;
