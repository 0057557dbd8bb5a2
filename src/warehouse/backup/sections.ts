import { BrokenBackup } from './failures';
import { END_OF_ROWS } from './format';

const NEWLINE = 0x0a;
const END_AFTER_ROWS = Buffer.concat([Buffer.from('\n'), END_OF_ROWS]);
/** No line of JSON of a backup is nearly so long. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Reads a backup from its beginning to its end: lines of JSON, and the rows between them. */
export class Sections {
  private rest: Buffer = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** The next line, as JSON. */
  async json(): Promise<unknown> {
    for (;;) {
      const at = this.rest.indexOf(NEWLINE);
      if (at >= 0) {
        const line = this.rest.toString('utf8', 0, at);
        this.rest = this.rest.subarray(at + 1);
        return parse(line);
      }
      if (this.rest.length > LONGEST_LINE)
        throw new BrokenBackup('It is no backup of this program.');
      await this.more();
    }
  }

  /** The rows that come next, as COPY takes them. */
  async *rows(): AsyncGenerator<Buffer> {
    while (this.rest.length < END_OF_ROWS.length) await this.more();
    if (this.rest.subarray(0, END_OF_ROWS.length).equals(END_OF_ROWS)) {
      this.rest = this.rest.subarray(END_OF_ROWS.length);
      return;
    }
    for (;;) {
      const at = this.rest.indexOf(END_AFTER_ROWS);
      if (at >= 0) {
        yield this.rest.subarray(0, at + 1);
        this.rest = this.rest.subarray(at + END_AFTER_ROWS.length);
        return;
      }
      // The end may have begun already.
      const sure = this.rest.length - END_OF_ROWS.length;
      yield this.rest.subarray(0, sure);
      this.rest = this.rest.subarray(sure);
      await this.more();
    }
  }

  private async more(): Promise<void> {
    const { done, value } = await this.chunks.next();
    if (done === true) throw new BrokenBackup('It breaks off before its end.');
    this.rest = this.rest.length === 0 ? value : Buffer.concat([this.rest, value]);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new BrokenBackup('It is no backup of this program.');
  }
}
