import type { CellForm, CopiedColumn } from '../query/copiedRows';
import {
  boolean,
  BYTE,
  date,
  decimal,
  enumOf,
  moment,
  quoted,
  unescaped,
  verbatim,
  type CellWriting,
} from './cells';
import { jsonText } from './jsonCells';

/** How the cells of a column stand in CSV: texts always in quotation marks, all else plain. */
export function csvCell({ form, texts }: CopiedColumn): CellWriting {
  return form === 'enum' ? enumOf(texts ?? []) : CELLS[form];
}

/** What makes a spreadsheet take a text for a formula, if it comes first; in full width too. */
const FORMULA_STARTS: ReadonlySet<number> = new Set(Buffer.from('=+-@\t\r\n'));
const FULL_WIDTH_STARTS = ['＝', '＋', '－', '＠'].map((sign) => Buffer.from(sign));
const FULL_WIDTH = 0xef;
const APOSTROPHE = 0x27;

const text: CellWriting = (source, from, to, out, at) => {
  if (beginsFormula(source, from, to)) out[at++] = APOSTROPHE;
  for (let index = from; index < to; index += 1) {
    let byte = source[index] as number;
    if (byte === BYTE.backslash) byte = unescaped(source[(index += 1)] as number);
    if (byte === BYTE.quote) out[at++] = BYTE.quote;
    out[at++] = byte;
  }
  return at;
};

function beginsFormula(source: Buffer, from: number, to: number): boolean {
  const first = source[from];
  if (first === undefined || from === to) return false;
  if (first === BYTE.backslash) return FORMULA_STARTS.has(unescaped(source[from + 1] as number));
  if (FORMULA_STARTS.has(first)) return true;
  return (
    first === FULL_WIDTH &&
    FULL_WIDTH_STARTS.some((sign) => source[from + 1] === sign[1] && source[from + 2] === sign[2])
  );
}

/** A list, as JSON. */
const json: CellWriting = (source, from, to, out, at) => {
  const plain = Buffer.allocUnsafe(to - from);
  const length = jsonText(source, from, to, plain, 0);
  for (let index = 0; index < length; index += 1) {
    const byte = plain[index] as number;
    if (byte === BYTE.quote) out[at++] = BYTE.quote;
    out[at++] = byte;
  }
  return at;
};

const CELLS: Readonly<Record<Exclude<CellForm, 'enum'>, CellWriting>> = {
  number: verbatim,
  boolean,
  text: quoted(text),
  decimal,
  date,
  moment,
  json: quoted(json),
};
