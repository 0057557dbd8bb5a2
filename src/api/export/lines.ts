import { BYTE, verbatim, type CellWriting } from '../../ground/types/cell';
import type { CopiedColumn } from '../query/pages/copiedRows';
import { csvCell } from './csvCells';
import { jsonCell } from './jsonCells';

export const FORMATS = ['csv', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** How a row's cells become a line. */
interface LineForm {
  /** What comes before all lines. */
  readonly head: Buffer;
  /** What stands before each cell, and behind the last. */
  readonly starts: readonly Buffer[];
  readonly end: Buffer;
  /** What stands for a null. */
  readonly nothing: Buffer;
  readonly cells: readonly CellWriting[];
}

/** A byte of a text takes six at most, as \u0001; a moment and quotation marks take some more. */
const MAX_BYTES_OF_ONE = 6;
const MORE_OF_A_CELL = 16;
const NULL_LETTER = 0x4e;

/**
 * Turns the rows of COPY's text form into the lines of a file, byte by byte: neither PostgreSQL puts texts together
 * nor are there values to make of them.
 */
export class Lines {
  /** Rows that were written. */
  count = 0;
  private begun: Buffer = Buffer.alloc(0);
  private out: Buffer = Buffer.allocUnsafe(256 * 1024);
  private readonly fixed: number;

  private constructor(private readonly form: LineForm) {
    const { starts, end } = form;
    this.fixed = starts.reduce((sum, { length }) => sum + length + MORE_OF_A_CELL, 0) + end.length;
  }

  static of(format: Format, columns: readonly CopiedColumn[]): Lines {
    return new Lines(format === 'csv' ? csvForm(columns) : jsonForm(columns));
  }

  get head(): Buffer {
    return this.form.head;
  }

  /** Nothing of a row is left over. */
  get isWhole(): boolean {
    return this.begun.length === 0;
  }

  /** The lines of the rows that end in this chunk. */
  write(chunk: Buffer): Buffer {
    const source = this.begun.length === 0 ? chunk : Buffer.concat([this.begun, chunk]);
    let at = 0;
    let from = 0;
    for (
      let to = source.indexOf(BYTE.newline);
      to !== -1;
      to = source.indexOf(BYTE.newline, from)
    ) {
      this.makeRoom(at, to - from);
      at = this.writeRow(source, from, to, at);
      this.count += 1;
      from = to + 1;
    }
    this.begun = source.subarray(from);
    return Buffer.from(this.out.subarray(0, at));
  }

  private makeRoom(at: number, rowLength: number): void {
    const needed = at + rowLength * MAX_BYTES_OF_ONE + this.fixed;
    if (needed <= this.out.length) return;
    const larger = Buffer.allocUnsafe(needed * 2);
    this.out.copy(larger, 0, 0, at);
    this.out = larger;
  }

  private writeRow(source: Buffer, from: number, to: number, at: number): number {
    const { starts, cells, nothing, end } = this.form;
    const { out } = this;
    let begin = from;
    for (let index = 0; index < cells.length; index += 1) {
      const start = starts[index] as Buffer;
      at = verbatim(start, 0, start.length, out, at);
      let stop = begin;
      while (stop < to && source[stop] !== BYTE.tab) stop += 1;
      const isNull =
        stop - begin === 2 && source[begin] === BYTE.backslash && source[begin + 1] === NULL_LETTER;
      at = isNull
        ? verbatim(nothing, 0, nothing.length, out, at)
        : (cells[index] as CellWriting)(source, begin, stop, out, at);
      begin = stop + 1;
    }
    return verbatim(end, 0, end.length, out, at);
  }
}

/** RFC 4180. */
function csvForm(columns: readonly CopiedColumn[]): LineForm {
  return {
    head: Buffer.from(`${columns.map(({ name }) => name).join(',')}\r\n`),
    starts: columns.map((_, index) => Buffer.from(index === 0 ? '' : ',')),
    end: Buffer.from('\r\n'),
    nothing: Buffer.alloc(0),
    cells: columns.map(csvCell),
  };
}

function jsonForm(columns: readonly CopiedColumn[]): LineForm {
  return {
    head: Buffer.alloc(0),
    starts: columns.map(({ name }, index) => Buffer.from(`${index === 0 ? '{' : ','}"${name}":`)),
    end: Buffer.from('}\n'),
    nothing: Buffer.from('null'),
    cells: columns.map(jsonCell),
  };
}
