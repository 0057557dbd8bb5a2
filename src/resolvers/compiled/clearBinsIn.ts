import { PSEUDONYM_START } from '../../access/clearBins';

/** How many values of an answer's JSON under these keys are a BIN as it is. */
export function clearBinsIn(data: string, keys: readonly string[]): number {
  return keys.reduce((count, key) => count + clearBinsUnder(data, key), 0);
}

/**
 * Quotation marks within texts are escaped, so that these are those around the value alone. The first one
 * is looked at last: a search that begins with what is everywhere takes three times as long.
 */
function clearBinsUnder(data: string, key: string): number {
  let count = 0;
  const start = `${key}":"`;
  for (let at = data.indexOf(start); at !== -1; at = data.indexOf(start, at + start.length)) {
    const isKey = data[at - 1] === '"';
    if (isKey && !data.startsWith(PSEUDONYM_START, at + start.length)) count += 1;
  }
  return count;
}
