import { joined, sql, type Sql } from '../../../ground/database/sql';

/** A BIN that begins so was masked before it came here. */
export function isMaskedAtSource(bin: Sql): Sql {
  return sql`starts_with(${bin}, '777777')`;
}

/**
 * Whether the twelfth digit of a BIN is another than the other eleven give: their weighted sum modulo
 * 11, by other weights where that is 10. Where it is 10 again the number is never given out.
 */
export function hasWrongCheckDigit(bin: Sql): Sql {
  const [first, second] = [remainder(bin, 0), remainder(bin, 2)];
  const last = digit(bin, 12);
  return sql`case
    when ${first} < 10 then ${first} <> ${last}
    else ${second} <> ${last} end`;
}

/** The weights are 1 to 11 in a circle; the second time they begin at 3. 10 is no digit. */
function remainder(bin: Sql, shift: number): Sql {
  const terms = Array.from(
    { length: 11 },
    (_, index) => sql`${digit(bin, index + 1)} * ${((index + shift) % 11) + 1}::integer`,
  );
  return sql`((${joined(terms, ' + ')}) % 11)`;
}

function digit(bin: Sql, position: number): Sql {
  return sql`(ascii(substr(${bin}, ${position}::integer, 1)) - 48)`;
}
