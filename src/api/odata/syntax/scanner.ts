import { quoted, wrong, type Refused } from '../refused';

/** How deep parentheses may stand in one another. */
const DEEPEST = 50;

/** Reads a text of a request from left to right. */
export class Scanner {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    /** What is read, for sentences: $filter, the path, … */
    readonly what: string,
  ) {}

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** What the sticky pattern matches here, which is then passed; undefined where it does not match. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Whether the sticky pattern matches here; nothing is passed. */
  sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  expect(pattern: RegExp, expected: string): string {
    return this.take(pattern) ?? this.fail(expected);
  }

  /** Blanks, be there any or none. */
  skipBlanks(): void {
    this.take(/[ \t]*/y);
  }

  end(expected: string): void {
    this.skipBlanks();
    if (!this.ended) this.fail(expected);
  }

  /** Reads something within parentheses; deeper than is read by anybody it is refused, not followed. */
  within<Read>(read: () => Read): Read {
    this.depth += 1;
    if (this.depth > DEEPEST) {
      throw wrong(
        `${this.what} nests parentheses more than ${String(DEEPEST)} deep, the most that is read.`,
        this.what,
      );
    }
    const found = read();
    this.depth -= 1;
    return found;
  }

  fail(expected: string): never {
    throw this.failure(expected);
  }

  failure(expected: string): Refused {
    const rest = this.text.slice(this.at);
    const found = rest === '' ? 'ends' : `has ${quoted(rest)}`;
    const where = `at character ${String(this.at + 1)}`;
    return wrong(`${this.what} ${found} ${where}; expected ${expected}.`, this.what);
  }
}
