/**
 * What a subscriber has not taken yet: of each thing only the newest word. However slowly the
 * subscriber reads, no more than `most` words wait for it, the newest ones.
 */
export class LatestOfEach<Word> implements AsyncIterableIterator<Word> {
  private readonly waiting = new Map<string, Word>();
  private takers: ((result: IteratorResult<Word>) => void)[] = [];
  private ended = false;

  constructor(
    private readonly nameOf: (word: Word) => string,
    private readonly most: number,
    private readonly onEnd: () => void,
  ) {}

  push(word: Word): void {
    if (this.ended) return;
    const taker = this.takers.shift();
    if (taker) return taker({ done: false, value: word });
    const name = this.nameOf(word);
    this.waiting.delete(name);
    this.waiting.set(name, word);
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > this.most && oldest !== undefined) this.waiting.delete(oldest);
  }

  /** What waits is still taken, and then there is an end. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const taker of this.takers.splice(0)) taker({ done: true, value: undefined });
    this.onEnd();
  }

  next(): Promise<IteratorResult<Word>> {
    const [first] = this.waiting;
    if (first) {
      this.waiting.delete(first[0]);
      return Promise.resolve({ done: false, value: first[1] });
    }
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.takers.push(resolve));
  }

  return(): Promise<IteratorResult<Word>> {
    this.waiting.clear();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
