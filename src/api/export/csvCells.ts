import type { CellForm, CopiedColumn } from '../query/pages/copiedRows';
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
import { startsFormula } from './formulaStart';
import { jsonText } from './jsonCells';

/** How the cells of a column stand in CSV: texts always in quotation marks, all else plain. */
export function csvCell({ form, texts }: CopiedColumn): CellWriting {
  return form === 'enum' ? enumOf(texts ?? []) : CELLS[form];
}

const APOSTROPHE = 0x27;

const text: CellWriting = (source, from, to, out, at) => {
  if (startsFormula(source, from, to)) out[at++] = APOSTROPHE;
  for (let index = from; index < to; index += 1) {
    let byte = source[index] as number;
    if (byte === BYTE.backslash) byte = unescaped(source[(index += 1)] as number);
    if (byte === BYTE.quote) out[at++] = BYTE.quote;
    out[at++] = byte;
  }
  return at;
};

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
