import { FIRST_VALUE, LENGTH, type DataRow } from '../../../ground/database/rows/dataRow';
import { IS_ESCAPED, JSON_ESCAPES } from '../../../ground/types/jsonEscapes';
import type { JsonCell } from './jsonCell';
import type { JsonText } from './jsonText';

const COMMA = 0x2c;
const QUOTATION_MARK = 0x22;
const POINT = 0x2e;
const NULL = Buffer.from('null');
/** So few bytes are sooner copied one by one than by calling what copies. */
const SHORT = 48;

/**
 * Where what is not long is written before it is copied into its answer: memory that is allocated for each of them
 * has V8 look for what is no longer used several times a second.
 */
const MAX_KEPT = 256 * 1024;
const scratch = Buffer.allocUnsafeSlow(MAX_KEPT);

/** Rows' JSON, of which PostgreSQL sends the values alone. */
export class JsonRows {
  private readonly parts: readonly Buffer[];
  private readonly cells: readonly JsonCell[];
  /** Bytes of all parts, and of a comma. */
  private readonly fixed: number;

  /** So many values of a row stand before those of its JSON. */
  constructor(
    text: JsonText,
    private readonly before: number,
  ) {
    const { parts, cells } = text.inCells();
    this.parts = parts.map((part) => Buffer.from(part));
    this.cells = cells;
    this.fixed = this.parts.reduce((sum, { length }) => sum + length, 1);
  }

  /**
   * The rows' JSON with commas between them; undefined where a value cannot be said. It stands where the next
   * one is going to be written: it is to be copied before anything is waited for.
   */
  written(rows: readonly DataRow[]): Buffer | undefined {
    // Quotation marks, or "null", take no more than the length that stands before each value.
    const unescaped = rows.reduce((sum, { start, end }) => sum + end - start + this.fixed, 0);
    let out =
      unescaped > MAX_KEPT ? Buffer.allocUnsafe(unescaped + Math.ceil(unescaped / 16)) : scratch;
    let size = this.writeRows(rows, out);
    if (size !== undefined && size > out.length) {
      out = Buffer.allocUnsafe(size);
      size = this.writeRows(rows, out);
    }
    return size === undefined ? undefined : out.subarray(0, size);
  }

  /** How many bytes there are; those for which there is no room are counted alone. */
  private writeRows(rows: readonly DataRow[], out: Buffer): number | undefined {
    let place: number | undefined = 0;
    for (const row of rows) {
      if (place > 0) out[place++] = COMMA;
      place = this.writeRow(row, out, place);
      if (place === undefined) return undefined;
    }
    return place;
  }

  private writeRow({ bytes, start }: DataRow, out: Buffer, from: number): number | undefined {
    const { parts, cells, before } = this;
    let place = from;
    let at = start + FIRST_VALUE;
    for (let no = 0; no < before; no += 1) at += LENGTH + Math.max(0, bytes.readInt32BE(at));
    for (let no = 0; no < cells.length; no += 1) {
      const part = parts[no] ?? NULL;
      const cell = cells[no];
      place = copy(part, 0, part.length, out, place);
      const length = bytes.readInt32BE(at);
      at += LENGTH;
      if (!cell || (length < 0 && !cell.nullable)) return undefined;
      if (length < 0) place = copy(NULL, 0, NULL.length, out, place);
      else {
        const end = at + length;
        if (cell.form === 'json') place = copy(bytes, at, end, out, place);
        else {
          if (cell.form === 'decimal' && bytes[end - 3] !== POINT) return undefined;
          out[place++] = QUOTATION_MARK;
          place = copyEscaped(bytes, at, end, out, place);
          out[place++] = QUOTATION_MARK;
        }
        at = end;
      }
    }
    const last = parts[cells.length] ?? NULL;
    return copy(last, 0, last.length, out, place);
  }
}

/** Where what was copied ends. */
function copy(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  let place = at;
  if (end - start > SHORT) {
    from.copy(to, place, start, end);
    return place + end - start;
  }
  for (let each = start; each < end; each += 1) to[place++] = from[each] ?? 0;
  return place;
}

/** As JSON.stringify writes it, but without quotation marks around. */
function copyEscaped(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  let place = at;
  for (let each = start; each < end; each += 1) {
    const byte = from[each] ?? 0;
    const escape = IS_ESCAPED[byte] === 1 ? JSON_ESCAPES[byte] : undefined;
    if (escape) place = copy(escape, 0, escape.length, to, place);
    else to[place++] = byte;
  }
  return place;
}
