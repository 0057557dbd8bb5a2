/** Writes the cell that lies in `source` between two places into `out`, and returns where it ends there. */
export type CellWriting = (
  source: Buffer,
  from: number,
  to: number,
  out: Buffer,
  at: number,
) => number;

/** A value that has no form in answers: files refuse it too. */
export class Unsayable extends Error {
  override readonly name = 'Unsayable';
}

/** Signs of which the cells of COPY and their forms in files are made. */
export const BYTE = {
  tab: 0x09,
  newline: 0x0a,
  space: 0x20,
  quote: 0x22,
  plus: 0x2b,
  dash: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  backslash: 0x5c,
} as const;

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= BYTE.zero && byte <= BYTE.nine;
}

/** The cell as it stands there: digits and the like, in which COPY escapes nothing. */
export const verbatim: CellWriting = (source, from, to, out, at) => {
  for (let index = from; index < to; index += 1) out[at++] = source[index] as number;
  return at;
};

/** One of the texts that a column may hold, in upper case. */
export function oneOfTexts(texts: readonly string[]): CellWriting {
  const known = new Map(texts.map((text) => [text, Buffer.from(text.toUpperCase())]));
  return (source, from, to, out, at) => {
    const value = known.get(source.toString('latin1', from, to));
    if (!value) throw new Unsayable('A value is none of its enum.');
    return verbatim(value, 0, value.length, out, at);
  };
}
