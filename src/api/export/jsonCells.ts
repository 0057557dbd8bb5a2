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
  Unsayable,
  verbatim,
  type CellWriting,
} from './cells';

/** How the cells of a column stand in JSON: as they do in GraphQL's answers. */
export function jsonCell({ form, texts }: CopiedColumn): CellWriting {
  return form === 'enum' ? quoted(enumOf(texts ?? [])) : CELLS[form];
}

/** JSON.stringify writes these with a letter, and other control characters with their number. */
const SHORT: Readonly<Record<number, number>> = {
  8: 0x62,
  9: 0x74,
  10: 0x6e,
  12: 0x66,
  13: 0x72,
  [BYTE.quote]: BYTE.quote,
  [BYTE.backslash]: BYTE.backslash,
};
const HEX = Buffer.from('0123456789abcdef');
const LOWEST_PRINTED = 0x20;
const CONTROL = Buffer.from('\\u00');

const text: CellWriting = (source, from, to, out, at) => {
  for (let index = from; index < to; index += 1) {
    let byte = source[index] as number;
    if (byte === BYTE.backslash) byte = unescaped(source[(index += 1)] as number);
    if (byte >= LOWEST_PRINTED && byte !== BYTE.quote && byte !== BYTE.backslash) out[at++] = byte;
    else at = escaped(byte, out, at);
  }
  return at;
};

function escaped(byte: number, out: Buffer, at: number): number {
  const letter = SHORT[byte];
  if (letter !== undefined) {
    out[at] = BYTE.backslash;
    out[at + 1] = letter;
    return at + 2;
  }
  const next = verbatim(CONTROL, 0, CONTROL.length, out, at);
  out[next] = HEX[byte >> 4] as number;
  out[next + 1] = HEX[byte & 15] as number;
  return next + 2;
}

/** JSON that PostgreSQL wrote; it stands for what cannot be said by a sign that JSON never has. */
export const jsonText: CellWriting = (source, from, to, out, at) => {
  if (source[from] === 1) throw new Unsayable('A list has a null in it.');
  for (let index = from; index < to; index += 1) {
    const byte = source[index] as number;
    out[at++] = byte === BYTE.backslash ? unescaped(source[(index += 1)] as number) : byte;
  }
  return at;
};

const CELLS: Readonly<Record<Exclude<CellForm, 'enum'>, CellWriting>> = {
  number: verbatim,
  boolean,
  text: quoted(text),
  decimal: quoted(decimal),
  date: quoted(date),
  moment: quoted(moment),
  json: jsonText,
};
