import { PSEUDONYM_START } from '../../access/bins/clearBins';

const QUOTATION_MARK = '"'.charCodeAt(0);
const pseudonym = Buffer.from(PSEUDONYM_START);

/** How many values of an answer's JSON under these keys are a BIN as it is. */
export function clearBinsIn(data: Buffer, keys: readonly string[]): number {
  return keys.reduce((count, key) => count + clearBinsUnder(data, key), 0);
}

/**
 * Quotation marks within texts are escaped, so that these are those around the value alone. The first one
 * is looked at last: a search that begins with what is everywhere takes three times as long.
 */
function clearBinsUnder(data: Buffer, key: string): number {
  let count = 0;
  const start = Buffer.from(`${key}":"`);
  for (let at = data.indexOf(start); at !== -1; at = data.indexOf(start, at + start.length)) {
    const isKey = data[at - 1] === QUOTATION_MARK;
    const value = at + start.length;
    if (isKey && !isPseudonym(data, value)) count += 1;
  }
  return count;
}

function isPseudonym(data: Buffer, at: number): boolean {
  for (let no = 0; no < pseudonym.length; no += 1)
    if (data[at + no] !== pseudonym[no]) return false;
  return true;
}
