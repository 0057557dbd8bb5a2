import type { Duplex } from 'node:stream';
import type { DataRow } from './dataRow';

/** What every message begins with: its kind, and its length without the kind. */
const HEADER = 5;
const DATA_ROW = 'D'.charCodeAt(0);

/**
 * Takes the rows out of what PostgreSQL sends over a connection, before pg makes a text of each value: an
 * answer's rows go on to the caller as the bytes that they are. All other messages are pg's to read. See
 * "Message Formats" in PostgreSQL's documentation of its protocol.
 */
export class RowTap {
  private rows: DataRow[] | undefined;
  /** Of the message that is not all there yet. */
  private begun = Buffer.alloc(0);
  private row: Buffer | undefined;
  private filled = 0;

  constructor(private readonly passOn: (bytes: Buffer) => void) {}

  /** One between the connection's stream and pg, which goes on to read it as before. */
  static on(stream: Duplex): RowTap {
    const [read, ...others] = stream.listeners('data');
    if (!read || others.length > 0) throw new Error('A connection has one reader: pg.');
    const tap = new RowTap((bytes) => void read.call(stream, bytes));
    stream.on('data', (bytes: Buffer) => {
      tap.take(bytes);
    });
    stream.removeListener('data', read as (bytes: Buffer) => void);
    return tap;
  }

  /** Keeps the rows of what the work asks for. */
  async rowsDuring(work: () => Promise<unknown>): Promise<readonly DataRow[]> {
    const rows: DataRow[] = [];
    this.rows = rows;
    try {
      await work();
      return rows;
    } finally {
      // Of a message that is not all there the rest is still to come.
      this.rows = undefined;
    }
  }

  take(bytes: Buffer): void {
    if (!this.rows && this.begun.length === 0 && !this.row) return void this.passOn(bytes);
    let at = 0;
    if (this.row) at = this.fill(bytes, 0);
    const rest = this.begun.length === 0 ? bytes.subarray(at) : Buffer.concat([this.begun, bytes]);
    this.begun = Buffer.alloc(0);
    this.takeMessages(rest);
  }

  private takeMessages(bytes: Buffer): void {
    let at = 0;
    /** Where what pg is to read begins. */
    let from = 0;
    while (bytes.length - at >= HEADER) {
      const length = bytes.readUInt32BE(at + 1) - 4;
      const body = at + HEADER;
      if (bytes[at] === DATA_ROW && this.rows) {
        if (at > from) this.passOn(bytes.subarray(from, at));
        at = this.takeRow(bytes, body, length);
        from = at;
      } else if (bytes.length - body < length) break;
      else at = body + length;
    }
    if (at > from) this.passOn(bytes.subarray(from, at));
    // A copy, lest so little keep all that came with it.
    if (at < bytes.length) this.begun = Buffer.from(bytes.subarray(at));
  }

  /** A row that is all there stays where it is; of another the pieces are put together. */
  private takeRow(bytes: Buffer, at: number, length: number): number {
    const end = at + length;
    if (end <= bytes.length) {
      this.rows?.push({ bytes, start: at, end });
      return end;
    }
    this.row = Buffer.allocUnsafe(length);
    this.filled = 0;
    return this.fill(bytes, at);
  }

  /** Copies what there is of the row; where that ends in the bytes. */
  private fill(bytes: Buffer, at: number): number {
    const row = this.row;
    if (!row) return at;
    const end = Math.min(bytes.length, at + row.length - this.filled);
    bytes.copy(row, this.filled, at, end);
    this.filled += end - at;
    if (this.filled === row.length) {
      this.rows?.push({ bytes: row, start: 0, end: row.length });
      this.row = undefined;
    }
    return end;
  }
}
