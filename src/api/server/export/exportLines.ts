import type { Readable } from 'node:stream';
import type { Lines } from '../../export/lines';
import { RanTooLong } from '../basis/databaseFailure';
import { within } from '../basis/deadline';

export interface ExportPatience {
  /** The longest that the database may give nothing, in milliseconds. */
  readonly database: number;
  /** The longest that the reader may take for one piece of the file. */
  readonly reader: number;
}

/** The reader takes nothing any more, or next to nothing. */
export class ReaderStalled extends Error {
  override readonly name = 'ReaderStalled';
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

export interface ExportLinesOptions {
  readonly bom: boolean;
  /** Rows that there must be. */
  readonly rows: number;
  readonly patience: ExportPatience;
  /** Told when the reader has not asked on for too long. */
  readonly onStalled: (error: ReaderStalled) => void;
}

/** The pieces of the file, each read when the one before has been taken. Throws where it would not be whole. */
export async function* exportLines(
  copied: Readable,
  lines: Lines,
  { bom, rows, patience, onStalled }: ExportLinesOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = copied[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let piece = bom ? Buffer.concat([BYTE_ORDER_MARK, lines.head]) : lines.head;
  for (;;) {
    const chunk = await within(patience.database, chunks.next(), () => new RanTooLong());
    if (chunk.done) break;
    const written = lines.write(chunk.value);
    piece = piece.length === 0 ? written : Buffer.concat([piece, written]);
    if (piece.length === 0) continue;
    const timer = setTimeout(() => {
      onStalled(new ReaderStalled(`A piece of a file was not taken for ${patience.reader} ms.`));
    }, patience.reader);
    try {
      yield piece;
    } finally {
      clearTimeout(timer);
    }
    piece = Buffer.alloc(0);
  }
  if (piece.length > 0) yield piece;
  if (!lines.isWhole || lines.count !== rows) {
    throw new Error(`The database gave ${lines.count} rows of ${rows} to be exported.`);
  }
}
