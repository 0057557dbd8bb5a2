/**
 * A row as PostgreSQL sends it, where its message has it among others: how many values there are, and each
 * value's length before the bytes of its text. See DataRow in "Message Formats" of PostgreSQL's documentation.
 * It is no Buffer of its own, of which each takes longer to make than to read.
 */
export interface DataRow {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The values of a row as the bytes of their texts. */
export type BytesRow = readonly (Buffer | null)[];

/** From the row's start to the length of the first value. */
export const FIRST_VALUE = 2;
/** Bytes that the length of a value takes. It is -1 where the value is null. */
export const LENGTH = 4;

export function valuesOf({ bytes, start }: DataRow): BytesRow {
  const count = bytes.readUInt16BE(start);
  const values: (Buffer | null)[] = [];
  let at = start + FIRST_VALUE;
  for (let no = 0; no < count; no += 1) {
    const length = bytes.readInt32BE(at);
    at += LENGTH;
    values.push(length < 0 ? null : bytes.subarray(at, at + length));
    if (length > 0) at += length;
  }
  return values;
}
