import { BYTE, type CellWriting } from '../../ground/types/cell';
import type { CopiedColumn } from '../query/pages/copiedRows';
import { jsonText, quoted, unescaped } from './cells';
import { startsFormula } from './formulaStart';

/** How the cells of a column stand in CSV: texts and lists always in quotation marks, all else plain. */
export function csvCell({ form }: CopiedColumn): CellWriting {
  if (form === 'text') return quoted(text);
  return form === 'list' ? quoted(list) : form.write;
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
const list: CellWriting = (source, from, to, out, at) => {
  const plain = Buffer.allocUnsafe(to - from);
  const length = jsonText(source, from, to, plain, 0);
  for (let index = 0; index < length; index += 1) {
    const byte = plain[index] as number;
    if (byte === BYTE.quote) out[at++] = BYTE.quote;
    out[at++] = byte;
  }
  return at;
};
