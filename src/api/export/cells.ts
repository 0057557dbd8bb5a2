import { BYTE, Unsayable, type CellWriting } from '../../ground/types/cell';

/** What a letter behind a backslash stands for in COPY's text form; other signs stand for themselves. */
const UNESCAPED = new Uint8Array(256).map((_, byte) => byte);
for (const [letter, sign] of Object.entries({ b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 })) {
  UNESCAPED[letter.charCodeAt(0)] = sign;
}

/** The sign that COPY wrote as a backslash and this byte. */
export function unescaped(byte: number): number {
  return UNESCAPED[byte] ?? byte;
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

/** The cell between quotation marks. */
export function quoted(write: CellWriting): CellWriting {
  return (source, from, to, out, at) => {
    out[at] = BYTE.quote;
    const end = write(source, from, to, out, at + 1);
    out[end] = BYTE.quote;
    return end + 1;
  };
}
